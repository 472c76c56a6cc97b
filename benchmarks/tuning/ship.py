"""Write the past runs that come with the package, from the tables.

python benchmarks/tuning/ship.py
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.tuning.datasets import NUMBERS
from benchmarks.tuning.logs import Truth, truth_of
from benchmarks.tuning.tables import read_all
from couler_jupyter.tuning.logs.shelf import Kept
from couler_jupyter.tuning.predicting import shipped
from couler_jupyter.tuning.predicting.past_tables import PARTS


def thinned(truth: Truth) -> Iterator[Kept]:
    """Return a table with the points at each tenth alone."""
    for one in truth.kept:
        log, units = one.log, truth.table.units
        kept = {round(units * part / PARTS) for part in range(1, PARTS + 1)}
        kept.add(log.observed_units)
        points = tuple(point for point in log.points if point.unit in kept)
        yield replace(one, log=replace(log, points=points))


def main() -> None:
    """Write the file."""
    tables = read_all()
    truths = [truth_of(table) for table in tables]
    truths += [truth_of(t, "accuracy") for t in tables if t.data not in NUMBERS]
    path = Path(shipped.__file__).with_name(shipped.FILE)
    path.write_bytes(shipped.packed(thinned(truth) for truth in truths))
    print(f"{len(truths)} tables, {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
