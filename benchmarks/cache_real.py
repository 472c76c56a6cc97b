"""The multimodal workflow for real, a hundredth in seconds and bytes, beside its simulation.

    python benchmarks/cache_real.py [--runs 8] [--policies lru,gdsf,value] [--seed 3]

37 steps, 19 of them models, edited between runs as the simulator's `Habits` have it. Each
step reads all of its inputs, sleeps, and writes a file whose bytes depend on its version
and its inputs. It sleeps rather than computes: four run at once on however few cores, and
what the cache does is not hidden by steps that fight for them.

What the simulator has to know of the machine is measured before, with another workflow:
what a run, a step and a reuse cost, and how fast bytes are written, read, kept and
brought. Then the same sequence is run and simulated under each policy.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from couler_jupyter.caching import Artifact, Rates, policy_of
from couler_jupyter.caching.simulate import SHAPES, Asked, Habits, Pace, replay
from couler_jupyter.caching.simulate import trace_of as trace_for
from couler_jupyter.engines.local import Local
from couler_jupyter.ir import (
    Argument,
    Function,
    InputArtifact,
    Json,
    OutputArtifact,
    OutputRef,
    Phase,
    Step,
    Workflow,
)
from couler_jupyter.runs import RunStore

SCALE = 100
WORKERS = 4
MB = 10**6
LARGE = 40 * MB
WIDE = 12
HABITS = Habits(partial=0.0, revert=0.3, edit=0.55)
SOURCE = """
import hashlib, time

