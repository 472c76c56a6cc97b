"""How fast the store keeps and reads, against hashlib, and how fast its index answers.

    python benchmarks/cache_store.py [--mib 1024] [--folder /tmp]

Each figure is the best of several turns, taken in turn with what it is compared with,
so that a busy machine slows both.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from couler_jupyter.store import Made, Object, Result, Store, object_of

_MIB = 1 << 20
_TURNS = 5


def best(
    *actions: Callable[[], object],
    turns: int = _TURNS,
    after: Callable[[], object] = lambda: None,
) -> list[float]:
    """Return the seconds of each action, the best of several turns.

    What is done after each does not count.
    """
    seconds = [float("inf")] * len(actions)
    for _ in range(turns):
        for place, action in enumerate(actions):
            start = time.perf_counter()
            action()
            seconds[place] = min(seconds[place], time.perf_counter() - start)
            after()
    return seconds


def large(store: Store, base: Path, mib: int) -> None:
    """Keep and fetch one large file."""
    path, copy, back = base / "large", base / "copy", base / "back"
    with path.open("wb") as file:
        for _ in range(mib):
            file.write(os.urandom(_MIB))
    named = object_of(path)

    def hashed() -> None:
        with path.open("rb") as file:
            hashlib.file_digest(file, "sha256")

    def copied() -> None:
        with path.open("rb") as source, copy.open("wb") as out:
            while data := source.read(_MIB):
                out.write(data)
            out.flush()
            os.fsync(out.fileno())

    def clear() -> None:
        store.drop([named.digest])
        copy.unlink(missing_ok=True)

    plain, naming, keeping, copying = best(
        hashed, lambda: object_of(path), lambda: store.put(path), copied, after=clear
    )
    store.put(path)
    again, fetching = best(
        hashed,
        lambda: store.fetch(named, back),
        after=lambda: back.unlink(missing_ok=True),
    )
    for name, seconds, hashing in (
        ("hashlib.file_digest", plain, plain),
        ("object_of", naming, plain),
        ("put: hash, write, fsync, rename", keeping, plain),
        ("a copy with fsync, not hashed", copying, plain),
        ("fetch: read, hash, write", fetching, again),
    ):
        share = hashing / seconds
        print(f"{name:36} {mib / seconds:7.0f} MiB/s  {share:6.0%} of hashlib")
    path.unlink()
    clear()


def small(store: Store, base: Path) -> None:
    """Keep many small things, and a folder of many small files."""
    start = time.perf_counter()
    for number in range(200):
        store.put(b"%d" % number)
    print(f"{'small objects kept':36} {200 / (time.perf_counter() - start):7.0f} /s")
    folder = base / "folder"
    folder.mkdir()
    for number in range(5000):
        (folder / f"{number}").write_bytes(b"%d" % number * 100)
    (keeping,) = best(lambda: store.put(folder), turns=1)
    made = object_of(folder)
    (fetching,) = best(lambda: store.fetch(made, base / "f", folder=True), turns=1)
    print(f"{'files of a folder kept':36} {5000 / keeping:7.0f} /s")
    print(f"{'files of a folder fetched':36} {5000 / fetching:7.0f} /s")


def questions(store: Store, steps: int) -> None:
    """Ask the index."""
    names = [f"{number:064x}" for number in range(steps)]
    some = [(_result(name), (("source", "x = 1\n" * 20, ""),)) for name in names]
    (remembering,) = best(lambda: store.results.remember_many(some), turns=1)
    one, many, sizes = best(
        lambda: [store.results.recall(name) for name in names[:100]],
        lambda: store.results.recall_many(names),
        lambda: store.sizes(names),
    )
    print(f"{'results remembered at once':36} {steps / remembering:7.0f} /s")
    print(f"{'recall, one by one':36} {100 / one:7.0f} /s")
    print(f"{f'recall_many of {steps}':36} {many * 1e3:7.1f} ms")
    print(f"{f'sizes of {steps}':36} {sizes * 1e3:7.1f} ms")


def _result(name: str) -> Result:
    made = Made(kind="file", content=name, object=Object(name, 1))
    return Result(
        fingerprint=name,
        workflow="w",
        step="s",
        run="r",
        outputs={"out": made},
        seconds=1.0,
        made=0.0,
    )


_CACHED = """
import sys, time
start = time.process_time()
from couler_jupyter.store import Store
imported = time.process_time()
store = Store.open(sys.argv[1])
opened = time.process_time()
names = [f"{number:064x}" for number in range(1000)]
found = store.results.recall_many(names)
store.sizes(one.digest for result in found.values() for one in result.objects)
assert len(found) == 1000
print(imported - start, opened - imported, time.process_time() - opened)
"""


def cached(folder: Path) -> None:
    """Ask about 1,000 steps in a new process, from the import on."""
    told = [
        subprocess.run(
            [sys.executable, "-c", _CACHED, str(folder)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        for _ in range(_TURNS)
    ]
    least = [min(float(row[place]) for row in told) for place in range(3)]
    for name, seconds in zip(
        ("import couler_jupyter.store", "Store.open", "ask about 1,000 steps"),
        least,
        strict=True,
    ):
        print(f"{'CPU, ' + name:36} {seconds * 1e3:7.0f} ms")


def main() -> None:
    """Measure all of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mib", type=int, default=512)
    parser.add_argument("--folder", default=None)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=given.folder) as folder:
        base = Path(folder)
        store = Store.open(base / "store", budget=4 * given.mib * _MIB)
        large(store, base, given.mib)
        small(store, base)
        questions(store, 1000)
        store.close()
        cached(base / "store")
    print(f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores")


if __name__ == "__main__":
    main()
