"""The bound on the pods of all children: a semaphore in a ConfigMap of the run.

`parallelism` counts the pods of one Workflow; only a semaphore is shared by several.
Source: https://argo-workflows.readthedocs.io/en/latest/synchronization/
"""

from __future__ import annotations

from couler_jupyter.ir import Json

LIMIT_KEY = "pods"
"""The entry of the ConfigMap that says how many pods may run at once."""
_END = "-limit"


def limit_name(run: str) -> str:
    """Return the name of the ConfigMap of a run; `run` is what `What.RUN` is told."""
    return f"{run}{_END}"


def limit_map(run: str, parallelism: int) -> dict[str, Json]:
    """Return the ConfigMap that has to be there before the first child is."""
    return {
        "apiVersion": "v1",
        "kind": "ConfigMap",
        "metadata": {
            "name": limit_name(run),
            "labels": {"workflows.argoproj.io/configmap-type": "Parameter"},
        },
        "data": {LIMIT_KEY: str(parallelism)},
    }
