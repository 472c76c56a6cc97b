"""A task whose curves are known, and logs of it."""

from __future__ import annotations

from couler_jupyter.ir.tuning import (
    Classes,
    DataCard,
    Direction,
    Float,
    Metric,
    ModelCard,
    Setting,
    Space,
)
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

SPACE = Space.of({"rate": Float(low=0.1, high=1.0, step=0.1, default=0.5)})
TASK = Task(
    data=DataCard(
        name="Digits",
        input_type="image",
        label_space=Classes(names=("zero", "one")),
        metric=Metric(name="accuracy", direction=Direction.MAXIMIZE),
    ),
    model=ModelCard(
        name="MLP",
        library="",
        structure="64-2",
        description="a network",
        max_units=40,
    ),
    space=SPACE,
)


def setting(rate: float) -> Setting:
    return SPACE.setting({"rate": rate})


def foretold(rate: float, value: float, width: float = 0.1) -> PredictedLog:
    return PredictedLog(
        source=PredictedSource.PAST_RUNS,
        setting=setting(rate),
        predictor=Predictor(name="past-runs"),
        final=Final(value=value, low=value - width / 2, high=value + width / 2),
    )


def ran(rate: float, end: float, units: int = 10, *, noise: float = 0.0) -> RealLog:
    """A run whose metric comes to `end`, as one over the unit."""
    points = tuple(
        Point(unit=unit, metric=end - 0.3 / unit + noise * (-1) ** unit)
        for unit in range(1, units + 1)
    )
    source = RealSource.FULL_RUN if units == 40 else RealSource.SHORT_RUN
    return RealLog(
        source=source,
        setting=setting(rate),
        points=points,
        observed_units=units,
        seconds=units / 10,
        run=f"run-{rate}",
    )
