"""A study of Optuna that begins with what is known, and goes on by itself.

What was run in full is told it as done; the default and the best foretold are tried
first, by `enqueue_trial`. Foretold numbers never become values of trials.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import PredictedLog, RealLog, RealSource
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.predicting.ranking import ranked
from couler_jupyter.tuning.searching.distributions import distributions_of, suggested

if TYPE_CHECKING:
    from optuna import Study, Trial


def begin(
    task: Task,
    predicted: Iterable[PredictedLog] = (),
    real: Sequence[RealLog] = (),
    *,
    top: int = 3,
    seed: int = 0,
) -> Study:
    """Return a study that Optuna takes over: `begin(...).optimize(objective_of(...), 20)`.

    Args:
        task: what is to be learned.
        predicted: what was foretold; the best of it is tried first.
        real: what was run; full runs count as trials that are done.
        top: how many of the best foretold are tried first, before the default.
        seed: of its sampler.
    """
    import optuna

    study = empty(task, seed)
    known = distributions_of(task.space)
    done: set[str] = set()
    for log in real:
        full = log.source is RealSource.FULL_RUN and not log.diverged
        if full and log.value is not None and task.space.contains(log.setting):
            values = log.setting.as_dict()
            study.add_trial(
                optuna.trial.create_trial(
                    params=values,
                    distributions={name: known[name] for name in values},
                    value=log.value,
                    user_attrs={"run": log.run},
                )
            )
            done.add(log.setting.key)
    best = (log.setting for log in ranked(predicted, task.goal)[:top])
    for setting in (*best, task.space.default()):
        if setting.key not in done:
            done.add(setting.key)
            study.enqueue_trial(setting.as_dict())
    return study


def empty(task: Task, seed: int = 0) -> Study:
    """Return a study that knows nothing: TPE, from a cold start."""
    import optuna

    sampler = optuna.samplers.TPESampler(seed=seed)
    return optuna.create_study(direction=task.goal.direction.value, sampler=sampler)


def objective_of(
    task: Task, evaluate: Callable[[Setting], float]
) -> Callable[[Trial], float]:
    """Return what Optuna maximizes or minimizes.

    Args:
        task: what is to be learned.
        evaluate: runs a setting in full, and returns the metric.
    """
    return lambda trial: evaluate(suggested(trial, task.space))
