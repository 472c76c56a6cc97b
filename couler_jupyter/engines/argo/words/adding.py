"""Words that add to what is emitted: for `extras=` of a step or of a workflow.

Fields are spelled as in Argo's field reference. They never override what the workflow
itself says: where both say something of one field, the engine tells it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Unpack

from couler_jupyter.engines.argo.words.checking import checked
from couler_jupyter.engines.argo.words.fields import (
    Artifact,
    CronWorkflowSpec,
    DAGTask,
    Event,
    Kubernetes,
    Parameter,
    ScriptTemplate,
    Submit,
    Template,
    UserContainer,
    WorkflowSpec,
)
from couler_jupyter.engines.kube.path import Path, path_text
from couler_jupyter.errors import BuildFailed
from couler_jupyter.ir import Constant, Extra, Json

KINDS = (
    *("Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate", "CronWorkflow"),
    "WorkflowEventBinding",
)


def kind(name: str) -> Extra:
    """Return what the manifest of a workflow is, as `WorkflowTemplate`.

    Raises:
        BuildFailed: Argo has no such kind.
    """
    if name not in KINDS:
        raise BuildFailed(f"kind {name!r} must be one of {', '.join(KINDS)}")
    return Extra(engine="argo", path="kind", value=Constant.of(name))


def metadata(**fields: Json) -> tuple[Extra, ...]:
    """Return fields of the object itself, as `namespace`, for a workflow."""
    return _extras(("metadata",), fields)


def spec(**fields: Unpack[WorkflowSpec]) -> tuple[Extra, ...]:
    """Return fields of the spec of a workflow without a schedule."""
    return _extras(("spec",), _part(WorkflowSpec, fields, "spec"))


def scheduled_spec(**fields: Unpack[WorkflowSpec]) -> tuple[Extra, ...]:
    """Return fields of the spec of a workflow that has a schedule."""
    return _extras(("spec", "workflowSpec"), _part(WorkflowSpec, fields, "spec"))


def schedule(**fields: Unpack[CronWorkflowSpec]) -> tuple[Extra, ...]:
    """Return fields of the schedule of a workflow that has one."""
    return _extras(("spec",), _part(CronWorkflowSpec, fields, "schedule"))


def event(**fields: Unpack[Event]) -> tuple[Extra, ...]:
    """Return what a WorkflowEventBinding listens for: events that its selector fits."""
    return _extras(("spec", "event"), checked(Event, fields, "event"))


def submit(**fields: Unpack[Submit]) -> tuple[Extra, ...]:
    """Return fields of what a WorkflowEventBinding starts, as `metadata` of the run."""
    return _extras(("spec", "submit"), _part(Submit, fields, "submit"))


def submit_parameter(at: int, **fields: Unpack[Parameter]) -> tuple[Extra, ...]:
    """Return fields of a parameter of the run that an event starts, by its position.

    As `valueFrom={"event": "payload.message"}`, for a parameter without a default.
    """
    head = ("spec", "submit", "arguments", "parameters", at)
    return _extras(head, _part(Parameter, fields, "submit_parameter"))


def template(**fields: Unpack[Template]) -> tuple[Extra, ...]:
    """Return fields of the template of a step, or of a workflow's own dag."""
    return _extras(("template",), _part(Template, fields, "template"))


def task(**fields: Unpack[DAGTask]) -> tuple[Extra, ...]:
    """Return fields of the task of a step, as `hooks`."""
    return _extras(("task",), _part(DAGTask, fields, "task"))


def container(**fields: Json) -> tuple[Extra, ...]:
    """Return fields of the container of a step, as `ports`; Kubernetes checks them."""
    return _extras(("template", "container"), fields)


def script(**fields: Unpack[ScriptTemplate]) -> tuple[Extra, ...]:
    """Return fields of the script of a step: of source text or of a function."""
    return _extras(("template", "script"), _part(ScriptTemplate, fields, "script"))


def sidecar(at: int, **fields: Unpack[UserContainer]) -> tuple[Extra, ...]:
    """Return fields of a sidecar of a step; the first is at 0."""
    made = _part(UserContainer, fields, "sidecar")
    return _extras(("template", "sidecars", at), made)


def init_container(at: int, **fields: Unpack[UserContainer]) -> tuple[Extra, ...]:
    """Return fields of a container that runs before that of a step."""
    made = _part(UserContainer, fields, "init_container")
    return _extras(("template", "initContainers", at), made)


def input_artifact(at: int, **fields: Unpack[Artifact]) -> tuple[Extra, ...]:
    """Return fields of an artifact that a step's template takes, by its position."""
    made = _part(Artifact, fields, "input_artifact")
    return _extras(("template", "inputs", "artifacts", at), made)


def output_artifact(at: int, **fields: Unpack[Artifact]) -> tuple[Extra, ...]:
    """Return fields of an artifact that a step leaves behind, by its position."""
    made = _part(Artifact, fields, "output_artifact")
    return _extras(("template", "outputs", "artifacts", at), made)


def argument_artifact(at: int, **fields: Unpack[Artifact]) -> tuple[Extra, ...]:
    """Return fields of an artifact that a step is given, by its position."""
    made = _part(Artifact, fields, "argument_artifact")
    return _extras(("task", "arguments", "artifacts", at), made)


def input_parameter(at: int, **fields: Unpack[Parameter]) -> tuple[Extra, ...]:
    """Return fields of a parameter that a step's template takes, by its position."""
    made = _part(Parameter, fields, "input_parameter")
    return _extras(("template", "inputs", "parameters", at), made)


def output_parameter(at: int, **fields: Unpack[Parameter]) -> tuple[Extra, ...]:
    """Return fields of a parameter that a step leaves behind, by its position."""
    made = _part(Parameter, fields, "output_parameter")
    return _extras(("template", "outputs", "parameters", at), made)


def volume_claim(at: int, **fields: Json) -> tuple[Extra, ...]:
    """Return fields of a volume that is made for the run, by its position."""
    return _extras(("spec", "volumeClaimTemplates", at), fields)


def _part(kind: type, fields: Mapping[str, Any], where: str) -> Kubernetes:
    return checked(kind, fields, where, whole=False)


def _extras(head: Path, fields: Mapping[str, Json]) -> tuple[Extra, ...]:
    return tuple(
        Extra(engine="argo", path=path_text((*head, *path)), value=Constant.of(value))
        for path, value in _leaves((), fields)
    )


def _leaves(head: Path, fields: Mapping[str, Json]) -> Iterator[tuple[Path, Json]]:
    """Yield what stands in objects, however deep, each with its path.

    So that one field can be added beside others that stand there already.
    """
    for name, value in fields.items():
        if isinstance(value, Mapping) and value:
            yield from _leaves((*head, name), value)
        else:
            yield (*head, name), value
