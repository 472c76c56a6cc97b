"""A step that runs turn by turn, while a condition on its outputs holds."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.scheduling.evaluate import (
    Unfit,
    Unknown,
    holds,
    text_of,
)
from couler_jupyter.engines.local.scheduling.names import Names
from couler_jupyter.engines.local.scheduling.unit import Unit
from couler_jupyter.engines.local.scheduling.work import Doom, seconds_of
from couler_jupyter.ir import AtLimit, Phase, Repeat

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.desk import Alarm
    from couler_jupyter.engines.local.scheduling.node import Node


class Repeated:
    """A step that runs turn by turn while a condition on its outputs holds."""

    aggregate = True

    def __init__(self, node: Node, repeat: Repeat) -> None:
        self._node = node
        self._repeat = repeat
        self._turns: list[Unit] = []
        self._pause: Alarm | None = None
        self._doom: Doom | None = None

    def start(self, names: Names) -> None:  # noqa: ARG002 (nothing to evaluate yet)
        """Queue the first turn."""
        self._next_turn()

    def over_for(self, unit: Unit) -> None:
        """Go on to the next turn, or end with this one."""
        if self._doom is not None and (unit.started or unit.turn > 1):
            self._node.finish(self._doom.phase, self._doom.message)
            return
        if not unit.phase.good:
            self._node.finish(unit.phase, f"turn {unit.turn}: {unit.message}")
            return
        try:
            self._go_on_after(unit)
        except Unknown as error:
            self._node.finish(Phase.ERRORED, str(error))
        except Unfit as error:
            self._node.finish(Phase.FAILED, str(error))

    def stop(self, doom: Doom) -> None:
        """End soon, also between two turns."""
        self._doom = doom
        if self._pause is not None:
            self._pause.cancel()
            self._pause = None
            self._node.scope.desk.counts.delayed -= 1
            self._node.finish(doom.phase, doom.message)
        else:
            self._turns[-1].stop(doom)

    def halt(self, doom: Doom) -> None:
        """Leave it out if its first turn was never started."""
        if len(self._turns) == 1 and not self._turns[0].started:
            self._turns[0].stop(doom)

    def phases(self) -> Sequence[Phase]:
        """Return how the turns ended."""
        return [unit.phase for unit in self._turns]

    def _next_turn(self) -> None:
        node = self._node
        turn = len(self._turns) + 1
        unit = Unit(
            node=node,
            path=f"{node.path}#{turn}",
            priority=(*node.priority, turn),
            bounds=node.scope.bounds_for(node.step),
            turn=turn,
        )
        self._turns.append(unit)
        desk = node.scope.desk
        earlier = desk.adopt(unit.path)
        if earlier is not None:
            unit.adopt(earlier)
        else:
            desk.note(unit.path, Phase.PENDING)
            unit.enqueue()

    def _go_on_after(self, unit: Unit) -> None:
        names = unit.names
        names.own = unit.outputs
        if not holds(self._repeat.condition, names):
            self._node.finish(Phase.SUCCEEDED, "", unit.outputs)
        elif unit.turn < self._repeat.limit:
            self._pause_for(seconds_of(text_of(self._repeat.pause, names)))
        elif self._repeat.at_limit is AtLimit.ACCEPT:
            message = f"its condition still held after {unit.turn} turns"
            self._node.finish(Phase.SUCCEEDED, message, unit.outputs)
        else:
            message = f"its condition still holds after {unit.turn} turns"
            self._node.finish(Phase.FAILED, message)

    def _pause_for(self, seconds: float) -> None:
        desk = self._node.scope.desk
        desk.counts.delayed += 1
        self._pause = desk.alarm(desk.now + seconds, self._end_pause)

    def _end_pause(self) -> None:
        self._pause = None
        self._node.scope.desk.counts.delayed -= 1
        self._next_turn()
