"""CPU seconds of a run of 1,000 steps that are all reused: kernel and supervisor together.

    python benchmarks/cache_run.py [--steps 1000]

Each step of a ten-wide layered DAG reads two of the layer before. The first run fills
the cache; the later ones run no step. CPU is that of this process, which waits as a
notebook does, of the supervisor, and of all that they start, to the end of each.
"""

from __future__ import annotations

import argparse
import ctypes
import os
import resource
import statistics
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path

from couler_jupyter.engines.local import Local
from couler_jupyter.fingerprint import fingerprint_of, parts_of
from couler_jupyter.ir import Workflow
from couler_jupyter.runs import RunStore

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.layers import layered

_PR_SET_CHILD_SUBREAPER = 36


def adopt() -> None:
    """Become the parent of what is left behind, as supervisors are; Linux only."""
    if ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise OSError("processes that are left behind cannot be adopted")


def spent() -> float:
    """Return the CPU seconds of this process and of all that it waited for."""
    both = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(one.ru_utime + one.ru_stime for one in both)


def timed(store: RunStore, workflow: Workflow) -> tuple[float, float, int]:
    """Run it; return its wall-clock and CPU seconds, and how many steps were run."""
    local = Local(store)
    before, start = spent(), time.perf_counter()
    run = local.submit(workflow)
    local.wait(run)
    wall = time.perf_counter() - start
    with suppress(ChildProcessError):
        while True:
            os.wait()  # the supervisor and the process that forks for it
    cpu = spent() - before
    phases = [one.phase for one in store.steps(run.id).values()]
    return wall, cpu, sum(phase != "cached" for phase in phases)


def fingerprints(workflow: Workflow) -> float:
    """Return the CPU seconds of fingerprints of all steps, none of which is known yet."""
    start = time.process_time()
    for step in workflow.steps:
        inputs = {one.name: "1" for one in step.arguments}
        fingerprint_of(parts_of(step, inputs))
    return time.process_time() - start


def main() -> None:
    """Fill a cache, then run what is in it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    given = parser.parse_args()
    adopt()
    with tempfile.TemporaryDirectory() as root:
        # a package that is installed has its bytecode: the first run makes it here
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(root) / "bytecode")
        os.environ["COULER_CACHE"] = "on"
        os.environ["COULER_CACHE_URL"] = str(Path(root) / "cache")
        os.environ["COULER_CACHE_CONFIG"] = str(Path(root) / "cache.toml")
        store = RunStore(Path(root) / "runs")
        workflow = layered(given.steps)
        print(f"fingerprints: {fingerprints(workflow) * 1e3:.0f} ms of CPU")
        wall, cpu, ran = timed(store, workflow)
        print(f"first run: {wall:.2f} s, {cpu:.2f} s of CPU, {ran} steps run")
        found = [timed(store, workflow) for _ in range(given.runs)]
        assert not any(ran for _, _, ran in found), found
        wall = statistics.median(one[0] for one in found)
        cpus = sorted(one[1] for one in found)
        print(
            f"again:     {wall:.2f} s, {statistics.median(cpus):.2f} s of CPU "
            f"({cpus[0]:.2f} to {cpus[-1]:.2f}), no step run; "
            f"load {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
        )


if __name__ == "__main__":
    main()
