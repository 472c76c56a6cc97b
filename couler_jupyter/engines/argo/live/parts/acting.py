"""What may go wrong with what is asked of a cluster, and passes or does not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.parts.events import Shutdown
from couler_jupyter.engines.argo.live.surgery import is_over
from couler_jupyter.engines.kube.troubles import Policy, trouble_in
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.errors import SubmitFailed

_FIRST, _LONGEST = 2.0, 60.0
_BUSY = 429


@dataclass(slots=True)
class _Refusal:
    why: str
    first: float
    pause: float
    next: float


@dataclass(slots=True)
class Refusals:
    """Children that were refused and are handed over again after a while."""

    _waiting: dict[int, _Refusal] = field(default_factory=dict[int, _Refusal])

    @property
    def message(self) -> str:
        """What keeps children waiting, in one line; empty if nothing does."""
        for part, one in self._waiting.items():
            return f"part {part} waits to be handed over: {one.why}"
        return ""

    def later(self, part: int, why: str, now: float) -> None:
        """Have a child handed over again later, each time a bit later than before."""
        known = self._waiting.get(part)
        if known is None:
            self._waiting[part] = _Refusal(why, now, _FIRST, now + _FIRST)
            return
        known.why, known.pause = why, min(2 * known.pause, _LONGEST)
        known.next = now + known.pause

    def due(self, now: float) -> list[int]:
        """Return the parts whose turn it is."""
        return [part for part, one in self._waiting.items() if one.next <= now]

    def waited(self, part: int, now: float) -> float:
        """Return for how many seconds a child has been refused."""
        known = self._waiting.get(part)
        return 0.0 if known is None else now - known.first

    def over(self, part: int) -> None:
        """Forget that a child was refused."""
        self._waiting.pop(part, None)


def is_for_good(error: Refused) -> bool:
    """Whether a server will say no to the same thing again."""
    trouble = trouble_in(error.said)
    if trouble is not None and trouble.policy in (Policy.WAIT, Policy.RETRY):
        return False
    return error.status < 500 and error.status not in (401, _BUSY)


def end_child(door: Door, name: str, how: Shutdown) -> None:
    """End a child; one that has ended, or is gone, is ended."""
    act = door.terminate if how is Shutdown.TERMINATE else door.stop
    unless_over(door, name, lambda: act(name))


def unless_over(door: Door, name: str, act: Callable[[], None]) -> bool:
    """Ask something of a child; return whether it was still there for that.

    Raises:
        SubmitFailed: it goes on, and the server refuses or cannot be reached.
    """
    try:
        act()
    except SubmitFailed:
        found = door.get(name, whole=False)
        if found is None or is_over(found):
            return False
        raise
    return True
