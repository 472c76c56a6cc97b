"""How much faster a dataset is read again than the first time, on a server that is throttled.

    python benchmarks/dataset_read.py [--mib 64] [--rate 16] [--turns 3] [--s3] [--runs]

What a run does for one step is done here without the rest of a run: which version is
there, the bytes from the server or the store, the file placed where the step finds it,
and read to its end. Beside it stands fsspec's `filecache` with `check_files`, in the same
process: it keeps whole files as well, but has no budget, checks no bytes, and asks no web
server for the version. `--s3` reads from a server that speaks S3, throttled in between,
where it does. With `--runs` the web server is read by whole runs of the local engine, too,
whose start and end count.
"""

from __future__ import annotations

import argparse
import logging
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, Protocol

from couler_jupyter.engines.cache import Wish
from couler_jupyter.engines.local import Local
from couler_jupyter.engines.local.datasets.datasets import Datasets
from couler_jupyter.engines.local.placing.copying import copy
from couler_jupyter.engines.local.placing.run_folder import RunFolder
from couler_jupyter.engines.local.secrets import Secrets
from couler_jupyter.ir import (
    S3,
    Cache,
    Dataset,
    Http,
    InputArtifact,
    SecretRef,
    Workflow,
)
from couler_jupyter.reusing import open_cache
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.parts import flow, python, step
from couler_jupyter.testing.slow_server import Page, SlowServer, serving

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.throttle import throttled

_MIB = 1 << 20
_NEVER = Cache(enabled=False)


class Read(Protocol):
    """A way to read what a URL answers."""

    __name__: str

    def __call__(self, url: str, base: Path) -> int:
        """Return how many bytes were read; what is kept is below `base`."""
        ...


def read_whole(file: IO[bytes]) -> int:
    """Return how many bytes there are, reading them all."""
    return sum(map(len, iter(lambda: file.read(_MIB), b"")))


def by_us(url: str, base: Path) -> int:
    """Read a file as a run does."""
    workflow = read_in_a_run(url)
    one = workflow["read"].arguments[0].value
    assert isinstance(one, Dataset)
    cache = open_cache(Wish(run="bench", engine="local", workflow=workflow))
    assert cache is not None
    with tempfile.TemporaryDirectory(dir=base) as folder:
        datasets = Datasets(RunFolder(Path(folder), base), Secrets())
        datasets.keep_on(cache.shelf)
        placed = Path(folder) / "work" / "data.bin"
        copy(datasets.path(one), placed, link=True)
        with placed.open("rb") as file:
            size = read_whole(file)
        datasets.close()
        cache.end(finished=True)
    return size


def by_fsspec(url: str, base: Path) -> int:
    """Read a file by fsspec's own cache."""
    import fsspec

    options: dict[str, Any] = {
        "cache_storage": str(base / "files"),
        "check_files": True,
    }
    fsspec.filesystem("filecache", target_protocol="http").clear_instance_cache()
    more: dict[str, Any] = {"filecache": options}
    if url.startswith("s3"):
        more["s3"] = _s3_settings()
    opened: Any = fsspec.open(f"filecache::{url}", "rb", **more)
    with opened as file:
        return read_whole(file)


def read_in_a_run(url: str) -> Workflow:
    """Return a run whose step is given the file."""
    source = "def read(data):\n    with open(data, 'rb') as file:\n"
    source += "        return sum(map(len, iter(lambda: file.read(1 << 20), b'')))\n"
    template = python(source, inputs=(InputArtifact(name="data"),))
    given = Dataset(source=_in_s3(url) if url.startswith("s3") else Http(url=url))
    return flow("ours", step("read", template, takes={"data": given}, cache=_NEVER))


def _in_s3(url: str) -> S3:
    bucket, _, key = url.removeprefix("s3://").partition("/")
    word = SecretRef("bench", "word")
    return S3(
        bucket=bucket,
        key=key,
        endpoint=os.environ["BENCH_S3"],
        access_key=word,
        secret_key=word,
    )


def _s3_settings() -> dict[str, Any]:
    return {"key": "bench", "secret": "bench", "endpoint_url": os.environ["BENCH_S3"]}


