"""Build and validate workflows of 1,000, 10,000 and 100,000 steps: CPU seconds.

    python benchmarks/build_workflow.py [--json]

Three ways are timed, each in the same process: IR values by hand, the unified
interface with a decorated function, and `couler.run_container`. The peer is
graphlib's topological sort of the same edges, the least that anything which checks
for cycles has to do.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Callable
from graphlib import TopologicalSorter

import couler_jupyter as couler
from couler_jupyter.ir import (
    Argument,
    Constant,
    Container,
    FromStdout,
    InputParameter,
    InputRef,
    OutputParameter,
    OutputRef,
    Step,
    Workflow,
)

SIZES = (1_000, 10_000, 100_000)


def by_hand(count: int) -> Workflow:
    """Build a chain of container steps from IR values."""
    template = Container(
        image="busybox",
        command=("echo", InputRef("x")),
        inputs=(InputParameter(name="x"),),
        outputs=(OutputParameter(name="result", source=FromStdout()),),
    )
    steps = tuple(
        Step(
            name=f"s{i}",
            template=template,
            arguments=(Argument("x", OutputRef(f"s{i - 1}") if i else Constant("1")),),
        )
        for i in range(count)
    )
    return Workflow(name="chain", steps=steps)


@couler.step
def increase(x: int) -> int:
    """Return the next number."""
    return x + 1


def by_function(count: int) -> Workflow:
    """Build a chain of function steps with the unified interface."""
    with couler.workflow("chain") as built:
        value: object = 1
        for _ in range(count):
            value = increase(value)
    return built.workflow


def by_container(count: int) -> Workflow:
    """Build a chain of container steps with the unified interface."""
    with couler.workflow("chain") as built:
        value: object = "1"
        for i in range(count):
            value = couler.run_container(
                image="busybox", command=["echo"], args=[value], step_name=f"s{i}"
            )
    return built.workflow


def sort_only(count: int) -> object:
    """Sort the same chain with graphlib."""
    edges = {f"s{i}": (f"s{i - 1}",) if i else () for i in range(count)}
    return tuple(TopologicalSorter(edges).static_order())


WAYS: dict[str, Callable[[int], object]] = {
    "IR by hand": by_hand,
    "@couler.step": by_function,
    "couler.run_container": by_container,
    "graphlib alone": sort_only,
}


def cpu_seconds(way: Callable[[int], object], count: int, runs: int) -> float:
    """Return the median CPU seconds of several runs."""
    taken: list[float] = []
    for _ in range(runs):
        start = time.process_time()
        way(count)
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def main() -> None:
    """Time every way at every size and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    table = {
        name: {count: cpu_seconds(way, count, given.runs) for count in SIZES}
        for name, way in WAYS.items()
    }
    if given.json:
        print(json.dumps(table))
        return
    print(f"{'CPU seconds':<22}" + "".join(f"{count:>12,}" for count in SIZES))
    for name, row in table.items():
        print(f"{name:<22}" + "".join(f"{row[count]:>12.4f}" for count in SIZES))


if __name__ == "__main__":
    main()
