"""What is known of the settings of a step, as the JSON that is shown."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from couler_jupyter.ir.tuning import Metric, Setting, Tune
from couler_jupyter.protocol import (
    MeasuredState,
    PredictedState,
    SettingState,
    TuningView,
    tuning_view,
)
from couler_jupyter.tuning.logs import PredictedLog, RealLog


def tuning_view_of(
    *,
    step: str,
    tune: Tune,
    predicted: Sequence[PredictedLog],
    real: Sequence[RealLog],
    usual: Setting | None = None,
    chosen: Setting | None = None,
    drawn: Collection[Setting] = (),
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
        advice: what to do next.
    """
    goal: Metric = tune.goal
    latest = {log.setting.key: log for log in predicted}
    runs: dict[str, list[RealLog]] = {}
    for log in real:
        runs.setdefault(log.setting.key, []).append(log)
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
                predicted=_predicted(latest[key]) if key in latest else None,
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
