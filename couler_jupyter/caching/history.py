"""What earlier runs tell of later ones: edits, reverts, targets, what follows what.

Rates are shares of what was counted, drawn towards the mean of all steps while little
was: weak priors that a few runs outweigh, the same for every workload.
"""

from __future__ import annotations

from collections.abc import Container, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from typing import NamedTuple

from couler_jupyter.caching.artifact import Artifact, Course
from couler_jupyter.caching.lineage import WORKFLOWS

_PULL = 4.0
"""How many runs of its own a step must have to count as much as the mean."""
_QUIET, _HOT = 0.08, 0.35
"""Chances of an edit where nothing was counted: after none, and after an edit."""
_WANTED, _WANTED_LAST = 0.05, 0.8
"""Chances that a step is asked for, where little was counted: if others read it, if none do."""
_CLOSURE = 0.8
"""Chance that what is asked for is made of a step, where little was counted."""
_VERSIONS = 8
"""Earlier versions of a step that are remembered."""
_GONE, _BACK = 0.01, 0.1
"""Chances that a step is left out, and that it comes back, where nothing was counted."""
_ABSENT = 256
"""Steps that were left out and are remembered, of each workflow."""
_FADE = 0.95
"""What a run counts for after one more, when it is asked which workflow is next."""


@dataclass(slots=True)
class _Share:
    """How often something happened of how often it could."""

    happened: float = 0.0
    chances: float = 0.0

    def count(self, happened: bool) -> None:
        self.happened += happened
        self.chances += 1

    def towards(self, mean: float, pull: float = _PULL) -> float:
        return (self.happened + pull * mean) / (self.chances + pull)


@dataclass(slots=True)
class _StepHistory:
    """What is known of one step of one workflow."""

    versions: list[str]
    edited: bool = False
    edits: tuple[_Share, _Share] = field(default_factory=lambda: (_Share(), _Share()))
    target: _Share = field(default_factory=_Share)
    closure: _Share = field(default_factory=_Share)


class Outlook(NamedTuple):
    """The chances that a step is edited, is asked for, and is part of what is."""

    edit: float
    target: float
    closure: float


