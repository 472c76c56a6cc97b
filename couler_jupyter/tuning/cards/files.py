"""Files of data as columns: CSV, JSON lines, Parquet."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any, Final

from couler_jupyter.errors import CardFault
from couler_jupyter.tuning.cards.column import Column, column_of

_MISSING_WORDS: Final = frozenset({"", "na", "n/a", "nan", "null", "none"})


def read_csv(path: Path, delimiter: str) -> tuple[dict[str, Column], int]:
    """Return the columns of a CSV file with a head, and how many rows there are.

    Raises:
        CardFault: a row is of another length than the head.
    """
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        try:
            names = next(reader, [])
            rows = [row for row in reader if row]
        except csv.Error as error:
            raise CardFault(f"{path.name}, line {reader.line_num}: {error}") from None
    for at, row in enumerate(rows):
        if len(row) != len(names):
            raise CardFault(
                f"{path.name}, row {at + 1}: {len(row)} values for {len(names)} columns"
            )
    if twice := next((name for name in names if names.count(name) > 1), None):
        raise CardFault(f"{path.name}: column {twice!r} stands twice")
    texts = {name: [_read(row[i]) for row in rows] for i, name in enumerate(names)}
    return {name: column_of(name, _same_kind(v)) for name, v in texts.items()}, len(
        rows
    )


def read_json_lines(path: Path) -> tuple[dict[str, Column], int]:
    """Return the columns of a file with a JSON object a line, and how many there are.

    Raises:
        CardFault: a line is none.
    """
    rows: list[dict[str, Any]] = []
    with path.open(encoding="utf-8-sig") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                row = json.loads(line)
            except ValueError:
                raise CardFault(f"{path.name}, line {number}: no JSON") from None
            if not isinstance(row, dict):
                raise CardFault(f"{path.name}, line {number}: no JSON object")
            rows.append(row)
    names = dict.fromkeys(name for row in rows for name in row)
    return {n: column_of(n, [row.get(n) for row in rows]) for n in names}, len(rows)


def read_parquet(path: Path) -> Any:  # noqa: ANN401
    """Return a Parquet file as a DataFrame.

    Raises:
        CardFault: nothing is installed that reads it.
    """
    try:
        import pandas as pd

        return pd.read_parquet(path)
    except ImportError:
        raise CardFault(
            f"{path.name}: reading Parquet needs pandas and pyarrow; install these"
        ) from None


def _read(text: str) -> str | float | None:
    """A field of a CSV file: a number if it reads as one."""
    if text.strip().lower() in _MISSING_WORDS:
        return None
    try:
        number = float(text) if "_" not in text else math.nan
    except ValueError:
        return text
    return number if math.isfinite(number) else text


def _same_kind(values: list[str | float | None]) -> list[Any]:
    """A column with a text in it is of texts."""
    if not any(isinstance(value, str) for value in values):
        return list(values)
    words = {"true": True, "false": False}
    if all(v is None or (isinstance(v, str) and v.lower() in words) for v in values):
        return [None if v is None else words[str(v).lower()] for v in values]
    return [f"{v:g}" if isinstance(v, float) else v for v in values]
