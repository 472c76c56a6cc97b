"""A thread that watches one Workflow and keeps only its newest version for whoever asks."""

from __future__ import annotations

from threading import Condition, Thread

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.errors import CoulerError
from couler_jupyter.ir import Json


class Watcher:
    """Versions of a Workflow as they come; those that nobody took are passed over."""

    def __init__(self, door: Door, name: str, changed: Condition | None = None) -> None:
        """Begin to watch.

        Args:
            door: where the Workflow is.
            name: of the Workflow.
            changed: is told of news; None for one of its own.
        """
        self._door = door
        self._name = name
        self._changed = changed or Condition()
        self._closing = Closing()
        self._newest: tuple[Json] | None = None
        self._trouble: Exception | None = None
        Thread(target=self._watch, name=f"watch {name}", daemon=True).start()

    @property
    def has_news(self) -> bool:
        """Whether there is something to take, or to raise."""
        return self._newest is not None or self._trouble is not None

    def close(self) -> None:
        """Let go of what is watched; the thread ends by itself, and soon."""
        self._closing.close()

    def take(self, timeout: float) -> tuple[Json] | None:
        """Return the newest version, in a tuple; `(None,)` if it is gone.

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
            for found in self._door.states(self._name, self._closing):
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
