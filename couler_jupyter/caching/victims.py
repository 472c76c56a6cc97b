"""Which of the cheapest to lose go: enough of them, none needlessly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """What could go: its key, its bytes, and the seconds that losing it may cost."""

    key: str
    size: int
    worth: float


def cheapest(candidates: Sequence[Candidate], lacking: int) -> list[Candidate] | None:
    """Return some that together have `lacking` bytes, at little loss; None if none do.

    Candidates come with the least worth per byte first. The first that are enough are
    taken, those of them that turn out needless are spared, the dearest first, and if
    one alone is enough and costs less, that one goes instead.

    >>> small, large = Candidate("small", 1, 1.0), Candidate("large", 9, 20.0)
    >>> [one.key for one in cheapest((small, large), 8)]
    ['large']
    """
    taken: list[Candidate] = []
    room = 0
    for one in candidates:
        if room >= lacking:
            break
        taken.append(one)
        room += one.size
    if room < lacking:
        return None
    for one in sorted(taken, key=lambda one: -one.worth):
        if room - one.size >= lacking:
            taken.remove(one)
            room -= one.size
    alone = [one for one in candidates if one.size >= lacking]
    single = min(alone, key=lambda one: one.worth, default=None)
    if single is not None and single.worth < sum(one.worth for one in taken):
        return [single]
    return taken
