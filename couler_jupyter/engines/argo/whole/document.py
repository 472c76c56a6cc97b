"""The manifest: metadata, and a spec with all that is said of the workflow as a whole."""

from __future__ import annotations

import math
from collections.abc import Sequence

from couler_jupyter.engines.argo.braces import without_stray
from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.names import LONGEST, LONGEST_CRON, label
from couler_jupyter.engines.argo.templates import (
    Fields,
    Write,
    said,
    spec_pod_fields,
)
from couler_jupyter.engines.argo.whole.arguments import argument_fields
from couler_jupyter.engines.argo.whole.bindings import BINDING, binding_spec
from couler_jupyter.engines.argo.whole.schedules import schedule_fields
from couler_jupyter.engines.argo.whole.volumes import VolumeNames
from couler_jupyter.ir import Json, TimeToLive, Workflow

_OUTER = frozenset({"CronWorkflow", BINDING})
"""Kinds whose spec holds that of the workflow, or what is said to it."""
VERSION = "argoproj.io/v1alpha1"
DESCRIPTION = "workflows.argoproj.io/description"
"""The annotation that Argo shows as what a workflow is for."""
_ENDING = 6
"""Characters that Kubernetes adds to a name it makes up, and the hyphen."""


def kind_of(workflow: Workflow) -> str:
    """Return the kind of a workflow's manifest: as chosen, or by its schedule."""
    chosen = form(workflow.extras, "kind")
    if isinstance(chosen, str):
        return chosen
    return "Workflow" if workflow.schedule is None else "CronWorkflow"


def document(
    workflow: Workflow,
    entrypoint: str,
    templates: Sequence[Fields],
    on_exit: str,
    write: Write,
    *,
    volumes: VolumeNames | None = None,
    repository: str = "s3",
    runner: str = "",
) -> Fields:
    """Return the manifest of a workflow, without its extras.

    Args:
        workflow: the outermost workflow.
        entrypoint: name of the template that is run; empty for none.
        templates: all templates, in their order.
        on_exit: name of the template that runs at the end; empty for none.
        write: renders texts of the spec.
        volumes: names of the volumes, where somebody has them already.
        repository: kind of the artifact repository, for keys alone.
        runner: the parameter that holds what functions run in; empty for none.
    """
    kind = kind_of(workflow)
    volumes = VolumeNames(workflow) if volumes is None else volumes
    run_metadata = {} if kind == "Workflow" else _run_metadata(workflow)
    around = {
        **_bounds(workflow),
        **spec_pod_fields(workflow.pod, write),
        **volumes.fields(),
    }
    spec: Fields = {
        **said(entrypoint=entrypoint, onExit=on_exit),
        **argument_fields(workflow, write, repository, runner),
        **({} if kind in _OUTER else run_metadata),
        **{key: without_stray(one) for key, one in around.items()},
        "templates": list(templates),
    }
    if kind == "CronWorkflow":
        spec = {
            **schedule_fields(workflow.schedule),
            **run_metadata,
            "workflowSpec": spec,
        }
    elif kind == BINDING:
        spec = binding_spec(spec)
    metadata = _metadata(workflow, kind)
    return {"apiVersion": VERSION, "kind": kind, "metadata": metadata, "spec": spec}


def _metadata(workflow: Workflow, kind: str) -> Fields:
    if kind == "Workflow":
        name = {"generateName": f"{label(workflow.name, LONGEST - _ENDING)}-"}
    else:
        longest = LONGEST_CRON if kind == "CronWorkflow" else LONGEST
        name = {"name": label(workflow.name, longest)}
    annotations: Fields = dict(workflow.annotations)
    if workflow.description:
        annotations[DESCRIPTION] = workflow.description
    return {
        **name,
        **said(labels=dict(workflow.labels), annotations=annotations),
    }


def _run_metadata(workflow: Workflow) -> Fields:
    """Return what each run gets of a manifest that is no run itself."""
    labels, annotations = dict(workflow.labels), dict(workflow.annotations)
    return said(workflowMetadata=said(labels=labels, annotations=annotations))


def _bounds(workflow: Workflow) -> Fields:
    seconds = workflow.timeout
    return said(
        activeDeadlineSeconds=None if seconds is None else math.ceil(seconds),
        parallelism=workflow.parallelism,
        priority=workflow.priority,
        ttlStrategy=time_to_live(workflow.ttl),
    )


def time_to_live(ttl: TimeToLive | None) -> Json:
    """Return `ttlStrategy` of a spec: how long the record of a run is kept."""
    if ttl is None:
        return None
    return said(
        secondsAfterCompletion=ttl.after_end,
        secondsAfterSuccess=ttl.after_success,
        secondsAfterFailure=ttl.after_failure,
    )