@contextmanager
def s3_with(data: bytes, rate: float, delay: float) -> Generator[str]:
    """Yield the address of an object on a server that speaks S3, throttled."""
    import s3fs
    from moto.server import ThreadedMotoServer

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    os.environ["COULER_SECRET_BENCH_WORD"] = "bench"
    os.environ["BENCH_S3"] = f"http://{host}:{port}"
    system = s3fs.S3FileSystem(**_s3_settings())
    system.call_s3("create_bucket", Bucket="lake")
    system.pipe_file("lake/data.bin", data)
    with throttled(host, port, rate, delay) as door:
        os.environ["BENCH_S3"] = f"http://127.0.0.1:{door}"
        yield "s3://lake/data.bin"
    server.stop()


def nothing_in_a_run() -> Workflow:
    """Return a run that reads nothing."""
    return flow("nothing", step("read", python("def read(): return 0"), cache=_NEVER))


def by_a_run(url: str, base: Path) -> int:
    """Read a file in a whole run; with no URL, read nothing."""
    store = RunStore(base / "runs")
    try:
        workflow = read_in_a_run(url) if url else nothing_in_a_run()
        made = Local(store).run(workflow, timeout=600)
    finally:
        store.close()
    return int(str(made["read"]["result"]))


def seconds(read: Read, url: str, base: Path, size: int) -> float:
    """Return how long it takes to read a file."""
    start = time.perf_counter()
    if read(url, base) != size:
        raise SystemExit(f"{read.__name__} did not read {size} bytes")
    return time.perf_counter() - start


def compare(url: str, size: int, turns: int, reads: tuple[Read, ...]) -> None:
    """Read a file for the first time and again, in each way in turn."""
    found: dict[str, list[tuple[float, float]]] = {one.__name__: [] for one in reads}
    for _ in range(turns):
        for read in reads:
            with tempfile.TemporaryDirectory() as folder:
                base = Path(folder)
                os.environ |= {
                    "COULER_CACHE_URL": str(base / "store"),
                    "COULER_CACHE_CONFIG": str(base / "cache.toml"),
                }
                first, again = (seconds(read, url, base, size) for _ in range(2))
            found[read.__name__].append((first, again))
    for name, pairs in found.items():
        first, again = (statistics.median(some) for some in zip(*pairs, strict=True))
        ratios = sorted(one / two for one, two in pairs)
        print(
            f"{name:>10}: first {first:6.2f} s, again {again:5.2f} s, "
            f"{statistics.median(ratios):5.1f} times faster "
            f"({ratios[0]:.1f} to {ratios[-1]:.1f})"
        )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="read a dataset again")
    parser.add_argument("--mib", type=int, default=64, help="size of the file")
    parser.add_argument("--rate", type=float, default=16, help="MiB a second")
    parser.add_argument("--delay", type=float, default=0.05, help="seconds an answer")
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--s3", action="store_true", help="from S3 instead")
    parser.add_argument("--runs", action="store_true", help="whole runs, too")
    given = parser.parse_args()
    size = given.mib * _MIB
    if shutil.disk_usage(tempfile.gettempdir()).free < 8 * size:
        raise SystemExit("not enough room for the files")
    os.environ |= {"COULER_CACHE": "on", "COULER_CACHE_BUDGET": "20G"}
    server = SlowServer(rate=given.rate * _MIB, delay=given.delay)
    server.pages["/data.bin"] = Page(os.urandom(size))
    print(f"{given.mib} MiB at {given.rate:g} MiB/s, {given.delay:g} s an answer")
    if given.s3:
        data = server.pages["/data.bin"].data
        with s3_with(data, server.rate, server.delay) as url:
            compare(url, size, given.turns, (by_us, by_fsspec))
        return
    with serving(server):
        url = server.url("/data.bin")
        compare(url, size, given.turns, (by_us, by_fsspec))
        if given.runs:
            compare(url, size, given.turns, (by_a_run,))
            with tempfile.TemporaryDirectory() as folder:
                idle = [seconds(by_a_run, "", Path(folder), 0) for _ in range(3)]
            print(f"a run that reads nothing: {statistics.median(idle):.2f} s")


if __name__ == "__main__":
    main()
