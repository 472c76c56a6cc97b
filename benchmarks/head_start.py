"""How long it takes to find out what of a workflow need not run elsewhere.

    python benchmarks/head_start.py [STEPS]

Layers of functions, each step reading two of the layer before; all of it is kept. Planned are
the same workflow, and one in which a step in the middle was edited.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

from couler_jupyter.engines.ahead import Errand, Seen
from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.cache import Wish
from couler_jupyter.ir import (
    Argument,
    Constant,
    FromReturn,
    Function,
    InputParameter,
    OutputParameter,
    OutputRef,
    Phase,
    Step,
    Workflow,
)
from couler_jupyter.reusing.head_start import head_start
from couler_jupyter.reusing.witness import open_witness

_WIDE = 25


def layers(steps: int, *, edit: int = -1) -> Workflow:
    """Return a workflow of so many steps, of which one is given something else."""
    made: list[Step] = []
    first, later = _function(), _function("a", "b")
    for number in range(steps):
        layer, place = divmod(number, _WIDE)
        before = [(place + shift) % _WIDE + (layer - 1) * _WIDE for shift in (0, 1)]
        given = Constant.of(-1 if number == edit else number)
        arguments = [Argument("seed", given)]
        if layer:
            refs = (OutputRef(f"s{one}", "result") for one in before)
            arguments += map(Argument, ("a", "b"), refs)
        template = later if layer else first
        made.append(
            Step(name=f"s{number}", template=template, arguments=tuple(arguments))
        )
    return Workflow(name="layers", steps=tuple(made))


def _function(*takes: str) -> Function:
    names = ("seed", *takes)
    return Function(
        source=f"def work({', '.join(names)}):\n    return seed\n",
        entrypoint="work",
        image="python:3.12-slim",
        inputs=tuple(InputParameter(name=one) for one in names),
        outputs=(OutputParameter(name="result", source=FromReturn()),),
    )


def errand(workflow: Workflow, run: str) -> Errand:
    """Return what is asked for a run."""
    wish = Wish(run=run, engine="argo", workflow=workflow)
    return Errand(wish=wish, arguments={}, folder=Path())


def main() -> None:
    """Fill a store, and measure."""
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    workflow = layers(steps)
    with tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "COULER_CACHE": "on",
            "COULER_CACHE_URL": f"{folder}/store",
            "COULER_CACHE_CONFIG": f"{folder}/cache.toml",
        }
        began = time.process_time()
        witness = open_witness(errand(workflow, "first"), frozenset())
        assert witness is not None
        ends = (
            Seen(
                path=one.name, phase=Phase.SUCCEEDED, outputs={"result": n}, seconds=9.0
            )
            for n, one in enumerate(workflow.steps)
        )
        witness.saw(ends)
        witness.end(finished=True)
        print(f"{steps} steps kept in {time.process_time() - began:.2f} s of CPU")
        plans = {"all kept": workflow, "one edited": layers(steps, edit=steps // 2)}
        for what, now in plans.items():
            began = time.process_time()
            start = head_start(errand(now, what))
            taken = time.process_time() - began
            assert start is not None
            left = 0 if start.workflow is None else len(start.workflow.steps)
            print(f"{what}: {left} steps left, found in {taken:.2f} s of CPU", end="")
            began = time.process_time()
            if start.workflow is not None:
                Argo().compile(start.workflow)
            print(f", compiled in {time.process_time() - began:.2f} s")


if __name__ == "__main__":
    main()
