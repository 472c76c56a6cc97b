"""Passing on the latest of many values, but not too often."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Pulse(Generic[T]):
    """Hands values on at most once per `interval` seconds; the last one always.

    Values may come from any thread; they are handed on one at a time, in order.
    """

    def __init__(
        self,
        send: Callable[[T], None],
        *,
        interval: float = 0.1,
        clock: Callable[[], float] = time.monotonic,
        timer: Callable[[float, Callable[[], None]], threading.Timer] = threading.Timer,
    ) -> None:
        self._send = send
        self._interval = interval
        self._clock = clock
        self._timer = timer
        self._lock = threading.RLock()
        self._waiting: list[T] = []
        self._due: threading.Timer | None = None
        self._last = float("-inf")

    def put(self, value: T) -> None:
        """Hand `value` on now if nothing was just now, else when it is time."""
        with self._lock:
            self._waiting = [value]
            wait = self._last + self._interval - self._clock()
            if wait <= 0:
                self.flush()
            elif self._due is None:
                self._due = self._timer(wait, self.flush)
                self._due.daemon = True
                self._due.start()

    def flush(self) -> None:
        """Hand on what waits, now."""
        with self._lock:
            if self._due is not None:
                self._due.cancel()
                self._due = None
            waiting, self._waiting = self._waiting, []
            for value in waiting:
                self._last = self._clock()
                self._send(value)
