"""One thread's event loop: readable descriptors, timers, calls from other threads."""

from __future__ import annotations

import heapq
import os
import selectors
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TypeAlias, cast

Callback: TypeAlias = Callable[[], object]


@dataclass(order=True, slots=True)
class Timer:
    """A call that is due at a time; `cancel` makes it never happen."""

    due: float
    order: int
    callback: Callback | None = field(compare=False)

    def cancel(self) -> None:
        """Forget the call; harmless once it has happened."""
        self.callback = None


class Loop:
    """Calls back, one at a time and on one thread, when something happens.

    >>> loop = Loop()
    >>> _ = loop.call_later(0.01, loop.stop)
    >>> loop.run()
    >>> loop.close()
    """

    def __init__(self) -> None:
        self._selector = selectors.DefaultSelector()
        self._timers: list[Timer] = []
        self._order = 0
        self._handed: deque[Callback] = deque()
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        self._stopped = False
        self._closed = False
        self.on_readable(self._wake_read, self._take_handed)

    def on_readable(self, fd: int, callback: Callback) -> None:
        """Call `callback` whenever `fd` has something to read, or is at its end."""
        self._selector.register(fd, selectors.EVENT_READ, callback)

    def forget(self, fd: int) -> None:
        """Stop watching `fd`; do so before it is closed."""
        self._selector.unregister(fd)

    def call_later(self, seconds: float, callback: Callback) -> Timer:
        """Call `callback` once, that many seconds from now."""
        self._order += 1
        timer = Timer(time.monotonic() + seconds, self._order, callback)
        heapq.heappush(self._timers, timer)
        return timer

    def call_from_thread(self, callback: Callback) -> None:
        """Have the loop's thread call `callback`; safe from any thread.

        Once the loop is closed nothing is called any more.
        """
        self._handed.append(callback)
        if self._closed:
            return
        try:
            os.write(self._wake_write, b"w")
        except BlockingIOError:
            return  # the pipe is full of wake-ups already

    def run(self) -> None:
        """Serve until `stop` is called."""
        self._stopped = False
        while not self._stopped:
            self.run_once()

    def stop(self) -> None:
        """Let `run` return after the present round; call it on the loop's thread."""
        self._stopped = True

    def run_once(self, timeout: float | None = None) -> None:
        """Wait for the next things to happen, at most `timeout` seconds; serve them."""
        watched = self._selector.get_map()
        for key, _ in self._selector.select(self._patience(timeout)):
            if watched.get(key.fd) is key:  # an earlier callback may have forgotten it
                cast("Callback", key.data)()
        self._serve_timers()

    def close(self) -> None:
        """Give back the loop's own descriptors."""
        self._closed = True
        self._selector.close()
        os.close(self._wake_read)
        os.close(self._wake_write)

    def _patience(self, timeout: float | None) -> float | None:
        while self._timers and self._timers[0].callback is None:
            heapq.heappop(self._timers)
        if not self._timers:
            return timeout
        until = max(0.0, self._timers[0].due - time.monotonic())
        return until if timeout is None else min(timeout, until)

    def _serve_timers(self) -> None:
        now = time.monotonic()
        while self._timers and self._timers[0].due <= now:
            callback = heapq.heappop(self._timers).callback
            if callback is not None:
                callback()

    def _take_handed(self) -> None:
        try:
            os.read(self._wake_read, 4096)
        except BlockingIOError:
            return  # read already; the calls it announced were served then
        while self._handed:
            self._handed.popleft()()
