from __future__ import annotations

from random import Random
from statistics import fmean

from couler_jupyter.ir.tuning import Direction, Metric, Setting
from couler_jupyter.tuning.logs import (
    Final,
    Point,
    PredictedLog,
    PredictedSource,
    Predictor,
)
from couler_jupyter.tuning.predicting.calibrating import calibrated

ACCURACY = Metric(name="accuracy", direction=Direction.MAXIMIZE)


def log(number: int, value: float, reach: float = 0.001) -> PredictedLog:
    return PredictedLog(
        source=PredictedSource.PAST_RUNS,
        setting=Setting.of({"n": number}),
        predictor=Predictor(name="past-runs"),
        final=Final(value=value, low=value - reach, high=value + reach),
        points=(Point(unit=1, metric=value - 0.1), Point(unit=2, metric=value)),
    )


def real(logs: list[PredictedLog], *errors: float) -> dict[str, float]:
    return {
        one.setting.key: one.value + error
        for one, error in zip(logs, errors, strict=False)
    }


def test_three_real_runs_are_too_few_and_nothing_is_claimed() -> None:
    logs = [log(n, 0.5) for n in range(6)]
    assert calibrated(logs, real(logs, 0.1, 0.1, 0.1), ACCURACY) == tuple(logs)


def test_the_level_is_put_right() -> None:
    logs = [log(n, 0.5 + n / 100) for n in range(6)]
    fitted = calibrated(logs, real(logs, 0.1, 0.1, 0.1, 0.1), ACCURACY)
    assert [round(one.value, 6) for one in fitted] == [
        0.6,
        0.61,
        0.62,
        0.63,
        0.64,
        0.65,
    ]
    assert all(one.calibrated for one in fitted)
    assert round(fitted[0].points[0].metric or 0, 6) == 0.5


def test_bands_become_as_wide_as_predictions_err() -> None:
    logs = [log(n, 0.5) for n in range(6)]
    [one, *_] = calibrated(logs, real(logs, 0.2, -0.2, 0.0, 0.0), ACCURACY)
    assert round(one.final.high - one.value, 6) == round(0.2 * 4 / 3, 6)


def test_bands_of_chosen_runs_become_no_narrower() -> None:
    logs = [log(n, 0.5, reach=0.3) for n in range(6)]
    same = real(logs, 0.0, 0.0, 0.0, 0.0)
    [chosen, *_] = calibrated(logs, same, ACCURACY)
    [drawn, *_] = calibrated(logs, same, ACCURACY, drawn=True)
    assert round(chosen.final.high - chosen.value, 6) == 0.3
    assert drawn.final.high == drawn.value == 0.5


def test_bands_stay_within_what_the_metric_can_be() -> None:
    logs = [log(n, 0.95) for n in range(6)]
    fitted = calibrated(logs, real(logs, 0.04, -0.5, 0.04, 0.04), ACCURACY)
    assert max(one.final.high for one in fitted) == 1.0


def test_a_real_run_without_a_finite_end_teaches_nothing() -> None:
    logs = [log(n, 0.5) for n in range(6)]
    ends = real(logs, 0.1, 0.1, 0.1) | {logs[3].setting.key: float("nan")}
    assert calibrated(logs, ends, ACCURACY) == tuple(logs)


def test_four_drawn_runs_hold_four_fifths_of_the_others() -> None:
    random = Random(5)
    held: list[bool] = []
    for _ in range(200):
        logs = [log(n, 0.5) for n in range(14)]
        ends = real(logs, *(random.gauss(0.05, 0.02) for _ in logs))
        known = dict(list(ends.items())[:4])
        held += [
            one.final.low <= ends[one.setting.key] <= one.final.high
            for one in calibrated(logs, known, ACCURACY, drawn=True)[4:]
        ]
    assert 0.75 <= fmean(held) <= 0.87
