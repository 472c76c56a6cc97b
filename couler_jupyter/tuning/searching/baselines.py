"""What our predictions are held against, at equal cost: they always stand beside ours.

A study with a matched budget found that what looks like a warm start is mostly the default
setting, tried first (arXiv 2606.21641); so the default, and random search that begins
with it, are among them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import PredictedLog
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.searching.warm_start import begin, empty, objective_of

if TYPE_CHECKING:
    from optuna import Study


@dataclass(frozen=True, slots=True, kw_only=True)
class Course:
    """How good the best setting is after each full run.

    Attributes:
        name: `ours`, `default`, `random`, `default, then random`, `tpe`.
        best: the metric of the best so far, after the first run, the second, ...
    """

    name: str
    best: tuple[float, ...]


def courses(
    task: Task,
    evaluate: Callable[[Setting], float],
    *,
    runs: int,
    predicted: Sequence[PredictedLog] = (),
    top: int = 3,
    seed: int = 0,
) -> tuple[Course, ...]:
    """Return how ours and the others fare in as many full runs each.

    Args:
        task: what is to be learned.
        evaluate: gives the metric of a full run; asked for each setting once.
        runs: that each may make.
        predicted: what ours begins with: the best `top` of it.
        top: how many of them are tried first.
        seed: of all draws.

    Raises:
        UsageFailed: there is no run to be made.
    """
    if runs < 1:
        raise UsageFailed(f"{runs} runs compare nothing; 1 at the least")
    known: dict[str, float] = {}

    def once(setting: Setting) -> float:
        if setting.key not in known:
            known[setting.key] = evaluate(setting)
        return known[setting.key]

    drawn = task.space.sample(Random(seed), runs)  # noqa: S311 (no secret)
    usual = task.space.default()
    seeded = (usual, *(one for one in drawn if one != usual))[:runs]
    ours, cold = begin(task, predicted, top=top, seed=seed), empty(task, seed)
    return (
        _course("ours", _searched(ours, task, once, runs), task),
        _course("default", iter([once(usual)] * runs), task),
        _course("random", map(once, drawn), task),
        _course("default, then random", map(once, seeded), task),
        _course("tpe", _searched(cold, task, once, runs), task),
    )


def _course(name: str, values: Iterator[float], task: Task) -> Course:
    better = max if task.goal.sign > 0 else min
    return Course(name=name, best=tuple(accumulate(values, better)))


def _searched(
    study: Study, task: Task, evaluate: Callable[[Setting], float], runs: int
) -> Iterator[float]:
    study.optimize(objective_of(task, evaluate), n_trials=runs)
    for one in study.trials:
        assert one.value is not None  # a trial that fails raises
        yield one.value
