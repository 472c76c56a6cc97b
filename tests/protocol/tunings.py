"""A tuning that between its settings has everything a view of it can show."""

from __future__ import annotations

from couler_jupyter.protocol import (
    MeasuredState,
    PredictedState,
    SettingState,
    TuningView,
    tuning_view,
)


def guessed(
    value: float, *, calibrated: bool = False, warning: str = ""
) -> PredictedState:
    return PredictedState(
        source="past-runs",
        model="extra-trees",
        value=value,
        low=value - 0.05,
        high=value + 0.02,
        level=0.8,
        calibrated=calibrated,
        points=tuple(
            (unit, at := value * unit / (unit + 1), at - 0.1, at + 0.05)
            for unit in (1, 5, 10)
        ),
        warnings=(warning,) if warning else (),
    )


def ran(
    value: float | None, units: int = 5, *, diverged: bool = False
) -> MeasuredState:
    return MeasuredState(
        source="full-run" if units == 20 else "short-run",
        run="tune-1",
        value=value,
        units=units,
        seconds=75.0,
        diverged=diverged,
        points=() if value is None else tuple((u, value) for u in range(1, units + 1)),
        warnings=("val_loss is nan at unit 3: training diverged",) if diverged else (),
    )


def settings() -> tuple[SettingState, ...]:
    return (
        SettingState(id="a", text="rate=0.1", predicted=guessed(0.9)),
        SettingState(
            id="b",
            text="rate=0.2",
            marks=("default",),
            predicted=guessed(0.95, calibrated=True, warning="few points"),
            measured=(ran(0.8),),
        ),
        SettingState(
            id="c", text="rate=0.3", marks=("drawn",), measured=(ran(0.93, 20),)
        ),
        SettingState(
            id="d",
            text="rate=9",
            predicted=guessed(0.99),
            measured=(ran(None, 3, diverged=True),),
        ),
        SettingState(id="e", text="rate=0.4"),
    )


def full() -> TuningView:
    return tuning_view(
        step="train",
        metric="accuracy",
        maximize=True,
        split="validation",
        trivial=0.5,
        unit="epoch",
        units=20,
        settings=settings(),
        advice="verify rate=0.1 by a full run",
        requests=("use",),
    )
