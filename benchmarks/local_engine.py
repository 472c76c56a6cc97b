"""500 no-op Python function steps in a 10-wide layered DAG: steps per second.

    python benchmarks/local_engine.py [--peers futures dask prefect]

Each step waits for two steps of the layer before. All run two at a time in processes
of their own (Prefect: in threads, its default, with its own temporary server). Ours
forks a process per step and writes each change of phase to disk; the others keep a
pool of two. For each, the time of a run and the time before its first step are told
apart; medians of several runs in turn.
"""

from __future__ import annotations

import argparse
import os
import statistics
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path
from typing import Any

STEPS, WIDTH = 500, 10


def parents(index: int) -> list[int]:
    """Return the steps that step `index` waits for."""
    layer, place = divmod(index, WIDTH)
    if layer == 0:
        return []
    before = (layer - 1) * WIDTH
    return [before + place, before + (place + 1) % WIDTH]


def nothing(*_: object) -> int:
    """Do nothing."""
    return 0


def ours() -> tuple[float, float]:
    """Run it on the local engine; seconds before the first step and in all."""
    from couler_jupyter.engines.local import Local
    from couler_jupyter.ir import Function, Step, Workflow
    from couler_jupyter.runs import RunStore, follow

    template = Function(source="def nothing():\n    return 0\n", entrypoint="nothing")
    steps = tuple(
        Step(name=f"s{i}", template=template, after=tuple(f"s{p}" for p in parents(i)))
        for i in range(STEPS)
    )
    workflow = Workflow(name="layers", steps=steps)
    with tempfile.TemporaryDirectory() as root:
        store = RunStore(Path(root))
        start, epoch = time.perf_counter(), time.time()
        run = Local(store).submit(workflow, options={"slots": 2})
        for _ in follow(store, run.id, poll=0.02):
            pass
        taken = time.perf_counter() - start
        record = store.get(run.id)
        assert record.phase.good, record
        first = min(one.started for one in store.steps(run.id).values() if one.started)
        store.close()
        return first - epoch, taken


def futures() -> tuple[float, float]:
    """Run it on a plain pool of two processes."""
    start = time.perf_counter()
    with ProcessPoolExecutor(2) as pool:
        pool.submit(nothing).result()
        ready = time.perf_counter()
        left = {i: set(parents(i)) for i in range(STEPS)}
        running: dict[Future[int], int] = {}
        while left or running:
            for i in [i for i, waits in left.items() if not waits]:
                del left[i]
                running[pool.submit(nothing)] = i
            done, _ = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                ended = running.pop(future)
                for waits in left.values():
                    waits.discard(ended)
        return ready - start, time.perf_counter() - start


def dask() -> tuple[float, float]:
    """Run it on dask.distributed with two worker processes."""
    from distributed import Client, LocalCluster

    start = time.perf_counter()
    cluster: Any = LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    )
    with cluster, Client(cluster) as client:
        client.submit(nothing, pure=False).result()
        ready = time.perf_counter()
        made: list[object] = []
        for i in range(STEPS):
            made.append(
                client.submit(nothing, *(made[p] for p in parents(i)), pure=False)
            )
        client.gather(made)
        return ready - start, time.perf_counter() - start


def prefect() -> tuple[float, float]:
    """Run it on Prefect with two workers."""
    os.environ.setdefault("PREFECT_LOGGING_LEVEL", "ERROR")
    os.environ.setdefault("PREFECT_SERVER_ANALYTICS_ENABLED", "false")
    os.environ.setdefault("PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS", "120")
    from prefect import flow, task
    from prefect.task_runners import ThreadPoolTaskRunner

    no_op: Any = task(nothing)
    times: list[float] = []

    def layers() -> None:
        times.append(time.perf_counter())
        made: list[Any] = []
        for i in range(STEPS):
            made.append(no_op.submit(*(made[p] for p in parents(i))))
        for one in made:
            one.wait()

    start = time.perf_counter()
    runner: Any = ThreadPoolTaskRunner(max_workers=2)
    as_flow: Any = flow
    as_flow(layers, task_runner=runner)()
    return times[0] - start, time.perf_counter() - start


PEERS: dict[str, Callable[[], tuple[float, float]]] = {
    "futures": futures,
    "dask": dask,
    "prefect": prefect,
}


def main() -> None:
    """Run ours and the peers in turn and print medians."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--peers", nargs="*", default=list(PEERS), choices=list(PEERS))
    given = parser.parse_args()
    ways = {"couler local": ours, **{name: PEERS[name] for name in given.peers}}
    taken: dict[str, list[tuple[float, float]]] = {name: [] for name in ways}
    for _ in range(given.runs):
        for name, way in ways.items():
            taken[name].append(way())
    print(
        f"{STEPS} steps, {WIDTH} wide, median of {given.runs} runs, {os.cpu_count()} cores"
    )
    print(
        f"{'':<14}{'start-up s':>12}{'in all s':>12}{'steps/s':>12}{'without start-up':>20}"
    )
    for name, runs in taken.items():
        start = statistics.median(one for one, _ in runs)
        whole = statistics.median(both for _, both in runs)
        rest = statistics.median(STEPS / (both - one) for one, both in runs)
        print(
            f"{name:<14}{start:>12.3f}{whole:>12.3f}{STEPS / whole:>12.0f}{rest:>20.0f}"
        )


if __name__ == "__main__":
    main()