class History:
    """Counts what happens from run to run."""

    def __init__(self) -> None:
        self._steps: dict[tuple[str, str], _StepHistory] = {}
        self._edits = (_Share(), _Share())
        self._reverts = _Share()
        self._ranks: dict[int, float] = {}
        self._runs: dict[str, float] = {}
        self._names: dict[str, dict[str, None]] = {}
        self._present: dict[str, frozenset[str]] = {}
        self._leaves, self._returns = _Share(), _Share()
        self._same = _Share()
        self._broken = _Share()
        self._last = ""
        self._over = True

    def observe(self, course: Course) -> None:
        """Count what changed since the last run of the workflow."""
        workflow = course.workflow
        origin = workflow if workflow in self._runs else self._adopt(course)
        if self._last:
            self._same.count(origin == self._last)
        repeated = not self._over and workflow == self._last
        self._over, self._last = False, workflow
        self._count_run(workflow)
        self._observe_steps(course)
        for one in course.artifacts:
            known = self._steps.get((workflow, one.step))
            if known is None:
                known = _StepHistory(versions=[one.own])
                self._steps[workflow, one.step] = known
            elif not repeated:
                self._observe_edit(known, one.own)
            known.target.count(one.key in course.targets)
            known.closure.count(one.key in course.closure)

    def ended(self, *, finished: bool) -> None:
        """Count whether runs end or are broken off."""
        self._broken.count(not finished)
        self._over = finished

    def outlooks(
        self, course: Course, read: Container[str]
    ) -> Iterator[tuple[Artifact, Outlook]]:
        """Yield for each artifact of a run what may come of its step; `read` by others."""
        means = [
            share.towards(prior)
            for share, prior in zip(self._edits, (_QUIET, _HOT), strict=True)
        ]
        steps, workflow = self._steps, course.workflow
        for one in course.artifacts:
            known = steps.get((workflow, one.step))
            wanted = _WANTED if one.key in read else _WANTED_LAST
            if known is None:
                yield one, Outlook(means[0], wanted, _CLOSURE)
            else:
                state = known.edited
                yield (
                    one,
                    Outlook(
                        known.edits[state].towards(means[state]),
                        known.target.towards(wanted, 1.0),
                        known.closure.towards(_CLOSURE, 1.0),
                    ),
                )

    def edit(self, workflow: str, step: str) -> float:
        """Return the chance that a step is edited before the workflow runs next."""
        known = self._steps.get((workflow, step))
        state = known is not None and known.edited
        mean = self._edits[state].towards(_HOT if state else _QUIET)
        return mean if known is None else known.edits[state].towards(mean)

    def revert(self, workflow: str, step: str, own: str) -> float:
        """Return the chance that a step is next what it was in an earlier version."""
        known = self._steps.get((workflow, step))
        if known is None or own not in known.versions:
            return 0.0
        rank = len(known.versions) - 1 - known.versions.index(own)
        if rank == 0:
            return 1.0
        total = sum(self._ranks.values()) + 2.0
        to_rank = (self._ranks.get(rank, 0.0) + 2.0 ** (1 - rank)) / total
        return self.edit(workflow, step) * self._reverts.towards(0.15) * to_rank

    def closure(self, workflow: str, step: str) -> float:
        """Return the chance that what is asked for is made of a step."""
        known = self._steps.get((workflow, step))
        return _CLOSURE if known is None else known.closure.towards(_CLOSURE, 1.0)

    def next(self, workflow: str) -> float:
        """Return the chance that a workflow is the next to run."""
        if len(self._runs) < 2:
            return 1.0
        same = self._same.towards(0.5, 2.0)
        if workflow == self._last:
            return same
        others = sum(self._runs.values()) - self._runs[self._last]
        return (1 - same) * self._runs.get(workflow, 0.0) / max(others, 1e-9)

    @property
    def leaves(self) -> float:
        """The chance that a step is left out before the workflow runs next."""
        return self._leaves.towards(_GONE)

    @property
    def returns(self) -> float:
        """The chance that a step that was left out comes back."""
        return self._returns.towards(_BACK)

    @property
    def broken(self) -> float:
        """The chance that a run is broken off."""
        return self._broken.towards(0.02, 5.0)

    def _count_run(self, workflow: str) -> None:
        """Count it; what ran long ago counts for less and less."""
        for name in self._runs:
            self._runs[name] *= _FADE
        self._runs[workflow] = self._runs.pop(workflow, 0.0) + 1
        if len(self._runs) > WORKFLOWS:
            gone = next(iter(self._runs))
            del self._runs[gone]
            self._present.pop(gone, None)
            for step in self._names.pop(gone, {}):
                self._steps.pop((gone, step), None)

    def _adopt(self, course: Course) -> str:
        """Have a new workflow begin with the history of the one that it is a copy of."""
        shared = {
            name: sum(
                (known := self._steps.get((name, one.step))) is not None
                and known.versions[-1] == one.own
                for one in course.artifacts
            )
            for name in self._runs
        }
        best = max(reversed(shared), key=lambda name: shared[name], default="")
        if not best or 2 * shared[best] < len(course.artifacts):
            return course.workflow
        for one in course.artifacts:
            if (known := self._steps.get((best, one.step))) is not None:
                self._steps[course.workflow, one.step] = deepcopy(known)
        return best

    def _observe_steps(self, course: Course) -> None:
        """Count which steps left and which came back."""
        steps = frozenset(one.step for one in course.artifacts)
        before = self._present.get(course.workflow)
        names = self._names.setdefault(course.workflow, {})
        if before is not None:
            for name in names:
                share = self._leaves if name in before else self._returns
                share.count((name in steps) != (name in before))
        for step in sorted(steps):
            names.pop(step, None)
            names[step] = None
        for gone in [name for name in names if name not in steps][:-_ABSENT]:
            del names[gone]
            self._steps.pop((course.workflow, gone), None)
        self._present[course.workflow] = steps

    def _observe_edit(self, known: _StepHistory, own: str) -> None:
        edited = own != known.versions[-1]
        self._edits[known.edited].count(edited)
        known.edits[known.edited].count(edited)
        known.edited = edited
        if not edited:
            return
        self._reverts.count(own in known.versions)
        if own in known.versions:
            rank = len(known.versions) - 1 - known.versions.index(own)
            self._ranks[rank] = self._ranks.get(rank, 0.0) + 1
            known.versions.remove(own)
        known.versions.append(own)
        del known.versions[:-_VERSIONS]
