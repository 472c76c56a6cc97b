"""Words for templates that only Argo has: the body that `couler.run_foreign` takes.

Fields are spelled as in Argo's field reference, and texts may hold Argo's tags, as
`{{inputs.parameters.page}}`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Unpack

from couler_jupyter.engines.argo.words.checking import checked
from couler_jupyter.engines.argo.words.fields import (
    HTTP,
    ContainerSetTemplate,
    DAGTemplate,
    Data,
    ResourceTemplate,
    Template,
    TemplateRef,
    WorkflowStep,
    WorkflowTemplateRef,
)
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import Json

Body = dict[str, Json]


def http(**fields: Unpack[HTTP]) -> Body:
    """Return a request, which Argo makes without a pod of its own."""
    return {"http": checked(HTTP, fields, "http")}


def data(**fields: Unpack[Data]) -> Body:
    """Return a list of files in a store, and what is made of the list."""
    return {"data": checked(Data, fields, "data")}


def container_set(**fields: Unpack[ContainerSetTemplate]) -> Body:
    """Return containers of one pod that run in an order."""
    return {"containerSet": checked(ContainerSetTemplate, fields, "container_set")}


def plugin(name: str, given: Mapping[str, Json]) -> Body:
    """Return what a plugin of the cluster does, by the plugin's name."""
    return {"plugin": {name: dict(given)}}


def resource(**fields: Unpack[ResourceTemplate]) -> Body:
    """Return a Kubernetes object, for what `couler.run_job` has no word for."""
    return {"resource": checked(ResourceTemplate, fields, "resource")}


def dag(**fields: Unpack[DAGTemplate]) -> Body:
    """Return tasks that name templates of the same manifest."""
    return {"dag": checked(DAGTemplate, fields, "dag")}


def steps(groups: Sequence[Sequence[WorkflowStep]]) -> Body:
    """Return groups of steps, one group after the other."""
    made = checked(Template, {"steps": groups}, "steps")
    return {"steps": made["steps"]}


def template_ref(**fields: Unpack[TemplateRef]) -> Body:
    """Return a template that stands in another object; its kind is `templateRef`."""
    made = checked(TemplateRef, fields, "template_ref")
    for name in ("name", "template"):
        if name not in made:
            raise BuildFailed(f"template_ref needs {name}")
    return {"templateRef": made}


def workflow_template_ref(**fields: Unpack[WorkflowTemplateRef]) -> Body:
    """Return all of a WorkflowTemplate that the cluster has; its kind is the field's name.

    It is the one step of its workflow, and takes what the workflow takes.
    """
    made = checked(WorkflowTemplateRef, fields, "workflow_template_ref")
    if "name" not in made:
        raise BuildFailed("workflow_template_ref needs name")
    return {"workflowTemplateRef": made}


def with_fields(body: Body, **fields: Unpack[Template]) -> Body:
    """Return a body with further fields of its template, as `metrics`."""
    return {**body, **checked(Template, fields, "with_fields", whole=False)}
