"""How often a step runs: once, once per item of a map, or turn by turn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from couler_jupyter.engines.local.scheduling.mapped import Mapped
from couler_jupyter.engines.local.scheduling.names import Names
from couler_jupyter.engines.local.scheduling.repeated import Repeated
from couler_jupyter.engines.local.scheduling.unit import Unit
from couler_jupyter.engines.local.scheduling.work import Doom
from couler_jupyter.ir import Phase

if TYPE_CHECKING:
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
