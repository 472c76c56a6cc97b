"""What several threads ask for is done by the first of them; the others wait."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Once(Generic[K, V]):
    """Values by key, each made once; one that failed is made again when asked for anew."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._values: dict[K, Future[V]] = {}

    def get(self, key: K, make: Callable[[], V]) -> V:
        """Return the value; raises what making it raises, to all who wait."""
        with self._lock:
            future = self._values.get(key)
            mine = future is None
            if future is None:
                future = self._values[key] = Future()
        if mine:
            try:
                future.set_result(make())
            except BaseException as error:
                self.forget(key)
                future.set_exception(error)
                raise
        return future.result()

    def put(self, key: K, value: V) -> None:
        """Have a value that was made otherwise."""
        future: Future[V] = Future()
        future.set_result(value)
        with self._lock:
            self._values[key] = future

    def done(self, key: K) -> V | None:
        """Return the value if it is there."""
        with self._lock:
            future = self._values.get(key)
        is_there = future is not None and future.done() and not future.exception()
        return future.result() if future is not None and is_there else None

    def forget(self, key: K) -> None:
        """Have the value made again when it is asked for."""
        with self._lock:
            self._values.pop(key, None)
