"""Several Workflows watched at once; whoever waits wakes when one of them changes."""

from __future__ import annotations

from functools import partial
from threading import Condition

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.following.watcher import Watcher
from couler_jupyter.ir import Json


class Watchers:
    """The children that are watched, by name."""

    def __init__(self, door: Door) -> None:
        """Watch nothing yet."""
        self._door = door
        self._changed = Condition()
        self._watchers: dict[str, Watcher[Json]] = {}

    def watch(self, name: str) -> None:
        """Watch one more; one that is watched already goes on being watched."""
        if name not in self._watchers:
            states = partial(self._door.states, name)
            self._watchers[name] = Watcher(states, name, self._changed)

    def forget(self, name: str) -> None:
        """Let go of one."""
        watcher = self._watchers.pop(name, None)
        if watcher is not None:
            watcher.close()

    def take(self, timeout: float) -> dict[str, Json]:
        """Return the newest versions of those that changed, None for one that is gone.

        Returns nothing when nothing changed for `timeout` seconds.

        Raises:
            CoulerError: one cannot be watched any more; all are let go of.
        """
        with self._changed:
            self._changed.wait_for(
                lambda: any(one.has_news for one in self._watchers.values()), timeout
            )
            found: dict[str, Json] = {}
            try:
                for name, watcher in self._watchers.items():
                    if (news := watcher.take(0)) is not None:
                        found[name] = news[0]
            except BaseException:
                self.close()
                raise
            return found

    def close(self) -> None:
        """Let go of all."""
        for name in [*self._watchers]:
            self.forget(name)
