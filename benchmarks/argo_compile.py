"""Write workflows of 100, 1,000 and 5,000 steps and make Argo YAML of them, beside Hera.

    python benchmarks/argo_compile.py [--runs N] [--sizes 100,1000] [--json]

Four shapes. Construction and YAML text are measured together, without imports: CPU
seconds and the largest memory, each in a process of its own, median of the runs, ours
and Hera in turn. Hera puts all tasks into one DAG, which a cluster refuses beyond 200
tasks or templates; ours nests and folds them until they fit.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

SIZES = (100, 1_000, 5_000)
WIDTH = 10
WARM = 20
"""Steps of a workflow that is made first, so that no import is measured."""


class Cost(NamedTuple):
    """What one run took."""

    cpu: float
    peak: float
    size: int


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)))
    parser.add_argument("--shapes", default=",".join(SHAPES))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--child", nargs=3, metavar=("WHO", "SHAPE", "COUNT"))
    given = parser.parse_args()
    if given.child:
        who, shape, count = given.child
        print(json.dumps(measured(who, shape, int(count))))
        return
    sizes = [int(one) for one in given.sizes.split(",")]
    table = {
        f"{shape} {count}": compared(shape, count, given.runs)
        for shape in given.shapes.split(",")
        for count in sizes
    }
    print(json.dumps(table) if given.json else as_text(table))


def compared(shape: str, count: int, runs: int) -> dict[str, Cost]:
    """Return the median cost of ours and of Hera, run in turn."""
    found: dict[str, list[Cost]] = {who: [] for who in MAKERS}
    for _ in range(runs):
        for who, costs in found.items():
            costs.append(in_child(who, shape, count))
    return {who: _median(costs) for who, costs in found.items()}


def _median(costs: list[Cost]) -> Cost:
    return Cost(
        cpu=statistics.median(one.cpu for one in costs),
        peak=statistics.median(one.peak for one in costs),
        size=costs[0].size,
    )


def in_child(who: str, shape: str, count: int) -> Cost:
    """Return what one run costs in a fresh process."""
    command = [sys.executable, __file__, "--child", who, shape, str(count)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return Cost(*json.loads(done.stdout))


def measured(who: str, shape: str, count: int) -> Cost:
    """Construct and write one workflow in this process."""
    make = MAKERS[who]()[shape]
    make(WARM)
    start = time.process_time()
    text = make(count)
    return Cost(time.process_time() - start, peak_mib(), len(text))


def peak_mib() -> float:
    """Return the largest resident memory of this process so far, in MiB."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    line = next(one for one in status.splitlines() if one.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


def as_text(table: dict[str, dict[str, Cost]]) -> str:
    """Return the table as Markdown."""
    lines = [
        "| shape | steps | ours, s | Hera, s | times faster | ours, MiB | Hera, MiB |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, costs in table.items():
        shape, count = name.split(" ")
        ours, hera = costs["ours"], costs["hera"]
        lines.append(
            f"| {SHAPES[shape]} | {int(count):,} | {ours.cpu:.3f} | {hera.cpu:.3f} "
            f"| {hera.cpu / ours.cpu:.1f} | {ours.peak:.0f} | {hera.peak:.0f} |"
        )
    return "\n".join(lines)


SHAPES = {
    "chain": "chain, shared template",
    "layered": "layered, 10 dependencies each",
    "own": "chain, one template per task",
    "fan-in": "fan-in to one task",
}


def ours() -> dict[str, Callable[[int], str]]:
    """Return the shapes as written with couler_jupyter."""
    import couler_jupyter as couler
    from couler_jupyter.engines.argo import Argo

    def text(block: couler.WorkflowBlock) -> str:
        manifest = Argo().compile(block.workflow)
        return "".join(document.text for document in manifest.documents)

    def chain(count: int) -> str:
        with couler.workflow("chain") as built:
            value: object = "1"
            for i in range(count):
                value = couler.run_container(
                    "busybox", "echo", [value], step_name=f"s{i}"
                )
        return text(built)

    def layered(count: int) -> str:
        with couler.workflow("layered") as built:
            above: list[couler.StepOutput] = []
            for first in range(0, count, WIDTH):
                above = [
                    couler.run_container(
                        "busybox", "echo", ["hi"], step_name=f"s{i}", after=above
                    )
                    for i in range(first, min(first + WIDTH, count))
                ]
        return text(built)

    def own(count: int) -> str:
        with couler.workflow("own") as built:
            above: list[couler.StepOutput] = []
            for i in range(count):
                step = couler.run_container(
                    "busybox", "echo", [str(i)], step_name=f"s{i}", after=above
                )
                above = [step]
        return text(built)

    def fan_in(count: int) -> str:
        with couler.workflow("fan-in") as built:
            many = [
                couler.run_container("busybox", "echo", ["hi"], step_name=f"s{i}")
                for i in range(count - 1)
            ]
            couler.run_container(
                "busybox", "echo", ["end"], step_name="end", after=many
            )
        return text(built)

    return {"chain": chain, "layered": layered, "own": own, "fan-in": fan_in}


def hera() -> dict[str, Callable[[int], str]]:
    """Return the shapes as written with Hera."""
    from hera.workflows import DAG, Container, Parameter, Task, Workflow

    def box(name: str, arg: str) -> Container:
        return Container(name=name, image="busybox", command=["echo"], args=[arg])

    def text(workflow: Workflow) -> str:
        made: str = workflow.to_yaml()
        return made

    def chain(count: int) -> str:
        with Workflow(generate_name="chain-", entrypoint="chain") as built:
            echo = Container(
                name="echo",
                image="busybox",
                command=["echo"],
                args=["{{inputs.parameters.x}}"],
                inputs=[Parameter(name="x")],
            )
            with DAG(name="chain"):
                value: object = "1"
                before: Task | None = None
                for i in range(count):
                    task = Task(name=f"s{i}", template=echo, arguments={"x": value})
                    if before is not None:
                        before.next(task)
                    before, value = task, task.result
        return text(built)

    def layered(count: int) -> str:
        with Workflow(generate_name="layered-", entrypoint="layered") as built:
            echo = box("echo", "hi")
            with DAG(name="layered"):
                above: list[Task] = []
                for first in range(0, count, WIDTH):
                    here: list[Task] = []
                    for i in range(first, min(first + WIDTH, count)):
                        task = Task(name=f"s{i}", template=echo)
                        for one in above:
                            one.next(task)
                        here.append(task)
                    above = here
        return text(built)

    def own(count: int) -> str:
        with Workflow(generate_name="own-", entrypoint="own") as built:
            boxes = [box(f"echo-{i}", str(i)) for i in range(count)]
            with DAG(name="own"):
                before: Task | None = None
                for i, one in enumerate(boxes):
                    task = Task(name=f"s{i}", template=one)
                    if before is not None:
                        before.next(task)
                    before = task
        return text(built)

    def fan_in(count: int) -> str:
        with Workflow(generate_name="fan-in-", entrypoint="fan-in") as built:
            echo, last = box("echo", "hi"), box("end", "end")
            with DAG(name="fan-in"):
                end = Task(name="end", template=last)
                for i in range(count - 1):
                    Task(name=f"s{i}", template=echo).next(end)
        return text(built)

    return {"chain": chain, "layered": layered, "own": own, "fan-in": fan_in}


MAKERS: dict[str, Callable[[], dict[str, Callable[[int], str]]]] = {
    "ours": ours,
    "hera": hera,
}


if __name__ == "__main__":
    main()
