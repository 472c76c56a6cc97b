"""The parameters of a DAG: what is said of the workflow as a whole."""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.airflow.extras import dag_words
from couler_jupyter.engines.airflow.literals import Code, literal
from couler_jupyter.engines.airflow.names import dag_name
from couler_jupyter.engines.airflow.reliability import seconds
from couler_jupyter.engines.airflow.setting import Setting
from couler_jupyter.ir import (
    Input,
    InputArtifact,
    InputParameter,
    LocalPath,
    Overlap,
    Schedule,
    ValueType,
    Workflow,
)

_TYPES = {
    ValueType.STRING: "string",
    ValueType.INTEGER: "integer",
    ValueType.NUMBER: "number",
    ValueType.BOOLEAN: "boolean",
    ValueType.LIST: "array",
    ValueType.OBJECT: "object",
}


def dag_options(workflow: Workflow, setting: Setting) -> dict[str, Any]:
    """Return the parameters of the DAG, by name."""
    found: dict[str, Any] = {"dag_id": dag_name(workflow.name)}
    if workflow.description:
        found["description"] = workflow.description
    found |= _schedule(workflow.schedule)
    if params := _params(workflow):
        found["params"] = params
    if workflow.parallelism is not None:
        found["max_active_tasks"] = workflow.parallelism
    if workflow.timeout is not None:
        found["dagrun_timeout"] = seconds(workflow.timeout)
    if workflow.labels:
        found["tags"] = [f"{key}={text}" for key, text in workflow.labels]
    if about := _about(workflow):
        found["doc_md"] = about
    if defaults := _defaults(workflow, setting):
        found["default_args"] = defaults
    return found | dag_words(workflow)


def _schedule(schedule: Schedule | None) -> dict[str, Any]:
    paused: dict[str, Any] = {"is_paused_upon_creation": False}
    if schedule is None:
        return {"schedule": None, **paused}
    zone = f"timezone={schedule.timezone!r}"
    if len(schedule.crons) == 1:
        when = f"CronTriggerTimetable({schedule.crons[0]!r}, {zone})"
    else:
        crons = ", ".join(map(repr, schedule.crons))
        when = f"MultipleCronTriggerTimetable({crons}, {zone})"
    found: dict[str, Any] = {
        "schedule": Code(when),
        "start_date": Code("datetime(2020, 1, 1, tzinfo=timezone.utc)"),
        "catchup": False,
        "is_paused_upon_creation": schedule.suspended,
    }
    if schedule.overlap is Overlap.FORBID:
        found["max_active_runs"] = 1
    return found


def _params(workflow: Workflow) -> dict[str, Any]:
    ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    return {one.name: _param(one) for one in ports}


def _param(port: InputParameter | InputArtifact) -> Code:
    said: list[str] = []
    if isinstance(port, InputArtifact):
        if isinstance(port.default, LocalPath):
            said.append(literal(port.default.path))
        elif port.optional:
            said.append("None")
        kinds = '["string", "null"]' if port.optional else '"string"'
        said.append(f"type={kinds}, format='path'")
    else:
        if port.default is not None:
            said.append(repr(port.default.value))
        if port.type in _TYPES:
            said.append(f"type={_TYPES[port.type]!r}")
        if port.choices:
            said.append(f"enum={[one.value for one in port.choices]!r}")
    if port.description:
        said.append(f"description={port.description!r}")
    return Code(f"Param({', '.join(said)})")


def _about(workflow: Workflow) -> str:
    lines = [f"- {key}: {text}" for key, text in workflow.annotations]
    lines += [
        f"- leaves {output.name}: {output.description}"
        for output in workflow.outputs
        if output.description
    ]
    return "\n".join(lines)


def _defaults(workflow: Workflow, setting: Setting) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if workflow.priority is not None:
        found |= {"priority_weight": workflow.priority, "weight_rule": "absolute"}
    if setting.pool:
        found["pool"] = setting.pool
    return found
