"""Which settings are tried for real: the best foretold, the default, and one at random.

Without the default nobody knows whether the predictions gained anything (arXiv
2606.21641); without one drawn at random, whether they know the space at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from random import Random

from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import PredictedLog
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.predicting.ranking import ranked


class Why(StrEnum):
    """Why a setting is tried."""

    FORETOLD = "foretold"
    DEFAULT = "default"
    RANDOM = "random"
    ASKED = "asked for"


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A setting that is tried.

    Attributes:
        setting: which.
        why: what it is tried for.
        rank: its place among what was foretold, from 1; 0 if it was not.
    """

    setting: Setting
    why: Why
    rank: int = 0


def candidates(
    task: Task, predicted: Iterable[PredictedLog], *, top: int = 3, seed: int = 0
) -> tuple[Candidate, ...]:
    """Return what to try, each setting once: `top` foretold, the default, one at random.

    Args:
        task: what is to be learned.
        predicted: what was foretold; the default may be among it.
        top: how many of the best are tried.
        seed: of the draw; the same seed, the same setting.
    """
    found: dict[str, Candidate] = {}
    order = ranked(predicted, task.goal)
    ranks = {one.setting.key: place for place, one in enumerate(order, 1)}
    best = (Candidate(setting=one.setting, why=Why.FORETOLD) for one in order[:top])
    for one in (*best, Candidate(setting=task.space.default(), why=Why.DEFAULT)):
        key = one.setting.key
        if key not in found or one.why is Why.DEFAULT:
            rank = ranks.get(key, 0)
            found[key] = Candidate(setting=one.setting, why=one.why, rank=rank)
    for setting in _drawn(task, seed, len(found) + 1):
        if setting.key not in found:
            rank = ranks.get(setting.key, 0)
            found[setting.key] = Candidate(setting=setting, why=Why.RANDOM, rank=rank)
            break
    return tuple(found.values())


def _drawn(task: Task, seed: int, count: int) -> Iterator[Setting]:
    yield from task.space.sample(Random(seed), count)  # noqa: S311 (no secret)
