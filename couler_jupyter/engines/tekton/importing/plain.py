"""Tasks and runs of single tasks, as pipelines of one task and their runs."""

from __future__ import annotations

from couler_jupyter.engines.kube.reading.fields import (
    Object,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.engines.tekton.importing.ports import type_of
from couler_jupyter.engines.tekton.importing.scope import without
from couler_jupyter.ir import Json

_TASK = frozenset({"taskRef", "taskSpec", "timeout", "retries"})
_RUN = frozenset({"params", "workspaces", "status", "managedBy"})
_POD = frozenset({"serviceAccountName", "podTemplate"})


def pipeline_of_task(name: str, task: Object) -> Object:
    """Return the spec of a pipeline whose one task is a Task, given what it asks for."""
    spec = object_at(task, "spec")
    params = [*objects_at(spec, "params")]
    return {
        "params": [without(one, "properties") for one in params],
        "workspaces": _claims(spec),
        "tasks": [
            {
                "name": name,
                "taskRef": {"name": text_at(object_at(task, "metadata"), "name")},
                "params": [_passed(one) for one in params],
                "workspaces": _used(spec),
            }
        ],
    }


def _passed(param: Object) -> dict[str, Json]:
    name = text_at(param, "name")
    kind = text_at(param, "type") or type_of(param.get("default", ""))
    reference = f"$(params.{name})" if str(kind) == "string" else f"$(params.{name}[*])"
    return {"name": name, "value": reference}


def _claims(spec: Object) -> list[Json]:
    return [
        {k: v for k, v in one.items() if k in ("name", "description", "optional")}
        for one in objects_at(spec, "workspaces")
    ]


def _used(spec: Object) -> list[Json]:
    names = [text_at(one, "name") for one in objects_at(spec, "workspaces")]
    return [{"name": name, "workspace": name} for name in names]


def run_of_task_run(name: str, run: Object) -> Object:
    """Return the spec of a PipelineRun that does what a TaskRun does.

    What a TaskRun says that has no place there stands in it under its own name.
    """
    spec = object_at(run, "spec")
    task = {key: spec[key] for key in spec if key in _TASK}
    given = [*objects_at(spec, "params")]
    pipeline = {
        "tasks": [
            {
                "name": name,
                **task,
                "params": given,
                "workspaces": _used(spec),
            }
        ],
        "workspaces": _claims(spec),
    }
    pod = {key: spec[key] for key in spec if key in _POD}
    known = _TASK | _RUN | _POD
    return {
        "pipelineSpec": pipeline,
        **({"workspaces": spec["workspaces"]} if "workspaces" in spec else {}),
        **({"taskRunTemplate": pod} if pod else {}),
        **{key: spec[key] for key in spec if key not in known},
        **{key: spec[key] for key in ("status", "managedBy") if key in spec},
    }