def make({names}):
    seed = hashlib.sha256({own!r}.encode())
    for path in ({paths}):
        with open(path, "rb") as file:
            seed.update(file.read(32))
            while file.read(1 << 20):
                pass
    time.sleep({seconds!r})
    head = seed.digest()
    block = hashlib.shake_128(head).digest(1 << 20)
    left = {size}
    with open("data", "wb") as out:
        while left > 0:
            left -= out.write((head + block)[:left])
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one run took.

    Attributes:
        seconds: from submitting it to its end.
        busy: from the start of its first step to the end of its last.
        filling: from the first end of a step to the end of the run.
        steps: seconds of each step, run or reused.
        made: names of the steps that were run.
    """

    seconds: float
    busy: float
    filling: float
    steps: Mapping[str, float]
    made: frozenset[str]


class Machine:
    """The local engine with a cache of its own."""

    def __init__(self, root: Path, policy: str, budget: int) -> None:
        root.mkdir(parents=True)
        os.environ["COULER_CACHE"] = "on"
        os.environ["COULER_CACHE_URL"] = str(root / "cache")
        os.environ["COULER_CACHE_CONFIG"] = str(root / "cache.toml")
        os.environ["COULER_CACHE_BUDGET"] = str(budget)
        os.environ["COULER_CACHE_POLICY"] = policy
        self._root = root
        self._runs = RunStore(root / "runs")
        self._local = Local(self._runs)

    def run(self, workflow: Workflow, cache: str = "store") -> Taken:
        """Run it, with the cache or with `none`, and remove what it left."""
        start = time.perf_counter()
        options: dict[str, Json] = {"slots": WORKERS, "cache": cache}
        run = self._local.submit(workflow, options=options)
        self._local.wait(run, 900)
        seconds = time.perf_counter() - start
        while self._runs.held(run.id):
            time.sleep(0.02)
        record, steps = self._runs.get(run.id), self._runs.steps(run.id)
        assert record.phase is Phase.SUCCEEDED, (record.phase, record.message)
        log = (self._runs.folder(run.id) / "supervisor.log").read_text()
        assert "cache:" not in log, log
        self._runs.delete(run.id)
        ends = [one.finished or 0.0 for one in steps.values()]
        begins = [one.started or 0.0 for one in steps.values()]
        return Taken(
            seconds=seconds,
            busy=max(ends) - min(begins),
            filling=(record.finished or 0.0) - min(ends),
            steps={name: one.duration or 0.0 for name, one in steps.items()},
            made=frozenset(
                name for name, one in steps.items() if one.phase is Phase.SUCCEEDED
            ),
        )

    def close(self) -> None:
        """Remove all of it."""
        self._runs.close()
        shutil.rmtree(self._root)


def workflow_of(artifacts: Iterable[Artifact]) -> Workflow:
    """Return a workflow whose steps leave these artifacts behind."""
    names: dict[str, str] = {}
    steps: list[Step] = []
    for one in artifacts:
        names[one.key] = one.step
        ports = [f"x{i}" for i in range(len(one.parents))]
        source = SOURCE.format(
            names=", ".join(ports),
            paths="".join(f"{port}, " for port in ports),
            own=one.own,
            seconds=one.seconds,
            size=one.size,
        )
        template = Function(
            source=source,
            entrypoint="make",
            inputs=tuple(InputArtifact(name=port) for port in ports),
            outputs=(OutputArtifact(name="data", path="data"),),
        )
        arguments = tuple(
            Argument(port, OutputRef(names[parent], "data"))
            for port, parent in zip(ports, one.parents, strict=True)
        )
        steps.append(Step(name=one.step, template=template, arguments=arguments))
    return Workflow(name="multimodal", steps=tuple(steps))


def scaled(asked: Asked) -> Asked:
    """Return a run a hundredth as long and as large."""
    artifacts = tuple(
        replace(
            one,
            seconds=round(one.seconds / SCALE, 3),
            size=max(one.size // SCALE, 1),
        )
        for one in asked.artifacts
    )
    return replace(asked, artifacts=artifacts)


def sequence(seed: int, runs: int) -> tuple[Asked, ...]:
    """Return what is asked for, run after run."""
    rng = random.Random(seed)
    shape = SHAPES["multimodal"](rng)
    trace = trace_for([shape], replace(HABITS, runs=runs), rng)
    return tuple(map(scaled, trace))


def gauge(size: int) -> tuple[Artifact, ...]:
    """Return a workflow that the machine is measured with: it sleeps for nothing."""

    def some(name: str, size: int, parent: str = "") -> list[Artifact]:
        return [
            Artifact(
                key=f"{name}-{i}",
                workflow="gauge",
                step=f"{name}-{i}",
                own=f"{name}-{i}-{size}",
                parents=(f"{parent}-{i}",) if parent else (),
                seconds=0.0,
                size=size,
            )
            for i in range(WIDE)
        ]

    return (*some("plain", 1), *some("write", size), *some("read", 1, "write"))


def measured(root: Path) -> Pace:
    """Return what the simulator has to know of this machine.

    Without a cache a run tells what a run, a step, and bytes written and read take;
    filling the cache, how fast it is filled; from the cache, what a reuse takes.
    """
    machine = Machine(root, "all", 100 * LARGE)
    small, large = workflow_of(gauge(1)), workflow_of(gauge(LARGE))
    bare = machine.run(large, "none")
    filling, cached = machine.run(large), machine.run(large)
    machine.run(small)
    light = machine.run(small)
    machine.close()
    assert not cached.made | light.made, cached
    run, step = bare.seconds - bare.busy, of(bare, "plain")
    reuse = max(light.seconds - run, 0.0) * WORKERS / len(light.steps)
    brought = max(cached.seconds - light.seconds, 1e-3)
    return Pace(
        workers=WORKERS,
        rates=Rates(
            WIDE * LARGE / WORKERS / brought,
            LARGE / max(of(bare, "read") - step, 1e-4),
        ),
        run=run,
        step=step,
        reuse=reuse,
        write=LARGE / max(of(bare, "write") - step, 1e-4),
        keep=WIDE * LARGE / filling.filling,
        brings=True,
        in_steps=True,
    )


def of(run: Taken, name: str) -> float:
    """Return the median seconds of the steps of this kind."""
    return statistics.median(
        seconds for step, seconds in run.steps.items() if step.startswith(name)
    )


def ran(root: Path, policy: str, budget: int, trace: Sequence[Asked]) -> list[Taken]:
    """Run a sequence for real."""
    machine = Machine(root, policy, budget)
    found: list[Taken] = []
    for asked in trace:
        found.append(machine.run(workflow_of(asked.artifacts)))
        last = found[-1]
        print(f"    {last.seconds:7.2f} s, {len(last.made):2} steps run", flush=True)
    machine.close()
    return found


def slept(trace: Sequence[Asked], found: Sequence[Taken]) -> float:
    """Return the seconds of the steps that were run."""
    return sum(
        one.seconds
        for asked, run in zip(trace, found, strict=True)
        for one in asked.artifacts
        if one.step in run.made
    )


def middle(paces: Sequence[Pace]) -> Pace:
    """Return the medians of what was measured at several times."""

    def one(get: Callable[[Pace], float]) -> float:
        return statistics.median(map(get, paces))

    return replace(
        paces[0],
        rates=Rates(one(lambda p: p.rates.kept), one(lambda p: p.rates.loose)),
        run=one(lambda p: p.run),
        step=one(lambda p: p.step),
        reuse=one(lambda p: p.reuse),
        write=one(lambda p: p.write),
        keep=one(lambda p: p.keep),
    )


def main() -> None:
    """Measure, run and simulate, and print both beside each other."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=3)
    parser.add_argument("--budget", type=int, default=100, metavar="MB")
    parser.add_argument("--policies", default="none,lru,gdsf,couler,value")
    options = parser.parse_args()
    trace = sequence(options.seed, options.runs)
    names, budget = options.policies.split(","), options.budget * MB
    paces: list[Pace] = []
    real: dict[str, list[Taken]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name in names:
            paces.append(measured(Path(folder, "gauge")))
            print(f"{name}: {json.dumps(asdict(paces[-1]))}", flush=True)
            real[name] = ran(Path(folder, "runs"), name, budget, trace)
            paces.append(measured(Path(folder, "gauge")))
    show(trace, budget, middle(paces), real)


def show(
    trace: Sequence[Asked], budget: int, pace: Pace, real: Mapping[str, list[Taken]]
) -> None:
    """Print what was run beside what is simulated."""
    print(f"\nmeasured: {json.dumps(asdict(pace))}\n")
    print(
        "| policy | run, s | simulated, s | simulated over run | slept, s | simulated |"
    )
    print("|---|---|---|---|---|---|")
    for name, found in real.items():
        outcome = replay(trace, policy_of(name, pace.rates), budget, pace=pace)
        total, mine = sum(one.seconds for one in found), slept(trace, found)
        print(
            f"| {name} | {total:.1f} | {outcome.time:.1f} | {outcome.time / total:.3f} "
            f"| {mine:.1f} | {outcome.made:.1f} |"
        )
        each = zip(found, outcome.runs, strict=True)
        print("   ", ", ".join(f"{one.seconds:.1f}/{also:.1f}" for one, also in each))


if __name__ == "__main__":
    main()
