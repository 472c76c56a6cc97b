"""What a setting means on some data, as numbers that can be compared across tasks.

Libraries name the same hyper-parameter differently, and what a value does depends on the
data: a rate on the number of steps it is applied in, a leaf's rows on the rows there are.
The data's own size says nothing of which setting is better: with a few data sets, forests
would learn those by heart. Seconds and losses do depend on it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from couler_jupyter.ir.tuning import (
    Classes,
    DataCard,
    ModelCard,
    Scalar,
    scalar_text,
)

_NAMED: Final[Mapping[str, str]] = MappingProxyType(
    {
        "eta": "rate",
        "learning_rate": "rate",
        "learning_rate_init": "rate",
        "lr": "rate",
        "batch_size": "batch",
        "per_device_train_batch_size": "batch",
        "max_leaf_nodes": "leaves",
        "max_leaves": "leaves",
        "num_leaves": "leaves",
        "min_child_samples": "leaf-rows",
        "min_data_in_leaf": "leaf-rows",
        "min_samples_leaf": "leaf-rows",
        "max_depth": "depth",
        "optimizer": "solver",
        "solver": "solver",
    }
)
_LEAST: Final = 1e-12


def role_of(name: str) -> str:
    """Return what a hyper-parameter does, by the names that libraries give it.

    >>> role_of("learning_rate_init") == role_of("eta")
    True
    """
    return _NAMED.get(name, name)


def features_of(
    data: DataCard, model: ModelCard, setting: Mapping[str, Scalar]
) -> dict[str, float]:
    """Return what tells a training from others; what is not known is not there."""
    found: dict[str, float] = {}
    for name, value in setting.items():
        role = role_of(name)
        if isinstance(value, bool):
            found[role] = float(value)
        elif isinstance(value, int | float):
            found[role] = _logarithm(value)
        else:
            found[f"{role} is {scalar_text(value)}"] = 1.0
    return found | _on_data(found, data, model)


def sizes_of(data: DataCard) -> dict[str, float]:
    """Return how large some data are; what is not known is not there."""
    labels = data.label_space
    outputs = len(labels.names) if isinstance(labels, Classes) else 1
    sizes = {"rows": data.rows, "features": data.features, "outputs": outputs}
    return {f"data {name}": _logarithm(size) for name, size in sizes.items() if size}


def _on_data(
    said: Mapping[str, float], data: DataCard, model: ModelCard
) -> dict[str, float]:
    """Return what values mean by the rows there are and the units trained for."""
    rows = _logarithm(data.rows) if data.rows else None
    found: dict[str, float] = {}
    steps = _logarithm(model.max_units) if model.max_units else 0.0
    if rows is not None and "batch" in said:
        steps += max(rows - said["batch"], 0.0)
    if "rate" in said:
        found["rate in all"] = said["rate"] + steps
    for role in ("leaves", "leaf-rows"):
        if rows is not None and role in said:
            found[f"{role} by rows"] = said[role] - rows
    return found


def _logarithm(value: float) -> float:
    """Return the decimal logarithm; numbers below 0 go on the other side of it."""
    size = math.log10(max(abs(value), _LEAST))
    return size if value >= 0 else math.log10(_LEAST) - size
