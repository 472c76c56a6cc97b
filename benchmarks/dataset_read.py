"""How much faster a dataset is read again than the first time, on a server that is throttled.

    python benchmarks/dataset_read.py [--mib 64] [--rate 16] [--turns 3]

Real runs through the local engine, each of which reads the dataset in one step that is
never reused. What a run takes with no dataset at all is told, too. Beside it stands
fsspec's `filecache`, with `check_files`, in the same step of the same run: it keeps whole
files as well and asks for the version each time, but has no budget and checks no bytes.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Cache, Dataset, Http, InputArtifact, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.parts import flow, python, step
from couler_jupyter.testing.slow_server import Page, SlowServer, serving

_MIB = 1 << 20
_NEVER = Cache(enabled=False)


def read_by_us(url: str) -> Workflow:
    """Return a run whose step is given the file."""
    source = "def read(data):\n    with open(data, 'rb') as file:\n"
    source += "        return sum(len(part) for part in iter(lambda: file.read(1 << 20), b''))\n"
    template = python(source, inputs=(InputArtifact(name="data"),))
    given = Dataset(source=Http(url=url))
    return flow("ours", step("read", template, takes={"data": given}, cache=_NEVER))


def read_by_fsspec(url: str, folder: Path) -> Workflow:
    """Return a run whose step opens the file by fsspec's own cache."""
    source = f"""
def read():
    import fsspec
    options = dict(cache_storage={str(folder)!r}, check_files=True)
    with fsspec.open("filecache::{url}", "rb", filecache=options) as file:
        return sum(len(part) for part in iter(lambda: file.read(1 << 20), b''))
"""
    return flow("fsspec", step("read", python(source), cache=_NEVER))


def nothing() -> Workflow:
    """Return a run that reads nothing."""
    return flow("nothing", step("read", python("def read(): return 0"), cache=_NEVER))


def seconds(engine: Local, workflow: Workflow, size: int) -> float:
    """Run a workflow and return how long that takes, its start included."""
    start = time.perf_counter()
    made = engine.run(workflow, timeout=600)
    took = time.perf_counter() - start
    if made["read"]["result"] != size:
        raise SystemExit(f"{workflow.name} read {made['read']['result']} bytes")
    return took


@contextmanager
def engine(base: Path) -> Iterator[Local]:
    """Yield an engine whose cache nobody else uses."""
    os.environ |= {
        "COULER_CACHE": "on",
        "COULER_CACHE_URL": str(base / "store"),
        "COULER_CACHE_BUDGET": "20G",
        "COULER_CACHE_CONFIG": str(base / "cache.toml"),
    }
    store = RunStore(base / "runs")
    try:
        yield Local(store)
    finally:
        store.close()


def compare(server: SlowServer, size: int, turns: int) -> None:
    """Read a file for the first time and again, by us and by fsspec, in turn."""
    url = server.url("/data.bin")
    found: dict[str, list[tuple[float, float]]] = {"datasets": [], "filecache": []}
    idle: list[float] = []
    for _ in range(turns):
        with tempfile.TemporaryDirectory() as folder, engine(Path(folder)) as local:
            idle.append(seconds(local, nothing(), 0))
            ways: dict[str, Callable[[], Workflow]] = {
                "datasets": lambda: read_by_us(url),
                "filecache": lambda base=folder: read_by_fsspec(url, Path(base) / "f"),  # type: ignore[misc]
            }
            for name, make in ways.items():
                pair = [seconds(local, make(), size) for _ in range(2)]
                found[name].append((pair[0], pair[1]))
    print(f"a run that reads nothing: {statistics.median(idle):.2f} s")
    for name, pairs in found.items():
        first, again = (statistics.median(some) for some in zip(*pairs, strict=True))
        ratios = sorted(one / two for one, two in pairs)
        print(
            f"{name:>10}: first {first:.2f} s, again {again:.2f} s, "
            f"{statistics.median(ratios):.1f} times faster "
            f"({ratios[0]:.1f} to {ratios[-1]:.1f})"
        )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--mib", type=int, default=64, help="size of the file")
    parser.add_argument("--rate", type=float, default=16, help="MiB a second")
    parser.add_argument("--delay", type=float, default=0.05, help="seconds an answer")
    parser.add_argument("--turns", type=int, default=3)
    given = parser.parse_args()
    if shutil.disk_usage(tempfile.gettempdir()).free < 8 * given.mib * _MIB:
        raise SystemExit("not enough room for the files")
    server = SlowServer(rate=given.rate * _MIB, delay=given.delay)
    server.pages["/data.bin"] = Page(os.urandom(given.mib * _MIB))
    print(f"{given.mib} MiB at {given.rate:g} MiB/s, {given.delay:g} s an answer")
    with serving(server):
        compare(server, given.mib * _MIB, given.turns)


if __name__ == "__main__":
    main()
