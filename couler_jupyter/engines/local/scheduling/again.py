"""A reused step that is run after all: others need bytes of it that are not at hand.

It has ended, and what it left behind stays as it was told; the attempt only brings the
bytes back to where they belong. Those that need them wait for it, and go on.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, TypeAlias

from couler_jupyter.engines.local.scheduling.unit import Unit
from couler_jupyter.engines.local.scheduling.work import Doom

Then: TypeAlias = Callable[["Again"], None]


@dataclass(slots=True, kw_only=True, eq=False)
class Again(Unit):
    """An attempt at a step that has ended; told to those that wait for its bytes."""

    again: ClassVar[bool] = True
    _then: dict[str, Then] = field(default_factory=dict)

    @classmethod
    def of(cls, unit: Unit) -> Again:
        """Return the attempt that makes again what a unit had left behind."""
        return cls(
            node=unit.node,
            path=unit.path,
            priority=unit.priority,
            bounds=unit.bounds,
            item=unit.item,
            turn=unit.turn,
            message="its bytes are needed after all, and not at hand",
        )

    def wanted(self, by: str, then: Then) -> None:
        """Have `then` called when it is over; begin if nobody has wanted it before."""
        self._then[by] = then
        if len(self._then) == 1:
            self.enqueue()

    def let_go(self, by: str, doom: Doom) -> None:
        """Take notice that one of those that wait is stopped; the last stops it, too."""
        if len(self._then) > 1:
            self._then.pop(by)(self)
        else:
            self.stop(doom)

    def _begun(self) -> None:
        """Tell nobody: its step has ended."""

    def _over(self) -> None:
        self.node.scope.desk.agains.pop(self.path, None)
        for then in tuple(self._then.values()):
            then(self)


class Lacking:
    """What a unit waits for that needs bytes of reused steps.

    Attributes:
        told: the same, in words.
    """

    def __init__(self, unit: Unit, paths: Sequence[str]) -> None:
        """Look up who left the bytes behind; nothing is begun yet."""
        self._unit = unit
        desk = unit.node.scope.desk
        for path in paths:
            if path not in desk.agains:
                desk.agains[path] = Again.of(desk.reused[path])
        self._left = {path: desk.agains[path] for path in paths}
        self._trouble = ""
        names = ", ".join(map(repr, paths))
        self.told = f"what it reads of {names} is made again"

    def begin(self) -> None:
        """Have all of it made again."""
        for one in tuple(self._left.values()):
            one.wanted(self._unit.path, self._over)

    def stop(self, doom: Doom) -> None:
        """Wait no longer than it takes to stop what nobody else waits for."""
        for one in tuple(self._left.values()):
            one.let_go(self._unit.path, doom)

    def _over(self, one: Again) -> None:
        del self._left[one.path]
        if not one.phase.good and not self._trouble:
            self._trouble = (
                f"what step {one.path!r} had left behind is needed, and could not be "
                f"made again: {one.message}"
            )
        if not self._left:
            self._unit.go_on(self._trouble)
