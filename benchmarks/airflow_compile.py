"""Compile 1,000 steps to a DAG file, and what Airflow takes to read it, beside one by hand.

    python benchmarks/airflow_compile.py [--runs N] [--steps 1000] [--json]

The steps are shell commands in a chain. The file by hand has the same commands as
BashOperators of Airflow and nothing else. Compiling is measured here, in CPU seconds;
reading (import of the file, serialisation as the scheduler does it) by Airflow's own
Python in .venv-airflow, each run in a process of its own, the two in turn; medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from couler_jupyter.engines.airflow import Airflow
from couler_jupyter.testing.parts import flow, sh, step

PYTHON = Path(__file__).resolve().parents[1] / ".venv-airflow" / "bin" / "python"
READ = """
import json, sys, time
from airflow.sdk import DAG
import airflow.providers.standard.operators.bash, airflow.providers.standard.operators.empty
from airflow.sdk import ObjectStoragePath, Variable
from airflow.serialization.serialized_objects import DagSerialization
text = open(sys.argv[1]).read()
begun = time.process_time()
names = {"__name__": "read"}
exec(compile(text, sys.argv[1], "exec", dont_inherit=True), names)
parsed = time.process_time()
data = DagSerialization.to_dict(names["dag"])
done = time.process_time()
size = len(json.dumps(data))
print(json.dumps([parsed - begun, done - parsed, size, len(names["dag"].tasks)]))
"""
BY_HAND = """
from airflow.sdk import DAG
from airflow.providers.standard.operators.bash import BashOperator

with DAG(dag_id="by_hand", schedule=None) as dag:
    last = None
"""
TASK = """\
    task = BashOperator(task_id="step-{0}", bash_command="echo {0}")
    if last is not None:
        last >> task
    last = task
"""


class Cost(NamedTuple):
    """What reading one file takes: CPU seconds, and bytes of JSON."""

    parse: float
    serialise: float
    size: int


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--steps", type=int, default=1000)
    parser.add_argument("--json", action="store_true")
    given = parser.parse_args()
    seconds, text = compiled(given.steps, given.runs)
    files = {"ours": text, "by hand": by_hand(given.steps)}
    sizes = {who: len(one) for who, one in files.items()}
    costs: dict[str, Cost] = {}
    if PYTHON.exists():
        costs = read(files, given.steps, given.runs)
    else:
        print("there is no .venv-airflow; scripts/setup-airflow makes it")
    if given.json:
        print(json.dumps({"compile": seconds, "bytes": sizes, "read": costs}))
        return
    print(f"compile {given.steps} steps: {seconds:.3f} s of CPU")
    for who, size in sizes.items():
        print(f"{who}: file {size / 1000:.0f} kB")
    for who, cost in costs.items():
        print(
            f"{who}: parse {cost.parse:.3f} s, serialise {cost.serialise:.3f} s, "
            f"serialised {cost.size / 1000:.0f} kB"
        )


def compiled(steps: int, runs: int) -> tuple[float, str]:
    """Return the median CPU seconds of compiling a chain, and its file."""
    names = [f"step-{number}" for number in range(steps)]
    chain = flow(
        "chain",
        *(
            step(name, sh(f"echo {number}"), after=names[number - 1 : number])
            for number, name in enumerate(names)
        ),
    )
    Airflow().compile(flow("warm", step("a", sh("true"))))
    found: list[float] = []
    text = ""
    for _ in range(runs):
        begun = time.process_time()
        text = Airflow().compile(chain).documents[0].text
        found.append(time.process_time() - begun)
    return statistics.median(found), text


def by_hand(steps: int) -> str:
    """Return the DAG file that a person would write, with one command a task."""
    return BY_HAND + "".join(TASK.format(number) for number in range(steps))


def read(files: dict[str, str], steps: int, runs: int) -> dict[str, Cost]:
    """Return the median cost of each file, read in turn."""
    costs: dict[str, list[Cost]] = {who: [] for who in files}
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(runs):
            for who, text in files.items():
                path = Path(folder) / f"{who.replace(' ', '_')}.py"
                path.write_text(text, encoding="utf-8")
                costs[who].append(_read(path, steps, folder))
    return {
        who: Cost(*map(statistics.median, zip(*some, strict=True)))
        for who, some in costs.items()
    }


def _read(path: Path, steps: int, home: str) -> Cost:
    done = subprocess.run(
        [str(PYTHON), "-c", READ, str(path)],
        env={**os.environ, "AIRFLOW_HOME": home, "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    parse, serialise, size, tasks = json.loads(done.stdout.splitlines()[-1])
    assert tasks == steps, tasks
    return Cost(parse, serialise, size)


if __name__ == "__main__":
    main()
