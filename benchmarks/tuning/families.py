"""The two families of models, their settings, and how one is trained with a log."""

from __future__ import annotations

import itertools
import math
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from benchmarks.tuning.datasets import Array, Split

Plain: TypeAlias = Mapping[str, Any]
Row: TypeAlias = tuple[float, float, float]
"""Loss on the rows trained on, loss on those held back, metric on those held back."""

EPOCHS = 60
ROUNDS = 100
GRIDS: Mapping[str, Mapping[str, tuple[Any, ...]]] = {
    "mlp": {
        "learning_rate_init": (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1),
        "solver": ("adam", "sgd"),
        "batch_size": (16, 64, 200),
    },
    "boosting": {
        "learning_rate": (0.01, 0.03, 0.1, 0.3, 0.6, 1.0),
        "max_leaf_nodes": (4, 8, 31),
        "min_samples_leaf": (5, 20),
    },
}
DEFAULTS: Mapping[str, Plain] = {
    "mlp": {"learning_rate_init": 0.001, "solver": "adam", "batch_size": 200},
    "boosting": {"learning_rate": 0.1, "max_leaf_nodes": 31, "min_samples_leaf": 20},
}
"""Those of scikit-learn."""


def settings_of(family: str) -> tuple[Plain, ...]:
    """Return every setting of a family's grid, always in the same order."""
    names, choices = zip(*GRIDS[family].items(), strict=True)
    return tuple(
        dict(zip(names, one, strict=True)) for one in itertools.product(*choices)
    )


def train(
    family: str, setting: Plain, split: Split, seed: int
) -> tuple[list[Row], float]:
    """Train one setting on one split.

    Returns:
        A row for each epoch or round, fewer if it diverged, and the seconds of CPU.
    """
    trainers: Mapping[str, Callable[[Plain, Split, int], Iterator[Row]]] = {
        "mlp": _train_mlp,
        "boosting": _train_boosting,
    }
    start = time.process_time()
    rows: list[Row] = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for row in trainers[family](setting, split, seed):
            if not all(math.isfinite(number) for number in row):
                break
            rows.append(row)
    return rows, time.process_time() - start


def _train_mlp(setting: Plain, split: Split, seed: int) -> Iterator[Row]:
    import numpy as np
    from sklearn.neural_network import MLPClassifier, MLPRegressor

    options = {**setting, "batch_size": min(setting["batch_size"], len(split.x))}
    kind = MLPClassifier if split.classes else MLPRegressor
    model = kind(hidden_layer_sizes=(100,), random_state=seed, **options)
    first = {"classes": np.arange(split.classes)} if split.classes else {}
    for _ in range(EPOCHS):
        try:
            model.partial_fit(split.x, split.y, **first)
        except ValueError:  # its weights are no longer finite
            return
        yield _row(_said(model, split.x), _said(model, split.x_held), split)


def _train_boosting(setting: Plain, split: Split, seed: int) -> Iterator[Row]:
    from sklearn.ensemble import (
        HistGradientBoostingClassifier,
        HistGradientBoostingRegressor,
    )

    kind: Any = (
        HistGradientBoostingClassifier
        if split.classes
        else HistGradientBoostingRegressor
    )
    model = kind(max_iter=ROUNDS, early_stopping=False, random_state=seed, **setting)
    model.fit(split.x, split.y)
    staged = model.staged_predict_proba if split.classes else model.staged_predict
    for said, held in zip(staged(split.x), staged(split.x_held), strict=True):
        yield _row(said, held, split)


def _said(model: Any, x: Array) -> Array:  # noqa: ANN401 (of scikit-learn)
    return model.predict_proba(x) if hasattr(model, "classes_") else model.predict(x)


def _row(said: Array, held: Array, split: Split) -> Row:
    """Return the losses and the metric: accuracy, or R2 where labels are numbers."""
    import numpy as np

    with np.errstate(all="ignore"):
        if split.classes:
            accuracy = float((held.argmax(1) == split.y_held).mean())
            return _log_loss(said, split.y), _log_loss(held, split.y_held), accuracy
        lost = float(((held - split.y_held) ** 2).mean())
        trained = float(((said - split.y) ** 2).mean())
        return trained, lost, 1 - lost / float(split.y_held.var())


def _log_loss(said: Array, y: Array) -> float:
    import numpy as np

    right = said[np.arange(len(y)), y]
    return float(-np.log(np.clip(right, 1e-12, 1)).mean())
