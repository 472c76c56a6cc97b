"""The kinds of Argo objects, and where each stands in the two servers' APIs."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote

from couler_jupyter.errors import SubmitFailed, UsageFailed
from couler_jupyter.ir import Json

GROUP = "argoproj.io"
VERSION = "v1alpha1"
RUN_LABEL = "couler-jupyter/run"
"""On every Workflow that was started from here: the id of its run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One kind of object.

    Attributes:
        name: as in `kind:`.
        plural: in paths of the API server.
        served: in paths of an argo-server.
        field: what a request to an argo-server calls it.
        namespaced: whether it is in a namespace.
        group: of its API, with the version.
    """

    name: str
    plural: str
    served: str
    field: str
    namespaced: bool = True
    group: str = f"{GROUP}/{VERSION}"

    def api_path(self, namespace: str, name: str = "") -> str:
        """Return its path at a Kubernetes API server."""
        place = f"/namespaces/{quote(namespace, safe='')}" if self.namespaced else ""
        end = f"/{quote(name, safe='')}" if name else ""
        return f"/apis/{self.group}{place}/{self.plural}{end}"

    def server_path(self, namespace: str, name: str = "") -> str:
        """Return its path at an argo-server.

        Raises:
            SubmitFailed: it has none.
        """
        if not self.served:
            raise SubmitFailed(
                f"an argo-server takes no {self.name}; name the cluster itself, by "
                "kubeconfig and context"
            )
        place = f"/{quote(namespace, safe='')}" if self.namespaced else ""
        end = f"/{quote(name, safe='')}" if name else ""
        return f"/api/v1/{self.served}{place}{end}"


WORKFLOW = Kind(
    name="Workflow", plural="workflows", served="workflows", field="workflow"
)
TEMPLATE = Kind(
    name="WorkflowTemplate",
    plural="workflowtemplates",
    served="workflow-templates",
    field="template",
)
CLUSTER_TEMPLATE = Kind(
    name="ClusterWorkflowTemplate",
    plural="clusterworkflowtemplates",
    served="cluster-workflow-templates",
    field="template",
    namespaced=False,
)
CRON = Kind(
    name="CronWorkflow",
    plural="cronworkflows",
    served="cron-workflows",
    field="cronWorkflow",
)
BINDING = Kind(
    name="WorkflowEventBinding",
    plural="workfloweventbindings",
    served="",
    field="",
)
"""An argo-server only lists these; they are made at a Kubernetes API server."""
JOB = Kind(name="Job", plural="jobs", served="", field="", group="batch/v1")
"""Of Kubernetes itself: what follows a run from inside the cluster."""
KINDS = {one.name: one for one in (WORKFLOW, TEMPLATE, CLUSTER_TEMPLATE, CRON, BINDING)}


def kind_of(manifest: Json) -> Kind:
    """Return the kind of a manifest.

    Raises:
        UsageFailed: it is none of Argo's that can be submitted.
    """
    found = manifest.get("kind") if isinstance(manifest, dict) else None
    if found == JOB.name:
        return JOB
    if found not in KINDS:
        known = ", ".join(KINDS)
        raise UsageFailed(f"a manifest of kind {found!r} cannot be submitted; {known}")
    return KINDS[found]


def owned_by(owner: Json) -> Json:
    """Return the reference to an object that owns another, as the server has it."""
    return {
        "apiVersion": f"{GROUP}/{VERSION}",
        "kind": owner["kind"],
        "name": name_of(owner),
        "uid": owner["metadata"]["uid"],
    }


def name_of(manifest: Json) -> str:
    """Return the name of an object; empty if it has none yet."""
    return str(manifest.get("metadata", {}).get("name") or "")
