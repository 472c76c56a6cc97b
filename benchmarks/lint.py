"""How long the lint of a large Argo manifest takes, in CPU seconds and memory.

    python benchmarks/lint.py [TASKS...]

The manifest has DAGs of 200 tasks in a DAG of DAGs, as a cluster wants it; every task
waits for the ten before it, has three arguments, one of them from a task before, and
a condition. The first line is YAML, the second the same as JSON.
"""

from __future__ import annotations

import json
import sys
import time
import tracemalloc

from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.kube.yaml_writing import dump
from couler_jupyter.ir import Json

_WIDEST = 200


def manifest(tasks: int) -> Json:
    """Return a valid manifest with this many tasks."""
    dags = [_dag(at, min(_WIDEST, tasks - at)) for at in range(0, tasks, _WIDEST)]
    top: Json = [
        {"name": f"part-{at}", "template": f"dag-{at}"}
        for at in range(0, tasks, _WIDEST)
    ]
    return {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "Workflow",
        "metadata": {"generateName": "large-"},
        "spec": {
            "entrypoint": "main",
            "arguments": {"parameters": [{"name": "rate", "value": "0.1"}]},
            "templates": [
                {"name": "main", "dag": {"tasks": top}},
                *dags,
                {
                    "name": "fit",
                    "inputs": {
                        "parameters": [{"name": n} for n in ("rate", "row", "from")]
                    },
                    "outputs": {
                        "parameters": [
                            {"name": "score", "valueFrom": {"path": "/tmp/score"}}
                        ]
                    },
                    "container": {
                        "image": "busybox:1.36",
                        "command": ["sh", "-c"],
                        "args": ["echo {{inputs.parameters.row}} > /tmp/score"],
                    },
                },
            ],
        },
    }


def _dag(at: int, size: int) -> Json:
    return {"name": f"dag-{at}", "dag": {"tasks": [_task(n) for n in range(size)]}}


def _task(n: int) -> Json:
    score = f"{{{{tasks.t{n - 1}.outputs.parameters.score}}}}" if n else "0"
    task: dict[str, Json] = {
        "name": f"t{n}",
        "template": "fit",
        "arguments": {
            "parameters": [
                {"name": "rate", "value": "{{workflow.parameters.rate}}"},
                {"name": "row", "value": str(n)},
                {"name": "from", "value": score},
            ]
        },
    }
    if n:
        task["depends"] = " && ".join(
            f"t{before}" for before in range(max(0, n - 10), n)
        )
        task["when"] = f"{score} != none"
    return task


def main() -> int:
    """Measure each size."""
    for tasks in [int(word) for word in sys.argv[1:]] or [1000, 5000]:
        plain = manifest(tasks)
        for kind, text in (("yaml", dump(plain)), ("json", json.dumps(plain))):
            seconds, most, found = _measure(text)
            print(
                f"{tasks:>6} tasks, {kind}: {len(text) / 2**20:.2f} MiB, "
                f"{seconds:.2f} s of CPU, {most / 2**20:.0f} MiB at most, {found} findings"
            )
    return 0


def _measure(text: str) -> tuple[float, int, int]:
    started = time.process_time()
    findings = ArgoLinter().lint([Source("large", text)])
    seconds = time.process_time() - started
    tracemalloc.start()
    ArgoLinter().lint([Source("large", text)])
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return seconds, most, len(findings)


if __name__ == "__main__":
    raise SystemExit(main())
