"""A small task, as all sources see it."""

from __future__ import annotations

import pytest

from couler_jupyter.ir.tuning import (
    Classes,
    DataCard,
    Direction,
    Float,
    Int,
    Metric,
    ModelCard,
    Setting,
    Space,
)
from couler_jupyter.tuning.predicting import Task


@pytest.fixture
def task() -> Task:
    """Two classes, a boosted model, forty rounds."""
    return Task(
        data=DataCard(
            name="spam",
            input_type="tabular",
            label_space=Classes(names=("ham", "spam"), counts=(60, 40)),
            metric=Metric(name="accuracy", direction=Direction.MAXIMIZE, trivial=0.6),
            rows=100,
            features=7,
            fingerprint="spam-1",
            file_set="secret-place/spam",
        ),
        model=ModelCard(
            name="booster",
            library="lib",
            structure="trees",
            description="a sum of trees",
            log_unit="round",
            max_units=40,
        ),
        space=Space(
            dimensions=(
                ("learning_rate", Float(low=0.01, high=1.0, log=True, default=0.1)),
                ("max_depth", Int(low=2, high=6, default=6)),
            )
        ),
    )


@pytest.fixture
def settings(task: Task) -> tuple[Setting, ...]:
    """Three settings of that space."""
    return tuple(
        task.space.setting({"learning_rate": rate, "max_depth": depth})
        for rate, depth in ((0.01, 2), (0.1, 4), (1.0, 6))
    )
