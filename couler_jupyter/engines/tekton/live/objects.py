"""The kinds of Tekton's objects, and where each stands in the API of a cluster."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import quote

from couler_jupyter.ir import Json

VERSION = "tekton.dev/v1"
RUN_LABEL = "couler-jupyter/run"
"""On every object that was made for a run from here: the id of that run."""
OF_RUN = "tekton.dev/pipelineRun"
"""Label of a TaskRun: the PipelineRun that it belongs to."""
OF_TASK = "tekton.dev/pipelineTask"


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of object.

    Attributes:
        name: as in `kind:`.
        plural: in paths.
    """

    name: str
    plural: str

    def path(self, namespace: str, name: str = "") -> str:
        """Return its path at a Kubernetes API server."""
        end = f"/{quote(name, safe='')}" if name else ""
        place = quote(namespace, safe="")
        return f"/apis/{VERSION}/namespaces/{place}/{self.plural}{end}"


TASK = Kind("Task", "tasks")
PIPELINE = Kind("Pipeline", "pipelines")
RUN = Kind("PipelineRun", "pipelineruns")
TASK_RUN = Kind("TaskRun", "taskruns")
KINDS = MappingProxyType({one.name: one for one in (TASK, PIPELINE, RUN, TASK_RUN)})


def name_of(found: Json) -> str:
    """Return the name of an object."""
    return str(found["metadata"]["name"])


def condition_of(found: Json) -> Json:
    """Return the one condition that tells how a run, or a task's, stands; maybe empty."""
    status = found.get("status") or {}
    for one in status.get("conditions") or ():
        if one.get("type") == "Succeeded":
            return one
    return {}
