"""The chance that an artifact is read by the next run, from what edits were seen.

For an artifact u of a workflow's current version, V(u) is the chance that neither its
step nor any before it is edited, and N(u) the chance that it is asked for or that some
step executes that reads it, given that u itself stays valid. A step d that reads u
executes if an edit of its own or beside u invalidates it, or if it is valid, needed
itself and not held.
"""

from __future__ import annotations

import math
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass

from couler_jupyter.caching.artifact import Artifact, Course
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage

_CLASSES = 24
"""Chances of edits are told apart on a scale of so many steps."""
_SMALLEST = 1e-3


@dataclass(frozen=True, slots=True)
class _Chances:
    """The chances of one workflow's current artifacts, by key."""

    valid: dict[str, float]
    target: dict[str, float]
    closure: dict[str, float]
    needed: dict[str, float]


class Demand:
    """Chances of reads, kept up to date as artifacts come and go."""

    def __init__(self, history: History, lineage: Lineage) -> None:
        self._history = history
        self._lineage = lineage
        self._of: dict[str, _Chances] = {}

    def learn(self, course: Course, held: Container[str]) -> None:
        """Work out the chances for a workflow that starts to run."""
        read = {parent for one in course.artifacts for parent in one.parents}
        edits: dict[str, float] = {}
        chances = _Chances(valid={}, target={}, closure={}, needed={})
        for one, outlook in self._history.outlooks(course, read):
            edits[one.key] = outlook.edit
            chances.target[one.key] = outlook.target
            chances.closure[one.key] = outlook.closure
        chances.valid.update(valid_chances(course.artifacts, edits))
        self._of[course.workflow] = chances
        for one in reversed(course.artifacts):
            # its readers came before it here
            chances.needed[one.key] = self._combine(chances, one.key, held)
        for gone in [name for name in self._of if name not in self._lineage.current]:
            del self._of[gone]

    def read(self, workflow: str, key: str, held: Container[str]) -> float:
        """Return the chance that a current artifact stays what it is and is read."""
        return self._of[workflow].valid[key] * self.needed(workflow, key, held)

    def needed(self, workflow: str, key: str, held: Container[str]) -> float:
        """Return the chance that a current artifact is read if it stays what it is."""
        chances = self._of[workflow]
        found = chances.needed.get(key)
        if found is None:
            found = chances.needed[key] = self._work_out(chances, key, held)
        return found

    def forget(self, keys: Iterable[str]) -> None:
        """Have `needed` of these be worked out anew."""
        for key in keys:
            for workflow in self._lineage.where(key):
                self._of[workflow].needed.pop(key, None)

    def _work_out(self, chances: _Chances, key: str, held: Container[str]) -> float:
        """Work out `needed`, and that of what it depends on and is not known.

        Where histories of several runs make a ring, what is being worked out already
        counts by how often it was part of what was asked for.
        """
        waiting = [key]
        begun: set[str] = set()
        while waiting:
            one = waiting[-1]
            begun.add(one)
            lacking = [
                child
                for child in self._lineage.readers(one)
                if child in chances.valid
                and child not in held
                and child not in chances.needed
                and child not in begun
            ]
            if not lacking:
                chances.needed[one] = self._combine(chances, one, held)
                waiting.pop()
            waiting += lacking
        return chances.needed[key]

    def _combine(self, chances: _Chances, key: str, held: Container[str]) -> float:
        valid, needed, closure = chances.valid, chances.needed, chances.closure
        mine = valid[key]
        idle = 1 - chances.target[key]
        for child in self._lineage.readers(key):
            theirs = valid.get(child)
            if theirs is None:
                continue
            still = theirs / mine if mine else 0.0
            often = closure[child]
            again = (1 - still) * often
            if child not in held:
                again += still * needed.get(child, often)
            idle *= 1 - min(again, 1.0)
        return 1 - idle


def valid_chances(
    artifacts: Sequence[Artifact], edits: Mapping[str, float]
) -> dict[str, float]:
    """Return, by key, the chance that no step an artifact is made of is edited.

    `edits` has the chance that its own step is.

    Ancestors are sets of bits; steps of about the same chance of an edit are counted
    together, so that ten thousand steps take a fraction of a second.
    """
    ancestors: dict[str, int] = {}
    classes: dict[int, int] = {}
    kinds: dict[float, int] = {}
    for place, one in enumerate(artifacts):
        bits = 1 << place
        chance = edits[one.key]
        if chance not in kinds:
            kinds[chance] = _class_of(chance)
        kind = kinds[chance]
        classes[kind] = classes.get(kind, 0) | bits
        for parent in one.parents:
            bits |= ancestors.get(parent, 0)
        ancestors[one.key] = bits
    weights = [(mask, math.log1p(-_chance_of(kind))) for kind, mask in classes.items()]
    return {
        key: math.exp(sum((bits & mask).bit_count() * log for mask, log in weights))
        for key, bits in ancestors.items()
    }


def _class_of(chance: float) -> int:
    low = math.log(_SMALLEST)
    place = (math.log(min(max(chance, _SMALLEST), 0.95)) - low) / -low
    return round(place * _CLASSES)


def _chance_of(kind: int) -> float:
    low = math.log(_SMALLEST)
    return min(math.exp(low - low * kind / _CLASSES), 0.95)
