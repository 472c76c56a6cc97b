"""CPU seconds of planning a workflow of 1,000 steps with history.

    python benchmarks/plan.py [--steps 1000] [--runs 5] [--times 5]

A layered DAG, ten wide, each step with a source of its own, has run several times and has a
cache. It is planned as it was run, and with one step of the first layer edited, for the local
engine and for Argo, which takes it in parts; beside that, it is only compiled for Argo, in one
piece. Each plan is made in a process of its own, with nothing imported but the session; CPU is
that of the call, with all that it imports and reads. Modules are byte code, as where they are
installed.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from couler_jupyter.engines.local import Local
from couler_jupyter.ir import Function, Workflow
from couler_jupyter.runs import RunStore
from couler_jupyter.session import Session

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
from benchmarks.layers import layered

COMPILED = "only compiled"
CASES = ("as it was run", "one step edited", "on argo", COMPILED)


def edited(workflow: Workflow) -> Workflow:
    """Return the workflow with another source in its first step."""
    first, *others = workflow.steps
    assert isinstance(first.template, Function)
    template = replace(first.template, source="def f():\n    return -1\n")
    return replace(workflow, steps=(replace(first, template=template), *others))


def plan_once(case: str, steps: int) -> None:
    """Plan, and print the CPU seconds that it took, and how many steps would run."""
    workflow = layered(steps)
    if case == "one step edited":
        workflow = edited(workflow)
    session = Session(engine="argo" if case in {"on argo", COMPILED} else "local")
    start = time.process_time()
    if case == COMPILED:
        session.compile(workflow)
        print(time.process_time() - start, steps, steps)
        return
    plan = session.plan(workflow)
    print(time.process_time() - start, plan.after.steps, plan.after.unknown)


def main() -> None:
    """Fill a run store and a cache, and plan again and again."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--case", choices=CASES)
    given = parser.parse_args()
    if given.case:
        plan_once(given.case, given.steps)
        return
    with tempfile.TemporaryDirectory() as place:
        os.environ |= {
            "COULER_HOME": f"{place}/home",
            "COULER_CACHE": "on",
            "COULER_CACHE_URL": f"{place}/cache",
            "COULER_CACHE_CONFIG": f"{place}/cache.toml",
            "COULER_PRICES": f"{place}/prices.toml",
        }
        os.environ["PYTHONPYCACHEPREFIX"] = f"{place}/bytecode"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        local = Local(RunStore(Path(place) / "home"))
        for turn in range(given.runs):
            whole = {} if turn == 0 else {"refresh": [f"s{turn}"]}
            local.run(layered(given.steps), options=whole)
        for case in CASES:
            measure(case, given.steps, given.times)


def measure(case: str, steps: int, times: int) -> None:
    """Plan in so many processes and print the median."""
    here = (sys.executable, __file__, "--case", case, "--steps", f"{steps}")
    seconds: list[float] = []
    told = ""
    for turn in range(times + 1):
        done = subprocess.run(here, capture_output=True, text=True, check=True)
        spent, run, unknown = done.stdout.split()
        if turn:  # the first one writes the byte code
            seconds.append(float(spent))
        told = f"{run} to run, {unknown} unknown"
    print(
        f"{case:<16} {statistics.median(seconds):5.2f} s CPU "
        f"({min(seconds):.2f} to {max(seconds):.2f}); {told}"
    )


if __name__ == "__main__":
    main()
