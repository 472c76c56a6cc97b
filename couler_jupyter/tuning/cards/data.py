"""A Data Card drafted from data: counts and types, none of its rows."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any, Final

from couler_jupyter.errors import CardFault
from couler_jupyter.ir import Constant, Json
from couler_jupyter.ir.tuning import Classes, DataCard, Interval, LabelSpace
from couler_jupyter.tuning.cards.column import Column
from couler_jupyter.tuning.cards.columns import Columns, columns_of
from couler_jupyter.tuning.cards.metrics import default_metric, metric_named

_MOST_LISTED: Final = 200
_MOST_NUMBERED: Final = 20
_MOST_CLASSES: Final = 10_000
_SIZES: Final = (
    (10**3, "n<1K"),
    (10**4, "1K<n<10K"),
    (10**5, "10K<n<100K"),
    (10**6, "100K<n<1M"),
    (10**7, "1M<n<10M"),
    (10**8, "10M<n<100M"),
    (10**9, "100M<n<1B"),
)
_TYPES: Final = {
    "number": "float64",
    "boolean": "bool",
    "category": "string",
    "text": "string",
    "date": "timestamp[ns]",
    "other": "string",
}


def draft_data_card(
    data: object,
    target: object = None,
    *,
    name: str = "",
    task: str = "",
    metric: str = "",
    direction: str = "",
) -> DataCard:
    """Return a Data Card of data: types, labels, sizes, what is missing, a metric.

    No value of a feature is in it; of the labels, the classes or their range are.

    Args:
        data: a DataFrame, an array, a pair of arrays, a data set of scikit-learn, or the
            path of a CSV, Parquet or JSON-lines file.
        target: the column of the labels by name, or the labels themselves.
        name: of the data set.
        task: `classification` or `regression`; told by the labels if empty.
        metric: what training is judged by; by the task if empty.
        direction: which way that is better, if it is not known.

    Raises:
        CardFault: there are no rows, no features, or nothing to learn.
    """
    if task not in ("", "classification", "regression"):
        raise CardFault(f"no task {task!r}; classification or regression")
    found = columns_of(data, target)
    if not found.rows:
        raise CardFault("the data has no rows")
    if not found.columns:
        raise CardFault("the data has no features beside the labels")
    labels = label_space(found, task)
    goal = metric_named(metric, labels, direction) if metric else default_metric(labels)
    missing = sum(column.missing for column in found.columns)
    types = Counter(column.type for column in found.columns)
    return DataCard(
        name=name or "data",
        input_type=input_type(found),
        label_space=labels,
        metric=goal,
        rows=found.rows,
        features=len(found.columns),
        types=tuple(sorted(types.items())),
        missing_fraction=_rounded(missing / (found.rows * len(found.columns))),
        bytes=found.bytes,
        fingerprint=found.fingerprint(),
        hub=Constant.of(_hub(found, labels)),
    )


def label_space(found: Columns, task: str) -> LabelSpace:
    """Return what the labels of data may be.

    Whole numbers are classes if there are at most 20 different, each twice on average.

    Raises:
        CardFault: they are all the same, all missing, or nearly all different texts.
    """
    column = found.labels
    if column.missing == len(column.values):
        raise CardFault(f"all labels in {column.name!r} are missing")
    if task == "regression" or (not task and not _are_classes(column)):
        return _interval(column)
    return _classes(column, found.class_names)


def input_type(found: Columns) -> str:
    """Return what kind of thing one row is."""
    if found.shape:
        return "image"
    is_text = len(found.columns) == 1 and found.columns[0].type == "text"
    return "text" if is_text else "tabular"


def _are_classes(column: Column) -> bool:
    if column.type != "number":
        return True
    there = _numbers(column)
    different = len(set(there))
    whole = all(value.is_integer() for value in there)
    return whole and different <= min(_MOST_NUMBERED, len(there) // 2)


def _classes(column: Column, names: tuple[str, ...]) -> Classes:
    if column.type == "number":
        counts: Counter[Any] = Counter(_numbers(column))
    else:
        counts = Counter(value for value in column.values if value is not None)
    _check_classes(column.name, counts)
    ordered = sorted(counts, key=lambda value: (isinstance(value, str), value))
    return Classes(
        names=tuple(_class_name(value, names) for value in ordered),
        counts=tuple(counts[value] for value in ordered),
    )


def _check_classes(name: str, counts: Counter[Any]) -> None:
    if len(counts) == 1:
        raise CardFault(
            f"all labels in {name!r} are the same; there is nothing to learn"
        )
    if len(counts) > min(_MOST_CLASSES, max(counts.total() / 2, 2)):
        raise CardFault(
            f"{name!r} has {len(counts):,} different labels in {counts.total():,} rows; "
            "those are no classes"
        )


def _class_name(value: Any, names: tuple[str, ...]) -> str:  # noqa: ANN401
    if isinstance(value, float) and value.is_integer():
        at = int(value)
        return names[at] if 0 <= at < len(names) else str(at)
    return str(value)


def _interval(column: Column) -> Interval:
    if column.type != "number":
        raise CardFault(f"the labels in {column.name!r} are no numbers")
    there = _numbers(column)
    if any(math.isinf(value) for value in there):
        raise CardFault(f"a label in {column.name!r} is infinite")
    mean = math.fsum(there) / len(there)
    std = math.sqrt(math.fsum((v - mean) ** 2 for v in there) / len(there))
    if min(there) == max(there):
        raise CardFault(
            f"all labels in {column.name!r} are the same; there is nothing to learn"
        )
    mean = min(max(_rounded(mean), min(there)), max(there))
    return Interval(low=min(there), high=max(there), mean=mean, std=_rounded(std))


def _numbers(column: Column) -> list[float]:
    return [value for value in column.values.tolist() if not math.isnan(value)]


def _hub(found: Columns, labels: LabelSpace) -> dict[str, Json]:
    """What Hugging Face has fields for."""
    kind = "classification" if isinstance(labels, Classes) else "regression"
    task = f"{input_type(found)}-{kind}"
    size = next((text for bound, text in _SIZES if found.rows < bound), "n>1B")
    hub: dict[str, Json] = {
        "task_categories": [task],
        "size_categories": [size],
        "train-eval-index": [
            {"task": task, "col_mapping": {found.labels.name: "target"}}
        ],
    }
    if not found.shape and len(found.columns) <= _MOST_LISTED:
        columns = (*found.columns, found.labels)
        hub["dataset_info"] = {
            "features": [{"name": c.name, "dtype": _TYPES[c.type]} for c in columns]
        }
    return hub


def _rounded(value: float) -> float:
    return float(f"{value:.6g}")
