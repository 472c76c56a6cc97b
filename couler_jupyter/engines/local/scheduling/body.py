"""How often a step runs: once, once per item of a map, or turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from couler_jupyter.engines.local.scheduling.admission import Bound
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import (
    Unfit,
    Unknown,
    holds,
    text_of,
)
from couler_jupyter.engines.local.scheduling.items import items_of
from couler_jupyter.engines.local.scheduling.names import Names
from couler_jupyter.engines.local.scheduling.unit import Unit
from couler_jupyter.engines.local.scheduling.work import Doom, seconds_of
from couler_jupyter.ir import AtLimit, Map, Phase, Repeat
from couler_jupyter.ir.template import output_names

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.desk import Alarm
    from couler_jupyter.engines.local.scheduling.node import Node


class Body(Protocol):
    """The units of one step, from the first to the last."""

    @property
    def aggregate(self) -> bool:
        """Whether the step has a record of its own beside those of its units."""
        ...

    def start(self, names: Names) -> None:
        """Queue the first units; raises as `evaluate` where that cannot be."""
        ...

    def over_for(self, unit: Unit) -> None:
        """Take note that a unit has ended."""
        ...

    def stop(self, doom: Doom) -> None:
        """End all soon."""
        ...

    def halt(self, doom: Doom) -> None:
        """Leave out what was never started."""
        ...

    def phases(self) -> Sequence[Phase]:
        """Return how the units ended."""
        ...


def body_of(node: Node) -> Body:
    """Return how the step of `node` runs."""
    if node.step.loop is not None:
        return Mapped(node, node.step.loop)
    if node.step.repeat is not None:
        return Repeated(node, node.step.repeat)
    return Once(node)


class Once:
    """A step that runs one time; its unit speaks for it."""

    aggregate = False

    def __init__(self, node: Node) -> None:
        self._node = node
        self._unit = Unit(
            node=node,
            path=node.path,
            priority=node.priority,
            bounds=node.scope.bounds_for(node.step),
        )

    def start(self, names: Names) -> None:  # noqa: ARG002 (nothing to evaluate)
        """Queue it."""
        self._unit.enqueue()

    def over_for(self, unit: Unit) -> None:
        """End the step as its unit did."""
        self._node.finish(unit.phase, unit.message, unit.outputs, noted=True)

    def stop(self, doom: Doom) -> None:
        """End it soon."""
        self._unit.stop(doom)

    def halt(self, doom: Doom) -> None:
        """Leave it out if it was never started."""
        if not self._unit.started:
            self._unit.stop(doom)

    def phases(self) -> Sequence[Phase]:
        """Return how it ended."""
        return (self._unit.phase,)


class Mapped:
    """A step that runs once per item; it has ended when all items have."""

    aggregate = True

    def __init__(self, node: Node, loop: Map) -> None:
        self._node = node
        self._loop = loop
        self._units: list[Unit] = []
        self._left = 0
        self._doom: Doom | None = None

    def start(self, names: Names) -> None:
        """Queue all items."""
        node = self._node
        items = items_of(self._loop.over, names)
        bounds = node.scope.bounds_for(node.step)
        if self._loop.parallelism is not None:
            bounds = (*bounds, Bound(self._loop.parallelism))
        self._units = [
            Unit(
                node=node,
                path=f"{node.path}[{index}]",
                priority=(*node.priority, index),
                bounds=bounds,
                item=item,
            )
            for index, item in enumerate(items)
        ]
        self._left = len(items)
        if not items:
            node.finish(Phase.SUCCEEDED, "", self._gathered())
        for unit in self._units:
            self._admit(unit)

    def over_for(self, unit: Unit) -> None:  # noqa: ARG002 (only how many matters)
        """End the step with its last item."""
        self._left -= 1
        if self._left == 0:
            phase, message = self._verdict()
            self._node.finish(phase, message, self._gathered())

    def stop(self, doom: Doom) -> None:
        """End all items soon."""
        self._doom = doom
        for unit in self._units:
            unit.stop(doom)

    def halt(self, doom: Doom) -> None:
        """Leave out the items that were never started."""
        for unit in self._units:
            if not unit.started:
                unit.stop(doom)

    def phases(self) -> Sequence[Phase]:
        """Return how the items ended."""
        return [unit.phase for unit in self._units]

    def _admit(self, unit: Unit) -> None:
        desk = self._node.scope.desk
        earlier = desk.adopt(unit.path)
        if earlier is not None:
            unit.adopt(earlier)
            return
        desk.note(unit.path, Phase.PENDING)
        when = self._node.step.when
        try:
            if self._node.plan.per_item and when and not holds(when, unit.names):
                unit.skip("its condition does not hold for this item")
            else:
                unit.enqueue()
        except Unknown as error:
            unit.fail(Phase.ERRORED, str(error))
        except Unfit as error:
            unit.fail(Phase.FAILED, str(error))

    def _verdict(self) -> tuple[Phase, str]:
        by_phase: dict[Phase, list[Unit]] = {}
        for unit in self._units:
            by_phase.setdefault(unit.phase, []).append(unit)
        bad = [*by_phase.get(Phase.FAILED, ()), *by_phase.get(Phase.ERRORED, ())]
        if self._doom is not None and self._node.started is not None:
            return self._doom.phase, self._doom.message
        if bad:
            first = min(bad, key=lambda unit: unit.priority)
            count = f"{len(bad)} of {len(self._units)} items failed"
            return Phase.FAILED, f"{count}; item {first.priority[-1]}: {first.message}"
        if omitted := by_phase.get(Phase.OMITTED):
            return Phase.OMITTED, omitted[0].message
        if len(by_phase.get(Phase.SKIPPED, ())) == len(self._units):
            return Phase.SKIPPED, "its condition holds for none of the items"
        return Phase.SUCCEEDED, ""

    def _gathered(self) -> dict[str, Data]:
        """Return the list of what the items gave, for each output."""
        good = [unit.outputs for unit in self._units if unit.phase.good]
        return {
            name: [outputs[name] for outputs in good if name in outputs]
            for name in output_names(self._node.step.template)
        }


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
