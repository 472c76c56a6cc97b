"""Data of any kind as columns: what type each is, what is missing, and what it holds.

DataFrames are told by what they do, not by whose they are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from couler_jupyter.errors import CardFault
from couler_jupyter.tuning.cards.column import Column, column_of, is_missing, objects
from couler_jupyter.tuning.cards.files import read_csv, read_json_lines, read_parquet


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Data as columns of one length.

    Attributes:
        columns: all but the labels.
        labels: what is to be learned.
        rows: how many there are.
        bytes: size in memory, or of the file.
        shape: of one row, where that is more than a list of columns: height and width.
        class_names: of labels 0, 1, ...; empty if unknown.
    """

    columns: tuple[Column, ...]
    labels: Column
    rows: int
    bytes: int
    shape: tuple[int, ...] = ()
    class_names: tuple[str, ...] = ()

    def fingerprint(self) -> str:
        """Return a hash that is the same for the same columns, wherever they are held."""
        found = hashlib.sha256(self.labels.digest())
        for column in self.columns:
            found.update(column.digest())
        return found.hexdigest()[:32]


def columns_of(data: object, target: object = None) -> Columns:
    """Return data as columns.

    Args:
        data: a DataFrame, an array, a pair of arrays, a data set of scikit-learn, or the
            path of a CSV, Parquet or JSON-lines file.
        target: the column of the labels by name, or the labels themselves.

    Raises:
        CardFault: it is none of these, or the labels are not there.
    """
    if find_spec("numpy") is None:
        raise CardFault(
            "drafting a card needs numpy; pip install couler-jupyter[tune] has it"
        )
    if isinstance(data, str | Path):
        return _of_file(Path(data).expanduser(), target)
    if isinstance(data, tuple) and len(data) == 2:
        data, target = data
    if isinstance(data, Mapping) and "data" in data and "target" in data:
        return _of_bunch(data, target)
    if hasattr(data, "columns") and hasattr(data, "__getitem__"):
        return _of_frame(data, target)
    if hasattr(data, "shape") and hasattr(data, "dtype"):
        return _of_array(data, target)
    raise CardFault(
        f"a {type(data).__name__} is no data that a card can be drafted of; give a "
        "DataFrame, an array, a data set of scikit-learn, or a CSV, Parquet or JSON-lines file"
    )


def _of_bunch(bunch: Mapping[str, Any], target: object) -> Columns:
    is_own = target is None or (isinstance(target, str) and target == "target")
    labels = bunch["target"] if is_own else target
    if isinstance(labels, str):
        frame = bunch.get("frame")
        if frame is None:
            raise CardFault(f"the data set has no frame with a column {labels!r}")
        return _of_frame(frame, labels)
    names = bunch.get("target_names")
    classes = tuple(str(one) for one in names) if names is not None else ()
    if hasattr(bunch["data"], "columns"):
        return _of_frame(bunch["data"], labels, class_names=classes)
    features = bunch.get("feature_names")
    return _of_array(bunch["data"], labels, features, class_names=classes)


def _of_frame(
    frame: Any,  # noqa: ANN401
    target: object,
    *,
    class_names: Sequence[str] = (),
) -> Columns:
    names = [str(name) for name in frame.columns]
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise CardFault(f"column {twice!r} stands twice")
    columns = {str(name): _of_series(str(name), frame[name]) for name in frame.columns}
    labels = _labels(columns, target)
    return Columns(
        columns=tuple(columns.values()),
        labels=labels,
        rows=len(frame),
        bytes=_size_of(frame),
        class_names=tuple(class_names),
    )


def _of_array(
    array: Any,  # noqa: ANN401
    target: object,
    names: Iterable[object] | None = None,
    *,
    class_names: Sequence[str] = (),
) -> Columns:
    if array.ndim < 1 or array.ndim > 4:
        raise CardFault(f"an array of {array.ndim} dimensions has no rows of features")
    rows = int(array.shape[0])
    if target is None or isinstance(target, str):
        raise CardFault(
            "an array has no column names; give the labels as an array, too"
        )
    flat = array.reshape(rows, -1)
    said = [str(name) for name in names] if names is not None else []
    width = flat.shape[1]
    said = said if len(said) == width else [f"x{i}" for i in range(width)]
    columns = tuple(column_of(name, flat[:, i]) for i, name in enumerate(said))
    return Columns(
        columns=columns,
        labels=_given_labels(target, rows),
        rows=rows,
        bytes=int(array.nbytes),
        shape=tuple(int(one) for one in array.shape[1:]) if array.ndim > 2 else (),
        class_names=tuple(class_names),
    )


def _of_file(path: Path, target: object) -> Columns:
    kind = path.suffix.lower().lstrip(".")
    try:
        size = path.stat().st_size
        match kind:
            case "csv" | "tsv":
                columns, rows = read_csv(path, "\t" if kind == "tsv" else ",")
            case "jsonl" | "ndjson":
                columns, rows = read_json_lines(path)
            case "parquet":
                frame = read_parquet(path)
                columns = {
                    str(one): _of_series(str(one), frame[one]) for one in frame.columns
                }
                rows = len(frame)
            case _:
                raise CardFault(
                    f"{path.name} is no data file that is known; .csv, .tsv, .parquet, "
                    ".jsonl and .ndjson are"
                )
    except OSError as error:
        raise CardFault(f"{path}: {error.strerror or error}") from None
    except UnicodeDecodeError:
        raise CardFault(f"{path.name} is no UTF-8 text") from None
    labels = _labels(columns, target)
    return Columns(
        columns=tuple(columns.values()), labels=labels, rows=rows, bytes=size
    )


def _labels(columns: dict[str, Column], target: object) -> Column:
    """Take the labels out of the columns, or those given beside them."""
    if target is None:
        known = ", ".join(list(columns)[-6:])
        raise CardFault(
            f"which column holds the labels is not said; the last are {known}"
        )
    if not isinstance(target, str):
        rows = len(next(iter(columns.values())).values) if columns else 0
        return _given_labels(target, rows)
    if target not in columns:
        from couler_jupyter.ir import nearest

        raise CardFault(
            f"no column {target!r} for the labels{nearest(target, columns)}"
        )
    return columns.pop(target)


def _given_labels(target: Any, rows: int) -> Column:  # noqa: ANN401
    labels = _of_series("target", target)
    if len(labels.values) != rows:
        raise CardFault(f"{len(labels.values)} labels for {rows} rows")
    return labels


def _of_series(name: str, series: Any) -> Column:  # noqa: ANN401
    label = str(getattr(series, "name", None) or name)
    is_category = str(getattr(series, "dtype", "")).lower().startswith("categor")
    values = series.to_numpy() if hasattr(series, "to_numpy") else series
    column = column_of(label, values)
    if not is_category or column.type == "category":
        return column
    texts = [None if is_missing(v) else str(v) for v in values]
    return objects(label, "category", texts)


def _size_of(frame: Any) -> int:  # noqa: ANN401
    if hasattr(frame, "memory_usage"):
        return int(frame.memory_usage(deep=True).sum())
    if hasattr(frame, "estimated_size"):
        return int(frame.estimated_size())
    return sum(int(getattr(frame[one], "nbytes", 0)) for one in frame.columns)
