"""Optuna's TPE on a table, cold or told where to begin."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence

from benchmarks.tuning.judging import Judge
from couler_jupyter.ir.tuning import Categorical, Float, Int, Setting, Space

STARTUP = 3
"""Trials before TPE models anything."""
_MOST = 200


def regrets(judge: Judge, first: Sequence[Setting], runs: int, seed: int) -> list[float]:
    """Return what the best so far loses after each full run.

    A setting that was run already costs nothing: its log is on the shelf.

    Args:
        judge: of the table, which a run looks its result up in.
        first: settings that are tried before all others.
        runs: how many different settings are run in full.
        seed: of the sampler.
    """
    import optuna

    optuna.logging.set_verbosity(optuna.logging.ERROR)
    sampler = optuna.samplers.TPESampler(seed=seed, n_startup_trials=STARTUP)
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for setting in first:
        study.enqueue_trial(dict(setting))
    space = judge.truth.task.space
    done: dict[str, float] = {}
    best: list[float] = []
    for _ in range(_MOST):
        trial = study.ask()
        setting = _nearest(_suggested(trial, space), judge.truth.settings, space)
        study.tell(trial, judge.ends[setting.key])
        if setting.key not in done:
            done[setting.key] = judge.regret(setting)
            best.append(min(done.values()))
        if len(best) == runs:
            return best
    return best + best[-1:] * (runs - len(best))


def _suggested(trial: object, space: Space) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, one in space.dimensions:
        match one:
            case Float(low=low, high=high, log=log):
                found[name] = trial.suggest_float(name, low, high, log=log)  # type: ignore[attr-defined]
            case Int(low=low, high=high, log=log):
                found[name] = trial.suggest_int(name, low, high, log=log)  # type: ignore[attr-defined]
            case Categorical(choices=choices):
                found[name] = trial.suggest_categorical(name, choices)  # type: ignore[attr-defined]
    return found


def _nearest(
    asked: dict[str, object], settings: Iterable[Setting], space: Space
) -> Setting:
    """Return the setting of the table that is nearest to what was asked for."""

    def distance(setting: Setting) -> float:
        return math.fsum(
            _apart(one, asked[name], setting[name]) for name, one in space.dimensions
        )

    return min(settings, key=distance)


def _apart(dimension: object, one: object, other: object) -> float:
    if isinstance(dimension, Categorical):
        return float(one != other)
    assert isinstance(dimension, Float | Int)
    assert isinstance(one, int | float)
    assert isinstance(other, int | float)
    if dimension.log:
        width = math.log(dimension.high / dimension.low)
        return abs(math.log(one / other)) / width
    return abs(one - other) / (dimension.high - dimension.low)
