"""Which settings are tried for real: the best foretold, the default, and one at random.

Without the default nobody knows whether the predictions gained anything (arXiv
2606.21641); without one drawn at random, whether they know the space at all.
"""

from __future__ import annotations

from collections.abc import Iterable
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
    task: Task,
    predicted: Iterable[PredictedLog],
    *,
    top: int = 3,
    drawn: int = 1,
    seed: int = 0,
) -> tuple[Candidate, ...]:
    """Return what to try, each setting once: the best foretold, the default, some drawn.

    Args:
        task: what is to be learned.
        predicted: what was foretold; the default may be among it.
        top: how many of the best are tried.
        drawn: how many are drawn at random.
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
    most = len(found) + drawn
    for setting in task.space.sample(Random(seed), most):  # noqa: S311 (no secret)
        if setting.key not in found and len(found) < most:
            rank = ranks.get(setting.key, 0)
            found[setting.key] = Candidate(setting=setting, why=Why.RANDOM, rank=rank)
    return tuple(found.values())
