"""Runs lines of steps with a cache in a folder and tells what became of each: a program.

python disk_run.py FOLDER < lines.json
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from couler_jupyter.store import Store
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line


def main(folder: Path) -> None:
    """Run them one after the other."""
    os.environ["COULER_CACHE"] = "on"
    os.environ["COULER_CACHE_URL"] = str(folder / "cache")
    os.environ["COULER_CACHE_CONFIG"] = str(folder / "cache.toml")
    bench = Bench(folder / "runs")
    for commands in json.load(sys.stdin):
        sys.stdout.write(f"{json.dumps(told(bench, folder, commands))}\n")
    bench.close()


def told(bench: Bench, folder: Path, commands: list[str]) -> dict[str, Any]:
    """Run a line and return what became of it."""
    tally = Tally(folder)
    ended = bench.run(line(tally, *commands))
    number = len(commands) - 1
    made: Any = ended.outputs.get(f"s{number}")
    left = made[f"o{number}"] if made else None
    store = Store.open(folder / "cache")
    found = {
        "phase": ended.phase.value,
        "message": ended.message,
        "made": tally.taken(),
        "last": Path(str(left)).read_text().split()[0] if left else "",
        "used": store.used,
        "lying": sum(one.size for one in store.place.objects()),
        "parts": list(store.place.staged()),
    }
    store.close()
    return found


if __name__ == "__main__":
    main(Path(sys.argv[1]))
