"""The chance that an artifact of an older version becomes current again."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping

from couler_jupyter.caching.artifact import Artifact
from couler_jupyter.caching.demand import Demand
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage

_MOST = 2
"""Changes that would have to be taken back at once; beyond, the chance counts as 0."""


class Revert:
    """Finds what separates an artifact from its workflow as it is now."""

    def __init__(self, history: History, lineage: Lineage, demand: Demand) -> None:
        self._history, self._lineage, self._demand = history, lineage, demand

        self._known: dict[tuple[str, str], Mapping[str, float] | None] = {}

    def begin(self) -> None:
        """Take notice that what is current has changed."""
        self._known.clear()

    def chance(self, one: Artifact, held: Container[str]) -> float:
        """Return the chance that the next run of its workflow reads an old artifact.

        That is the chance that all is taken back in which it differs from now: edits,
        steps that are left out by now, and steps that came since.
        """
        now = self._lineage.current.get(one.workflow)
        undo = None if now is None else self._undo(one.workflow, one.key, now)
        if now is None or undo is None:
            return 0.0
        if one.step in now:
            chance = self._demand.needed(one.workflow, now[one.step], held)
        else:
            chance = self._history.closure(one.workflow, one.step)
        return chance * math.prod(undo.values())

    def _undo(
        self, workflow: str, key: str, now: Mapping[str, str]
    ) -> Mapping[str, float] | None:
        """Return for each step that differs the chance that it is taken back.

        None if too much differs, or not all is known, as where versions make a ring.
        """
        known, nodes = self._known, self._lineage.nodes
        waiting = [key]
        begun: set[str] = set()
        while waiting:
            one = waiting[-1]
            node = nodes.get(one)
            if (workflow, one) in known:
                waiting.pop()
            elif node is None:
                known[workflow, one] = None
            elif now.get(node.step) == one:
                known[workflow, one] = {}
            elif lacking := [
                parent
                for parent in node.parents
                if (workflow, parent) not in known and parent not in begun
            ]:
                begun.add(one)
                waiting += lacking
            else:
                known[workflow, one] = self._together(workflow, node, now)
        return known[workflow, key]

    def _together(
        self, workflow: str, node: Artifact, now: Mapping[str, str]
    ) -> Mapping[str, float] | None:
        undo = self._here(workflow, node, now)
        for parent in node.parents:
            earlier = self._known.get((workflow, parent))
            if earlier is None:
                return None
            undo.update(earlier)
            if len(undo) > _MOST:
                return None
        return undo

    def _here(
        self, workflow: str, node: Artifact, now: Mapping[str, str]
    ) -> dict[str, float]:
        """Return what differs in the step itself and in which steps it reads."""
        history, nodes = self._history, self._lineage.nodes
        current = nodes.get(now.get(node.step, ""))
        if current is None:
            return {node.step: history.returns}
        if current.own != node.own:
            return {node.step: history.revert(workflow, node.step, node.own)}
        before = {nodes[key].step for key in node.parents if key in nodes}
        after = {nodes[key].step for key in current.parents}
        return dict.fromkeys(after - before, history.leaves)
