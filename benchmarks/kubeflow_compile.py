"""Compile to Kubeflow Pipelines, beside kfp's own compiler: CPU seconds, each run alone.

    python benchmarks/kubeflow_compile.py [--kfp PYTHON]

PYTHON is one that has kfp; else `.venv-kfp/bin/python`, which scripts/setup-kfp makes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 5
OURS = """
import json, sys, time
from couler_jupyter.engines.kubeflow import Kubeflow
from couler_jupyter.testing.parts import container, flow, python, step
from couler_jupyter.ir import OutputRef
kind, count = sys.argv[1], int(sys.argv[2])
def template(number):
    if kind == "functions":
        return python(f"def f(x): return {number}")
    return container("echo", str(number), outputs=())
def takes(number):
    if kind == "functions":
        return {"x": OutputRef(f"s{number - 1}") if number else 0}
    return {}
begun = time.process_time()
steps = [step(f"s{n}", template(n), takes=takes(n)) for n in range(count)]
workflow = flow("many", *steps)
built = time.process_time() - begun
text = Kubeflow().compile(workflow).documents[0].text
print(json.dumps([built, time.process_time() - begun - built, len(text)]))
"""
THEIRS = """
import json, os, sys, tempfile, time, warnings
warnings.simplefilter("ignore")
from kfp import compiler, dsl
count = int(sys.argv[2])
def component(number):
    def made():
        return dsl.ContainerSpec(image="busybox", command=["echo"], args=[str(number)])
    made.__name__ = f"s{number}"
    return dsl.container_component(made)
begun = time.process_time()
made = [component(number) for number in range(count)]
@dsl.pipeline(name="many")
def pipeline():
    for one in made:
        one()
built = time.process_time() - begun
path = os.path.join(tempfile.mkdtemp(), "many.yaml")
compiler.Compiler().compile(pipeline, path)
print(json.dumps([built, time.process_time() - begun - built, os.path.getsize(path)]))
"""


def measured(python: str, program: str, kind: str, count: int) -> list[float]:
    """Return CPU seconds of building and of compiling, and bytes, of one process."""
    done = subprocess.run(
        [python, "-c", program, kind, str(count)],
        capture_output=True,
        text=True,
        check=True,
        cwd=ROOT,
    )
    found: list[float] = json.loads(done.stdout.splitlines()[-1])
    return found


def middle(runs: list[list[float]]) -> dict[str, Any]:
    """Return the medians of runs."""
    built, compiled, size = (statistics.median(one) for one in zip(*runs, strict=True))
    return {
        "build": round(built, 3),
        "compile": round(compiled, 3),
        "whole": round(built + compiled, 3),
        "bytes": int(size),
    }


def main() -> None:
    """Measure ours and theirs in turn; print medians as JSON."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kfp", default=str(ROOT / ".venv-kfp" / "bin" / "python"))
    kfp = parser.parse_args().kfp
    if not Path(kfp).exists():
        sys.stdout.write("there is no .venv-kfp; scripts/setup-kfp makes it\n")
        return
    ours: list[list[float]] = []
    theirs: list[list[float]] = []
    for _ in range(ROUNDS):
        ours.append(measured(sys.executable, OURS, "containers", 500))
        theirs.append(measured(kfp, THEIRS, "containers", 500))
    found: dict[str, Any] = {
        "ours, 500 containers": middle(ours),
        "kfp, 500 containers": middle(theirs),
    }
    for kind in ("containers", "functions"):
        runs = [measured(sys.executable, OURS, kind, 1000) for _ in range(ROUNDS)]
        found[f"ours, 1,000 {kind}"] = middle(runs)
    slower = found["kfp, 500 containers"]["whole"]
    found["times faster"] = round(slower / found["ours, 500 containers"]["whole"], 1)
    sys.stdout.write(json.dumps(found, indent=2) + "\n")


if __name__ == "__main__":
    main()
