"""A thread that watches something and keeps only its newest state for whoever asks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from threading import Condition, Thread
from typing import Generic, TypeVar

from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.errors import CoulerError

T = TypeVar("T")


class Watcher(Generic[T]):
    """States of one thing as they come; those that nobody took are passed over."""

    def __init__(
        self,
        states: Callable[[Closing], Iterator[T]],
        name: str,
        changed: Condition | None = None,
    ) -> None:
        """Begin to watch.

        Args:
            states: yields the states until it is closed.
            name: of what is watched.
            changed: is told of news; None for one of its own.
        """
        self._states = states
        self._changed = changed or Condition()
        self._closing = Closing()
        self._newest: tuple[T] | None = None
        self._trouble: Exception | None = None
        Thread(target=self._watch, name=f"watch {name}", daemon=True).start()

    @property
    def has_news(self) -> bool:
        """Whether there is something to take, or to raise."""
        return self._newest is not None or self._trouble is not None

    def close(self) -> None:
        """Let go of what is watched; the thread ends by itself, and soon."""
        self._closing.close()

    def take(self, timeout: float) -> tuple[T] | None:
        """Return the newest state, in a tuple.

        Returns None when nothing changed for `timeout` seconds.

        Raises:
            CoulerError: it cannot be watched any more; begin a new watcher.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.has_news, timeout)
            found, self._newest = self._newest, None
            if found is None and self._trouble is not None:
                raise self._trouble
            return found

    def _watch(self) -> None:
        try:
            for found in self._states(self._closing):
                if self._closing.closed:
                    return
                with self._changed:
                    self._newest = (found,)
                    self._changed.notify_all()
        except CoulerError as error:
            self._end(error)
        except Exception as error:  # noqa: BLE001 (told to whoever takes)
            self._end(error)

    def _end(self, error: Exception) -> None:
        with self._changed:
            self._trouble = error
            self._changed.notify_all()
