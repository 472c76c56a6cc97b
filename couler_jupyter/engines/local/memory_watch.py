"""Looks twice a second whether an attempt uses more memory than it may."""

from __future__ import annotations

from collections.abc import Callable

from couler_jupyter.engines.local.loop import Loop, Timer
from couler_jupyter.engines.local.process_tree import descendants, memory_of

_PERIOD = 0.5
_MIB = 1 << 20


class MemoryWatch:
    """Tells of every watched process that holds too much with all its descendants.

    Costs nothing while nothing is watched.
    """

    def __init__(self, loop: Loop, on_excess: Callable[[str, str], None]) -> None:
        """Prepare to watch.

        Args:
            loop: whose timers to use.
            on_excess: gets the id and one line on how much it used.
        """
        self._loop = loop
        self._on_excess = on_excess
        self._watched: dict[str, tuple[int, int]] = {}
        self._timer: Timer | None = None

    def add(self, id: str, pid: int, limit: int) -> None:  # noqa: A002
        """Watch process `pid` of attempt `id`; `limit` in bytes."""
        self._watched[id] = pid, limit
        if self._timer is None:
            self._timer = self._loop.call_later(_PERIOD, self._look)

    def drop(self, id: str) -> None:  # noqa: A002
        """Watch that attempt no longer."""
        self._watched.pop(id, None)

    def close(self) -> None:
        """Watch nothing any longer."""
        self._watched.clear()
        if self._timer is not None:
            self._timer.cancel()

    def _look(self) -> None:
        self._timer = None
        for key, (pid, limit) in tuple(self._watched.items()):
            used = _used(pid, limit)
            if used > limit:
                self.drop(key)
                self._on_excess(key, excess(used, limit))
        if self._watched:
            self._timer = self._loop.call_later(_PERIOD, self._look)


def excess(used: int, limit: int) -> str:
    """Return the line that says how much memory was used and how much may be."""
    return f"used {used // _MIB} MiB of memory; its limit is {limit // _MIB} MiB"


def _used(pid: int, limit: int) -> int:
    """Return the bytes a process and its descendants hold, exactly only if it matters."""
    pids = [pid, *descendants(pid)]
    quick = memory_of(pids)
    return quick if quick <= limit else memory_of(pids, shared=True)
