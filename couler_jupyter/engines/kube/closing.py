"""Whether anybody still wants to hear what a server tells, and the end of that."""

from __future__ import annotations

from collections.abc import Callable, Generator
from contextlib import contextmanager
from threading import Condition


class Closing:
    """Shared by whoever listens, often for minutes, and whoever may put an end to it."""

    def __init__(self) -> None:
        """Begin open."""
        self._told = Condition()
        self._closed = False
        self._acts: list[Callable[[], None]] = []

    @property
    def closed(self) -> bool:
        """Whether nobody wants to hear more."""
        return self._closed

    def close(self) -> None:
        """Want no more, and interrupt what waits for it."""
        with self._told:
            self._closed = True
            self._told.notify_all()
            for act in self._acts:
                act()

    def wait(self, seconds: float) -> bool:
        """Wait for the end, `seconds` at most; return whether it came."""
        with self._told:
            return self._told.wait_for(lambda: self._closed, seconds)

    @contextmanager
    def interrupting(self, act: Callable[[], None]) -> Generator[None, None, None]:
        """Have `act` called at the end, within the `with` alone; at once if it came.

        Args:
            act: makes whatever waits inside the `with` go on; must not wait itself.
        """
        with self._told:
            self._acts.append(act)
            if self._closed:
                act()
        try:
            yield
        finally:
            with self._told:
                self._acts.remove(act)
