"""What is known of the settings of a step, as the JSON that is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Final

from couler_jupyter.ir.tuning import Metric, Setting, Tune
from couler_jupyter.protocol import (
    MeasuredState,
    PredictedState,
    SettingState,
    TuningView,
    tuning_view,
)
from couler_jupyter.tuning.logs import PredictedLog, PredictedSource, RealLog
from couler_jupyter.tuning.predicting.curves import LEVEL
from couler_jupyter.tuning.verifying import Outlook

_GONE_ON: Final = PredictedSource.CURVE_EXTRAPOLATION.value


def tuning_view_of(
    *,
    step: str,
    tune: Tune,
    predicted: Sequence[PredictedLog],
    real: Sequence[RealLog],
    usual: Setting | None = None,
    chosen: Setting | None = None,
    drawn: Collection[Setting] = (),
    outlooks: Sequence[Outlook] = (),
    advice: str = "",
) -> TuningView:
    """Return what is known of each setting, as JSON.

    Args:
        step: which is tuned.
        tune: what it asks for.
        predicted: logs that were predicted; the last of a setting counts.
        real: logs of real runs.
        usual: the setting that runs where nothing is chosen.
        chosen: the one that is used.
        drawn: those that were drawn at random.
        outlooks: where curves of short runs go on, instead of what was predicted before.
        advice: what to do next.
    """
    goal: Metric = tune.goal
    runs: dict[str, list[RealLog]] = {}
    for log in real:
        runs.setdefault(log.setting.key, []).append(log)
    latest = {log.setting.key: _predicted(log) for log in predicted}
    for one in outlooks:
        if one.source == _GONE_ON and one.value is not None:
            latest[one.setting.key] = _gone_on(one, runs.get(one.setting.key, ()))
    marked: dict[str, set[Setting | None]] = {
        "default": {usual},
        "chosen": {chosen},
        "drawn": set(drawn),
    }
    known = [log.setting for log in predicted] + [log.setting for log in real]
    known += [one for one in (usual, chosen, *drawn) if one is not None]
    settings = {one.key: one for one in known}
    return tuning_view(
        step=step,
        metric=goal.name,
        maximize=goal.sign > 0,
        split=goal.split,
        trivial=goal.trivial,
        unit=tune.model.log_unit,
        units=tune.model.max_units or 0,
        advice=advice,
        settings=[
            SettingState(
                id=key,
                text=str(setting),
                marks=tuple(word for word, ones in marked.items() if setting in ones),
                predicted=latest.get(key),
                measured=tuple(_measured(log) for log in runs.get(key, ())),
            )
            for key, setting in settings.items()
        ],
    )


def _predicted(log: PredictedLog) -> PredictedState:
    return PredictedState(
        source=log.source.value,
        model=log.predictor.model,
        value=log.final.value,
        low=log.final.low,
        high=log.final.high,
        level=log.final.level,
        calibrated=log.calibrated,
        points=tuple(_band(log)),
        warnings=log.warnings,
    )


def _gone_on(one: Outlook, runs: Sequence[RealLog]) -> PredictedState:
    """Where the furthest of some short runs goes on to, from its last point on."""
    assert one.value is not None
    furthest = max(runs, key=lambda log: log.observed_units, default=None)
    measured = [] if furthest is None else _measured(furthest).points
    return PredictedState(
        source=_GONE_ON,
        model="",
        value=one.value,
        low=one.value if one.low is None else one.low,
        high=one.value if one.high is None else one.high,
        level=LEVEL,
        calibrated=one.calibrated,
        points=tuple((unit, value, None, None) for unit, value in measured[-1:]),
        warnings=one.warnings,
    )


def _band(
    log: PredictedLog,
) -> Iterator[tuple[int, float, float | None, float | None]]:
    for point in log.points:
        if point.metric is not None:
            yield point.unit, point.metric, point.metric_low, point.metric_high


def _measured(log: RealLog) -> MeasuredState:
    return MeasuredState(
        source=log.source.value,
        run=log.run,
        value=log.value,
        units=log.observed_units,
        seconds=log.seconds,
        diverged=log.diverged,
        points=tuple((p.unit, p.metric) for p in log.points if p.metric is not None),
        warnings=log.warnings,
    )
