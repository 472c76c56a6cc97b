"""Tables of real trainings: a data set and a family, every setting, every split."""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.tuning.families import Plain, Row

FOLDER = Path(__file__).parent / "tables"
_DIGITS = (3, 3, 4)
"""That count, of the two losses and the metric."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trained:
    """One setting, trained on every split.

    Attributes:
        setting: what was trained with.
        splits: for each split, a row for each epoch or round; fewer where it diverged.
        seconds: of CPU, for each split.
    """

    setting: Plain
    splits: tuple[tuple[Row, ...], ...]
    seconds: tuple[float, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """All settings of a family on one data set.

    Attributes:
        data: name of the data set.
        family: `mlp` or `boosting`.
        units: epochs or rounds of a whole training.
        made: the day, machine and versions.
        trained: a setting each.
    """

    data: str
    family: str
    units: int
    made: str
    trained: tuple[Trained, ...]

    @property
    def name(self) -> str:
        """The data set and the family."""
        return f"{self.data}-{self.family}"


def write(table: Table, folder: Path = FOLDER) -> Path:
    """Write a table as compressed JSON, its numbers with the digits that count."""
    found = {
        "data": table.data,
        "family": table.family,
        "units": table.units,
        "made": table.made,
        "trained": [_written(one) for one in table.trained],
    }
    text = json.dumps(found, separators=(",", ":"))
    path = folder / f"{table.name}.json.xz"
    path.write_bytes(lzma.compress(text.encode(), preset=9))
    return path


def read(path: Path) -> Table:
    """Read a table."""
    found = json.loads(lzma.decompress(path.read_bytes()))
    trained = tuple(_read_one(one) for one in found.pop("trained"))
    return Table(trained=trained, **found)


def read_all(folder: Path = FOLDER) -> tuple[Table, ...]:
    """Read every table, by name."""
    return tuple(read(path) for path in sorted(folder.glob("*.json.xz")))


def _written(one: Trained) -> dict[str, Any]:
    # a series of like numbers is squeezed better than rows of unlike ones
    series = [
        [[_short(row[column], digits) for row in split] for split in one.splits]
        for column, digits in enumerate(_DIGITS)
    ]
    seconds = [round(number, 3) for number in one.seconds]
    return {"setting": dict(one.setting), "series": series, "seconds": seconds}


def _read_one(found: dict[str, Any]) -> Trained:
    splits = tuple(tuple(_rows(split)) for split in zip(*found["series"], strict=True))
    return Trained(
        setting=found["setting"], splits=splits, seconds=tuple(found["seconds"])
    )


def _rows(series: Sequence[Sequence[float]]) -> Iterator[Row]:
    train_losses, val_losses, metrics = series
    yield from zip(train_losses, val_losses, metrics, strict=True)


def _short(number: float, digits: int) -> float:
    return float(f"{number:.{digits}g}")
