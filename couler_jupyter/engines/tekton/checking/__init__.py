"""What Tekton's controller would refuse, or run otherwise than meant, found beforehand.

Looks at the objects alone, whoever wrote them. Some of this not even the controller
finds: an undeclared result of a known task, an undeclared workspace.

Source: https://tekton.dev/docs/pipelines/pipelines/
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import Fault
from couler_jupyter.engines.tekton.checking.order import order_faults
from couler_jupyter.engines.tekton.checking.references import reference_faults
from couler_jupyter.engines.tekton.checking.runs import run_faults
from couler_jupyter.engines.tekton.checking.tasks import task_faults

__all__ = ["Fault", "faults_of"]


def faults_of(pipeline: Fields, run: Fields) -> Iterator[Fault]:
    """Yield what is wrong with a Pipeline, and with a PipelineRun of it."""
    spec = pipeline["spec"]
    yield from order_faults(spec)
    yield from reference_faults(spec)
    yield from task_faults(spec)
    yield from run_faults(spec, run["spec"])
