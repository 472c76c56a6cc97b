"""The chance that an artifact of an older version becomes current again."""

from __future__ import annotations

import math
from collections.abc import Container, Mapping
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.caching.artifact import Artifact
from couler_jupyter.caching.demand import Demand
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage

Undo: TypeAlias = Mapping[str, float]
"""The steps that differ, each with the chance that this is taken back."""
_MOST = 2
"""Changes that would have to be taken back at once; beyond, the chance counts as 0."""
_NOTHING: Undo = MappingProxyType({})


class Revert:
    """Finds what separates an artifact from its workflow as it is now."""

    def __init__(self, history: History, lineage: Lineage, demand: Demand) -> None:
        self._history, self._lineage, self._demand = history, lineage, demand
        self._known: dict[str, dict[str, Undo | None]] = {}

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

    def _undo(self, workflow: str, key: str, now: Mapping[str, str]) -> Undo | None:
        """Return for each step that differs the chance that it is taken back.

        None if too much differs, or not all is known, as where versions make a ring.
        """
        known, nodes = self._known.setdefault(workflow, {}), self._lineage.nodes
        waiting = [key]
        begun: set[str] = set()
        while waiting:
            one = waiting[-1]
            if one not in known:
                node = nodes.get(one)
                if node is None:
                    known[one] = None
                elif now.get(node.step) == one:
                    known[one] = _NOTHING
                elif lacking := [
                    parent
                    for parent in node.parents
                    if parent not in known and parent not in begun
                ]:
                    begun.add(one)
                    waiting += lacking
                    continue
                else:
                    known[one] = self._together(workflow, node, now)
            waiting.pop()
        return known[key]

    def _together(
        self, workflow: str, node: Artifact, now: Mapping[str, str]
    ) -> Undo | None:
        """Return what differs before a step and in the step itself."""
        known, undo = self._known[workflow], _NOTHING
        for parent in node.parents:
            earlier = known.get(parent)
            if earlier is None:
                return None
            if earlier is not undo and not earlier.keys() <= undo.keys():
                undo = {**undo, **earlier} if undo else earlier
                if len(undo) > _MOST:
                    return None
        if here := self._here(workflow, node, now):
            undo = {**here, **undo}
        return undo if len(undo) <= _MOST else None

    def _here(self, workflow: str, node: Artifact, now: Mapping[str, str]) -> Undo:
        """Return what differs in the step itself and in which steps it reads."""
        history = self._history
        current = self._lineage.nodes.get(now.get(node.step, ""))
        if current is None:
            return {node.step: history.returns}
        if current.own != node.own:
            return {node.step: history.revert(workflow, node.step, node.own)}
        if current.parents == node.parents:
            return _NOTHING
        if self._reads_the_same(node, current):
            return _NOTHING
        came = self._steps_read_by(current) - self._steps_read_by(node)
        return dict.fromkeys(came, history.leaves) if came else _NOTHING

    def _reads_the_same(self, node: Artifact, current: Artifact) -> bool:
        """Whether two artifacts are made with the same steps in the same order."""
        nodes = self._lineage.nodes
        if len(node.parents) != len(current.parents):
            return False
        for mine, theirs in zip(node.parents, current.parents, strict=True):
            if mine == theirs:
                continue
            if mine not in nodes or theirs not in nodes:
                return False
            if nodes[mine].step != nodes[theirs].step:
                return False
        return True

    def _steps_read_by(self, node: Artifact) -> frozenset[str]:
        return frozenset(one.step for one in self._lineage.parents(node.key))
