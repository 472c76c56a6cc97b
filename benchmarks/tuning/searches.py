"""Optuna's TPE on a table: cold, or told where to begin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from benchmarks.tuning.judging import Judge
from couler_jupyter.ir.tuning import (
    Categorical,
    Dimension,
    Float,
    Int,
    Scalar,
    Setting,
    Space,
)
from couler_jupyter.tuning.logs import PredictedLog
from couler_jupyter.tuning.searching.distributions import suggested
from couler_jupyter.tuning.searching.warm_start import begin, empty

WAYS = ("cold", "cold, 3 at random", "default first", "ours")
_MOST = 200


def regrets(
    judge: Judge, logs: Sequence[PredictedLog], way: str, runs: int, seed: int
) -> list[float]:
    """Return what the best so far loses after each full run.

    A setting that was run already costs nothing: its log is on the shelf.

    Args:
        judge: of the table, in which a run looks its result up.
        logs: what was predicted.
        way: one of `WAYS`.
        runs: how many different settings are run in full.
        seed: of the sampler.
    """
    study = _study(judge, logs, way, seed)
    truth = judge.truth
    done: dict[str, float] = {}
    best: list[float] = []
    for _ in range(_MOST):
        trial = study.ask()
        asked = suggested(trial, truth.task.space)
        setting = _nearest(asked, truth.settings, truth.task.space)
        study.tell(trial, truth.task.goal.sign * judge.ends[setting.key])
        if setting.key not in done:
            done[setting.key] = judge.regret(setting)
            best.append(min(done.values()))
        if len(best) == runs:
            return best
    return best + best[-1:] * (runs - len(best))


def _study(judge: Judge, logs: Sequence[PredictedLog], way: str, seed: int) -> Any:  # noqa: ANN401 (a study of Optuna)
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    task = judge.truth.task
    if way == "ours":
        return begin(task, logs, seed=seed)
    if way == "default first":
        return begin(task, (), seed=seed)
    if way == "cold":
        return empty(task, seed)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=3)
    return optuna.create_study(direction=task.goal.direction.value, sampler=sampler)


def _nearest(
    asked: Mapping[str, Scalar], settings: Iterable[Setting], space: Space
) -> Setting:
    """Return the setting of the table that is nearest to what was asked for."""

    def distance(setting: Setting) -> float:
        return math.fsum(
            _apart(one, asked[name], setting[name]) for name, one in space.dimensions
        )

    return min(settings, key=distance)


def _apart(dimension: Dimension, one: Scalar, other: Scalar) -> float:
    match dimension:
        case Categorical():
            return float(one != other)
        case Float(low=low, high=high, log=log) | Int(low=low, high=high, log=log):
            assert isinstance(one, int | float)
            assert isinstance(other, int | float)
            if log:
                return abs(math.log(one / other)) / math.log(high / low)
            return abs(one - other) / (high - low)
