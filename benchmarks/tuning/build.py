"""Train all tables again, on two processes.

    python benchmarks/tuning/build.py [--only NAME ...] [--into FOLDER]

Every data set and family, 36 settings, five splits, whole logs: about 1,300 seconds of CPU.
Prints those of each table, and no more of what came of it.
"""

from __future__ import annotations

import argparse
import platform
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
from benchmarks.tuning.datasets import FURTHER, REAL, SPLITS, split_of
from benchmarks.tuning.families import EPOCHS, GRIDS, ROUNDS, Plain, settings_of, train
from benchmarks.tuning.tables import FOLDER, Table, Trained, write


def trained(task: tuple[str, str, Plain]) -> Trained:
    """Train one setting on every split, with one thread."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    data, family, setting = task
    with threadpool_limits(1):
        made = [train(family, setting, split_of(data, n), n) for n in range(SPLITS)]
    return Trained(
        setting=setting,
        splits=tuple(tuple(rows) for rows, _ in made),
        seconds=tuple(seconds for _, seconds in made),
    )


def made() -> str:
    """Return the day, the versions and the processor."""
    import numpy as np
    import sklearn

    return (
        f"{datetime.now(UTC):%Y-%m-%d}, Python {platform.python_version()}, scikit-learn "
        f"{sklearn.__version__}, numpy {np.__version__}, {platform.machine()}"
    )


def build(names: Iterable[str], into: Path) -> None:
    """Train and write tables."""
    start = time.perf_counter()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        for name in names:
            data, family = name.rsplit("-", 1)
            tasks = [(data, family, setting) for setting in settings_of(family)]
            table = Table(
                data=data,
                family=family,
                units=EPOCHS if family == "mlp" else ROUNDS,
                made=made(),
                trained=tuple(pool.map(trained, tasks)),
            )
            path = write(table, into)
            spent = sum(sum(one.seconds) for one in table.trained)
            size = path.stat().st_size
            print(f"{name:<22} {spent:7.1f} s CPU {size:>9,} bytes", flush=True)
    print(f"all: {time.perf_counter() - start:.0f} s")


def main() -> None:
    """Train what is asked for, or everything."""
    every = [f"{data}-{family}" for data in (*REAL, *FURTHER) for family in GRIDS]
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", nargs="+", choices=every, default=every)
    parser.add_argument("--into", type=Path, default=FOLDER)
    given = parser.parse_args()
    build(given.only, given.into)


if __name__ == "__main__":
    main()
