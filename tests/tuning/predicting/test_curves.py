from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

import pytest

from couler_jupyter.errors import PredictionFailed
from couler_jupyter.ir.tuning import Setting
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
    RealLog,
    RealSource,
)
from couler_jupyter.tuning.predicting import Task
from couler_jupyter.tuning.predicting.anchoring import anchored
from couler_jupyter.tuning.predicting.curve_extrapolation import CurveExtrapolation
from couler_jupyter.tuning.predicting.curves import extrapolate


def short(setting: Setting, *metric: float) -> RealLog:
    return RealLog(
        source=RealSource.SHORT_RUN,
        setting=setting,
        points=tuple(Point(unit=n, metric=one) for n, one in enumerate(metric, 1)),
        observed_units=len(metric),
    )


@pytest.mark.parametrize(
    "curve",
    [
        lambda unit: 0.9 - 0.4 * unit**-0.7,
        lambda unit: 0.3 + 0.5 * math.exp(-unit / 6),
        lambda unit: 0.8,
    ],
    ids=["power", "exponential", "flat"],
)
def test_a_curve_without_noise_is_continued(curve: Callable[[int], float]) -> None:
    units = range(1, 16)
    [end] = extrapolate(units, [curve(unit) for unit in units], [60])
    assert end.value == pytest.approx(curve(60), abs=0.02)
    assert end.low <= end.value <= end.high


def test_noise_widens_the_band() -> None:
    units = range(1, 16)
    smooth = [0.9 - 0.4 * unit**-0.7 for unit in units]
    rough = [one + 0.05 * (-1) ** unit for unit, one in zip(units, smooth, strict=True)]
    [sure], [unsure] = (extrapolate(units, one, [60]) for one in (smooth, rough))
    assert unsure.high - unsure.low > 2 * (sure.high - sure.low)


def test_a_short_run_is_continued_to_its_end(
    task: Task, settings: tuple[Setting, ...]
) -> None:
    log = short(settings[0], *(0.9 - 0.3 / n for n in range(1, 11)))
    [said] = CurveExtrapolation(real=(log,)).predict(task, settings[:1])
    assert said.source is PredictedSource.CURVE_EXTRAPOLATION
    assert said.observed_units == 10
    assert said.points[:10] == log.points
    assert said.points[-1].unit == 40
    assert said.final.value == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize(
    ("metric", "diverged", "why"),
    [
        ((0.6, 0.7), False, "its log has 2 points with a metric; a curve needs 4"),
        ((0.6, 0.7, 0.6, 0.6), True, "its run diverged after 4 rounds"),
    ],
    ids=["few points", "diverged"],
)
def test_no_curve_is_made_up(
    task: Task,
    settings: tuple[Setting, ...],
    metric: tuple[float, ...],
    diverged: bool,
    why: str,
) -> None:
    log = replace(short(settings[0], *metric), diverged=diverged)
    with pytest.raises(PredictionFailed, match=why):
        CurveExtrapolation(real=(log,)).predict(task, settings[:1])


def test_a_setting_that_was_not_run_has_no_curve(
    task: Task, settings: tuple[Setting, ...]
) -> None:
    log = short(settings[0], 0.6, 0.7, 0.7, 0.7)
    with pytest.raises(PredictionFailed, match="no run of it"):
        CurveExtrapolation(real=(log,)).predict(task, settings[1:2])


def test_a_predicted_gain_is_laid_on_a_short_run(
    task: Task, settings: tuple[Setting, ...]
) -> None:
    log = short(settings[0], *([0.7] * 10))
    said = PredictedLog(
        source=PredictedSource.PAST_RUNS,
        setting=settings[0],
        predictor=Predictor(name="past-runs"),
        final=Final(value=0.8, low=0.7, high=0.9),
        points=(Point(unit=4, metric=0.6), Point(unit=40, metric=0.8)),
    )
    [further] = CurveExtrapolation(real=(log,)).predict(task, settings[:1])
    end = anchored(said, log, task.goal, further)
    gain = 0.2 * 30 / 36
    assert end.final.value == pytest.approx((0.7 + gain + further.value) / 2)
    assert end.points[-1].metric == pytest.approx(end.final.value)
    assert end.final.low <= further.value <= end.final.high
    assert end.observed_units == 10


def test_a_prediction_without_a_curve_cannot_be_laid_on_a_run(
    task: Task, settings: tuple[Setting, ...]
) -> None:
    log = short(settings[0], 0.6, 0.7, 0.7, 0.7)
    [further] = CurveExtrapolation(real=(log,)).predict(task, settings[:1])
    with pytest.raises(PredictionFailed, match="no curve was predicted"):
        anchored(replace(further, points=()), log, task.goal, further)
