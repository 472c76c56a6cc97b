"""The chance that an artifact is read by the next run, from what edits were seen.

For an artifact u of a workflow's current version, V(u) is the chance that neither its
step nor any before it is edited, and N(u) the chance that it is asked for or that some
step executes that reads it, given that u itself stays valid. A step d that reads u
executes if an edit of its own or beside u invalidates it, or if it is valid, needed
itself and not held.
"""

from __future__ import annotations

import math
from collections.abc import Container

from couler_jupyter.caching.artifact import Artifact, Course
from couler_jupyter.caching.history import History
from couler_jupyter.caching.lineage import Lineage

_CLASSES = 24
"""Chances of edits are told apart on a scale of so many steps."""
_SMALLEST = 1e-3


class Demand:
    """Chances of reads, kept up to date as artifacts come and go."""

    def __init__(self, history: History, lineage: Lineage) -> None:
        self._history = history
        self._lineage = lineage
        self._valid: dict[str, float] = {}
        self._needed: dict[str, float] = {}
        self._target: dict[str, float] = {}
        self._closure: dict[str, float] = {}

    def learn(self, course: Course, held: Container[str]) -> None:
        """Work out the chances for a workflow that starts to run."""
        read = {parent for one in course.artifacts for parent in one.parents}
        history, workflow = self._history, course.workflow
        for one in course.artifacts:
            last = one.key not in read
            self._target[one.key] = history.target(workflow, one.step, last=last)
            self._closure[one.key] = history.closure(workflow, one.step)
        self._valid.update(valid_chances(course.artifacts, history))
        for one in reversed(course.artifacts):
            self._needed[one.key] = self._work_out(one.key, held)

    def keep(self, wanted: Container[str]) -> None:
        """Forget all but these."""
        for table in (self._valid, self._needed, self._target, self._closure):
            for key in [key for key in table if key not in wanted]:
                del table[key]

    def valid(self, key: str) -> float:
        """Return the chance that a current artifact stays what it is."""
        return self._valid.get(key, 0.0)

    def needed(self, key: str, held: Container[str]) -> float:
        """Return the chance that it is read if it stays what it is."""
        if key not in self._needed:
            self._needed[key] = self._work_out(key, held)
        return self._needed[key]

    def forget(self, key: str) -> None:
        """Have `needed` be worked out anew."""
        self._needed.pop(key, None)

    def _work_out(self, key: str, held: Container[str]) -> float:
        valid = self._valid.get(key, 0.0)
        idle = 1 - self._target.get(key, 0.0)
        for child in self._lineage.children(key):
            if child.key not in self._valid or not self._lineage.is_current(child):
                continue
            still = self._valid[child.key] / valid if valid else 0.0
            again = (1 - still) * self._closure[child.key]
            if child.key not in held:
                again += still * self._needed.get(child.key, self._closure[child.key])
            idle *= 1 - min(again, 1.0)
        return 1 - idle


def valid_chances(
    artifacts: tuple[Artifact, ...], history: History
) -> dict[str, float]:
    """Return, by key, the chance that no step an artifact is made of is edited.

    Ancestors are sets of bits; steps of about the same chance of an edit are counted
    together, so that ten thousand steps take a fraction of a second.
    """
    ancestors: dict[str, int] = {}
    classes: dict[int, int] = {}
    for place, one in enumerate(artifacts):
        bits = 1 << place
        chance = history.edit(one.workflow, one.step)
        kind = _class_of(chance)
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
