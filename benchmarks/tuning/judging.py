"""How good predictions are: ranks, what the chosen setting loses, and whether bands hold."""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from statistics import fmean

from benchmarks.tuning.cards import default
from benchmarks.tuning.logs import Truth, shortened, split_log
from couler_jupyter.ir.tuning import Metric, Setting
from couler_jupyter.tuning.logs import PredictedLog, RealLog
from couler_jupyter.tuning.predicting.anchoring import anchored
from couler_jupyter.tuning.predicting.calibrating import calibrated
from couler_jupyter.tuning.predicting.curve_extrapolation import CurveExtrapolation
from couler_jupyter.tuning.predicting.ranking import ranked

SHORT = 0.25
"""The share of a full run that a short one takes."""


def end_of(log: RealLog, metric: Metric) -> float:
    """Return what a whole run comes to: no worse than trivial, which divergence is."""
    assert metric.trivial is not None
    if log.diverged or log.value is None:
        return metric.trivial
    return metric.sign * max(metric.sign * log.value, metric.sign * metric.trivial)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judge:
    """Knows what every setting of a table comes to.

    Attributes:
        truth: the table.
        ends: by the key of the setting, the greater the better.
    """

    truth: Truth
    ends: Mapping[str, float]

    @classmethod
    def of(cls, truth: Truth) -> Judge:
        """Return the judge of a table."""
        goal = truth.task.goal
        ends = {
            one.log.setting.key: goal.sign * end_of(one.log, goal) for one in truth.kept
        }
        return cls(truth=truth, ends=ends)

    @property
    def best(self) -> float:
        """What the best setting comes to."""
        return max(self.ends.values())

    @property
    def spread(self) -> float:
        """Between the best and the worst."""
        return self.best - min(self.ends.values())

    def regret(self, setting: Setting) -> float:
        """Return what a setting loses against the best, in % of the range."""
        return 100 * (self.best - self.ends[setting.key]) / self.spread

    def default(self) -> float:
        """Return what the library's default loses."""
        return self.regret(default(self.truth.table.family))

    def random(self, count: int, known: Sequence[Setting] = ()) -> float:
        """Return what the best of some random full runs loses, on average.

        Args:
            count: how many are drawn.
            known: settings that are run besides.
        """
        known_keys = {one.key for one in known}
        rest = [self.regret(s) for s in self.truth.settings if s.key not in known_keys]
        least = min((self.regret(one) for one in known), default=math.inf)
        return fmean(
            min((least, *some)) for some in itertools.combinations(rest, count)
        )

    def tau(self, logs: Sequence[PredictedLog]) -> float:
        """Return Kendall's rank correlation of what was predicted with what is."""
        sign = self.truth.task.goal.sign
        told = [sign * log.value for log in logs]
        return tau(told, [self.ends[log.setting.key] for log in logs])

    def holds(self, logs: Iterable[PredictedLog]) -> float:
        """Return the share of real values that lie in their band."""
        sign = self.truth.task.goal.sign
        return fmean(
            log.final.low <= sign * self.ends[log.setting.key] <= log.final.high
            for log in logs
        )

    def in_top(self, logs: Sequence[PredictedLog], count: int = 5) -> bool:
        """Return whether the best setting is among the best predicted."""
        first = ranked(logs, self.truth.task.goal)[:count]
        return any(self.ends[log.setting.key] == self.best for log in first)


def reliability(truth: Truth) -> float:
    """Return how well two of the five splits rank settings as the other three do."""
    goal, table = truth.task.goal, truth.table
    ends = [
        [
            end_of(split_log(one, goal, table.units, split), goal)
            for split in range(len(one.splits))
        ]
        for one in table.trained
    ]
    splits = range(len(ends[0]))
    taus: list[float] = []
    for two in itertools.combinations(splits, 2):
        three = [one for one in splits if one not in two]
        some = [fmean(row[at] for at in two) for row in ends]
        others = [fmean(row[at] for at in three) for row in ends]
        taus.append(tau(some, others))
    return fmean(taus)


def verified(
    judge: Judge, logs: Sequence[PredictedLog], settings: Sequence[Setting], way: str
) -> Setting:
    """Return the setting that short runs speak for.

    Args:
        judge: of the table.
        logs: what was predicted.
        settings: that get a short run.
        way: `raw`, the last value of short runs; `continued`, their own curves; `anchored`,
            those and the predicted curves through them.
    """
    goal, task = judge.truth.task.goal, judge.truth.task
    units = round(SHORT * judge.truth.table.units)
    full = {one.log.setting.key: one.log for one in judge.truth.kept}
    short = {s.key: shortened(full[s.key], units) for s in settings}
    sound = [s for s in settings if not short[s.key].diverged]
    said = {log.setting.key: log for log in logs}

    def value(setting: Setting) -> float:
        run = short[setting.key]
        if way == "raw":
            return end_of(run, goal)
        [further] = CurveExtrapolation(real=(run,)).predict(task, (setting,))
        if way == "continued":
            return further.value
        return anchored(said[setting.key], run, goal, further).value

    return max(sound, key=lambda setting: goal.sign * value(setting))


def to_verify(
    judge: Judge, logs: Sequence[PredictedLog], top: int = 3
) -> list[Setting]:
    """Return the best predicted settings and the default, each once."""
    first = [log.setting for log in ranked(logs, judge.truth.task.goal)[:top]]
    return list(dict.fromkeys([*first, default(judge.truth.table.family)]))


def random_short(judge: Judge, count: int, draws: int = 300) -> float:
    """Return what the best of random short runs loses, compared as they are."""
    random = Random(1)
    settings = judge.truth.settings
    chosen = (
        verified(judge, (), random.sample(settings, count), "raw") for _ in range(draws)
    )
    return fmean(judge.regret(one) for one in chosen)


def covered(
    judge: Judge,
    logs: Sequence[PredictedLog],
    choose: Callable[[Random], Sequence[Setting]],
    *,
    drawn: bool = True,
    draws: int = 200,
) -> float:
    """Return how often bands hold what was not run, after calibration on what was."""
    goal = judge.truth.task.goal
    random = Random(2)
    shares: list[float] = []
    for _ in range(draws):
        run = {one.key for one in choose(random)}
        real = {key: goal.sign * judge.ends[key] for key in run}
        fitted = calibrated(logs, real, goal, drawn=drawn)
        shares.append(judge.holds(log for log in fitted if log.setting.key not in run))
    return fmean(shares)


def tau(one: Sequence[float], other: Sequence[float]) -> float:
    """Return Kendall's rank correlation of two columns."""
    from scipy.stats import kendalltau

    found: float = kendalltau(one, other).correlation  # pyright: ignore[reportAttributeAccessIssue]
    return found
