"""The chance that an artifact of an older version becomes current again."""

from __future__ import annotations

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

    def chance(self, one: Artifact, held: Container[str]) -> float:
        """Return the chance that the next run of its workflow reads an old artifact.

        That is the chance that all is taken back in which it differs from now: edits,
        steps that are left out by now, and steps that came since.
        """
        now = self._lineage.current.get(one.workflow)
        undo = None if now is None else self._undo(one, now)
        if now is None or undo is None:
            return 0.0
        if one.step in now:
            chance = self._demand.needed(one.workflow, now[one.step], held)
        else:
            chance = self._history.closure(one.workflow, one.step)
        for each in undo.values():
            chance *= each
        return chance

    def _undo(self, one: Artifact, now: Mapping[str, str]) -> dict[str, float] | None:
        """Return for each step that differs the chance that it is taken back."""
        history, nodes, workflow = self._history, self._lineage.nodes, one.workflow
        undo: dict[str, float] = {}
        waiting, seen = [one.key], {one.key}
        while waiting:
            node = nodes.get(waiting.pop())
            if node is None:
                return None
            current = nodes.get(now.get(node.step, ""))
            if current is None:
                undo[node.step] = history.returns
            elif current.key == node.key:
                continue
            elif current.own != node.own:
                undo[node.step] = history.revert(workflow, node.step, node.own)
            else:
                for step in self._extra(current, node):
                    undo[step] = history.leaves
            if len(undo) > _MOST:
                return None
            waiting += [parent for parent in node.parents if parent not in seen]
            seen.update(node.parents)
        return undo

    def _extra(self, current: Artifact, old: Artifact) -> set[str]:
        """Return the steps that are read now and were not."""
        nodes = self._lineage.nodes
        before = {nodes[key].step for key in old.parents if key in nodes}
        return {nodes[key].step for key in current.parents} - before
