"""A process that writes to a store until it is killed: `python -m tests.store.writer`.

Arguments: URL, index, seed, largest size. Says what it has kept, a line each.
"""

from __future__ import annotations

import random
import sys
import tempfile
from pathlib import Path

from couler_jupyter.store import Store


def main(url: str, index: str, seed: str, largest: str) -> None:
    """Put and drop without end."""
    chance = random.Random(seed)
    store = Store.open(url, index=index)
    mine: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        while True:
            source = _source(chance, Path(folder), int(largest))
            made = store.put(source)
            if made is not None:
                mine.append(made.digest)
                sys.stdout.write(f"{made.digest} {made.size}\n")
                sys.stdout.flush()
            if made is None or chance.random() < 0.3:
                store.drop(mine[: len(mine) // 2 + 1])
                del mine[: len(mine) // 2 + 1]


def _source(chance: random.Random, folder: Path, largest: int) -> Path | bytes:
    size = chance.randrange(largest)
    # few enough that writers meet over the same bytes
    data = bytes([chance.randrange(8)]) * (size // 4096 * 4096)
    if chance.random() < 0.5:
        return data
    path = folder / "file"
    path.write_bytes(data)
    return path


if __name__ == "__main__":
    main(*sys.argv[1:])
