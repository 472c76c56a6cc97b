"""The past runs that come with the package, so that the first notebook knows something.

Real trainings of scikit-learn's multi-layer perceptrons and gradient boosting, on data that
scikit-learn ships or generates: the mean of five splits, at each tenth of the way.
`benchmarks/tuning/ship.py` writes them from the tables in `benchmarks/tuning/tables`.
"""

from __future__ import annotations

import json
import lzma
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import Any

from couler_jupyter.ir.tuning import DataCard, ModelCard, Setting
from couler_jupyter.ir.tuning.document import document_of, read_document
from couler_jupyter.tuning.logs import Point, RealLog, RealSource
from couler_jupyter.tuning.logs.shelf import Kept

FILE = "history.json.xz"
_DIGITS = 4


def shipped_runs() -> tuple[Kept, ...]:
    """Return them all."""
    packed = files("couler_jupyter.tuning.predicting").joinpath(FILE).read_bytes()
    return tuple(_read(json.loads(lzma.decompress(packed))))


def packed(tables: Iterable[Iterable[Kept]]) -> bytes:
    """Return runs as a file of them, a table each, all of one data and model card."""
    found = [_written(tuple(table)) for table in tables]
    text = json.dumps(found, separators=(",", ":"))
    return lzma.compress(text.encode(), preset=9)


def _written(table: tuple[Kept, ...]) -> dict[str, Any]:
    return {
        "data": document_of(table[0].data),
        "model": document_of(table[0].model),
        "runs": [_written_run(one.log) for one in table],
    }


def _written_run(log: RealLog) -> dict[str, Any]:
    columns = {
        name: [_short(getattr(point, name)) for point in log.points]
        for name in ("train_loss", "val_loss", "metric")
    }
    return {
        "setting": log.setting.as_dict(),
        "units": [point.unit for point in log.points],
        **columns,
        "observed": log.observed_units,
        "seconds": _short(log.seconds),
        "diverged": log.diverged,
    }


def _short(number: float | None) -> float | None:
    return None if number is None else float(f"{number:.{_DIGITS}g}")


def _read(tables: Iterable[dict[str, Any]]) -> Iterator[Kept]:
    for table in tables:
        data = read_document(DataCard, table["data"], of="a data card")
        model = read_document(ModelCard, table["model"], of="a model card")
        for run in table["runs"]:
            yield Kept(data=data, model=model, log=_read_run(run))


def _read_run(run: dict[str, Any]) -> RealLog:
    rows = zip(
        run["units"], run["train_loss"], run["val_loss"], run["metric"], strict=True
    )
    points = tuple(
        Point(unit=unit, train_loss=train, val_loss=held, metric=metric)
        for unit, train, held, metric in rows
    )
    return RealLog(
        source=RealSource.FULL_RUN,
        setting=Setting.of(run["setting"]),
        points=points,
        observed_units=run["observed"],
        seconds=run["seconds"],
        diverged=run["diverged"],
    )
