"""A step that runs once per item of a map."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.scheduling.admission import Bound
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import Unfit, Unknown, holds
from couler_jupyter.engines.local.scheduling.items import items_of
from couler_jupyter.engines.local.scheduling.names import Names
from couler_jupyter.engines.local.scheduling.unit import Unit
from couler_jupyter.engines.local.scheduling.work import Doom
from couler_jupyter.ir import Map, Phase
from couler_jupyter.ir.template import output_names

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.node import Node


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
