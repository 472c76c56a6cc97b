"""One column of data: what type it is, told by its values, and what is missing."""

from __future__ import annotations

import hashlib
import math
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

ColumnType: TypeAlias = Literal[
    "number", "boolean", "category", "text", "date", "other"
]
_MOST_CATEGORIES: Final = 20
_EXACT: Final = 2**53
_NO_VALUE: Final = frozenset({"NAType", "NaTType"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column.

    Attributes:
        name: of the column.
        type: what it holds.
        values: an array: float64 of numbers with NaN for what is missing, else objects
            with None for it.
        missing: how many values are.
    """

    name: str
    type: ColumnType
    values: Any
    missing: int

    def digest(self) -> bytes:
        """Return a hash that is the same for the same values."""
        found = hashlib.sha256(f"{self.name}\0{self.type}\0".encode())
        if self.type == "number":
            found.update(self.values.astype("<f8").tobytes())
        else:
            for value in self.values:
                text = "" if value is None else f"+{value}"
                found.update(f"{len(text)}:{text}".encode("utf-8", "surrogatepass"))
        return found.digest()


def column_of(name: str, values: Any) -> Column:  # noqa: ANN401
    """Return values as a column, its type told by what they are."""
    import numpy as np

    array = np.asarray(values) if not isinstance(values, list) else _array(values)
    if array.ndim != 1:
        return objects(name, "other", [str(value) for value in array])
    match array.dtype.kind:
        case "b":
            return objects(name, "boolean", [bool(value) for value in array])
        case "i" | "u" if len(array) and int(abs(array).max()) > _EXACT:
            return objects(name, "other", [str(value) for value in array])
        case "i" | "u" | "f":
            return _numbers(name, array)
        case "M" | "m":
            return objects(
                name, "date", [None if v == "NaT" else v for v in array.astype(str)]
            )
        case _:
            return _mixed(name, array.tolist())


def _array(values: list[Any]) -> Any:  # noqa: ANN401
    import numpy as np

    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _numbers(name: str, array: Any) -> Column:  # noqa: ANN401
    import numpy as np

    values = array.astype("f8")
    values[np.isnan(values)] = np.nan  # one bit pattern for all
    values += 0.0  # -0.0 is 0.0
    missing = int(np.isnan(values).sum())
    return Column(name=name, type="number", values=values, missing=missing)


def _mixed(name: str, values: list[Any]) -> Column:
    import numpy as np

    there = [value for value in values if not is_missing(value)]
    if all(isinstance(value, bool) for value in there):
        kept = [None if is_missing(value) else value for value in values]
        return objects(name, "boolean", kept)
    if all(isinstance(v, int | float) and not isinstance(v, bool) for v in there):
        numbers = [math.nan if is_missing(value) else float(value) for value in values]
        return _numbers(name, np.array(numbers, dtype="f8"))
    texts = [None if is_missing(value) else str(value) for value in values]
    if not all(isinstance(value, str) for value in there):
        return objects(name, "other", texts)
    different = len({text for text in texts if text is not None})
    few = different <= max(_MOST_CATEGORIES, len(there) // 20)
    return objects(
        name, "category" if few and different < len(there) else "text", texts
    )


def objects(name: str, kind: ColumnType, values: list[Any]) -> Column:
    """Return objects as a column; None is what is missing."""
    missing = sum(value is None for value in values)
    return Column(name=name, type=kind, values=_array(values), missing=missing)


def is_missing(value: object) -> bool:
    """Return whether a value stands for none."""
    if value is None or type(value).__name__ in _NO_VALUE:
        return True
    return isinstance(value, float) and math.isnan(value)
