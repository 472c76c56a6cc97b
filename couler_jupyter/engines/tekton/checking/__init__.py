"""What Tekton's controller would refuse, or run otherwise than meant, found beforehand.

Looks at the objects alone, whoever wrote them. Some of this not even the controller
finds: an undeclared result of a known task, an undeclared workspace.

Source: https://tekton.dev/docs/pipelines/pipelines/
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import Fault, inner_spec
from couler_jupyter.engines.tekton.checking.order import order_faults
from couler_jupyter.engines.tekton.checking.references import (
    inner_faults,
    reference_faults,
)
from couler_jupyter.engines.tekton.checking.runs import run_faults
from couler_jupyter.engines.tekton.checking.tasks import task_faults

__all__ = ["Fault", "faults_of"]


def faults_of(
    pipeline: Fields, run: Fields, tasks: Sequence[Fields] = ()
) -> Iterator[Fault]:
    """Yield what is wrong with a Pipeline, with a PipelineRun of it, and Tasks it names."""
    spec = pipeline["spec"]
    beside = {one["metadata"]["name"]: one["spec"] for one in tasks}

    def spec_of(task: Fields) -> Fields | None:
        name = (task.get("taskRef") or {}).get("name")
        return beside.get(name) if name else inner_spec(task)

    yield from order_faults(spec)
    yield from reference_faults(spec, spec_of)
    yield from task_faults(spec)
    own = [{"name": name, "taskSpec": inner} for name, inner in beside.items()]
    yield from task_faults({"tasks": own})
    for name, inner in beside.items():
        yield from inner_faults(name, inner, (), ())
    yield from run_faults(spec, run["spec"])
