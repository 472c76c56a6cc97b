"""One step as a task of a DAG: its template, what it is given, when it runs."""

from __future__ import annotations

import json
from typing import cast, get_args

from couler_jupyter.engines.argo.conditions import when_text
from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.looping import loop_fields
from couler_jupyter.engines.argo.structure.ports import is_artifact_input
from couler_jupyter.engines.argo.templates import artifact_location
from couler_jupyter.engines.argo.terms import tag_of
from couler_jupyter.engines.argo.texts import (
    LookUp,
    json_text_of,
    text_expression,
    text_of,
)
from couler_jupyter.ir import (
    Argument,
    Constant,
    FirstOf,
    Function,
    Json,
    Leaf,
    Step,
    Storage,
    Value,
    ValueType,
)
from couler_jupyter.ir.template import Input, inputs_of

_STORAGES = get_args(Storage)


def task_fields(
    name: str,
    template: str,
    step: Step,
    look_up: LookUp,
    passed: tuple[tuple[str, Leaf], ...] = (),
    *,
    repository: str = "s3",
) -> Object:
    """Return the fields of a task but for what it waits for.

    Args:
        name: of the task.
        template: that it runs.
        step: that it is.
        look_up: what references are in it.
        passed: what its template is given beside what the step says.
        repository: kind of the artifact repository, for keys alone.
    """
    task: Object = {"name": name, "template": template}
    arguments = arguments_of(step, look_up, passed, repository=repository)
    if arguments:
        task["arguments"] = arguments
    if step.when is not None:
        task["when"] = when_text(step.when, look_up)
    if step.loop is not None:
        task |= loop_fields(step, look_up)
    return task


def arguments_of(
    step: Step,
    look_up: LookUp,
    passed: tuple[tuple[str, Leaf], ...] = (),
    *,
    repository: str = "s3",
) -> Object:
    """Return what the template of a step is given."""
    if not step.arguments and not passed:
        return {}
    ports = {port.name: port for port in inputs_of(step.template)}
    pickles = isinstance(step.template, Function)
    parameters: list[Json] = []
    artifacts: list[Json] = []
    for argument in step.arguments:
        port = ports[argument.name]
        if is_artifact_input(port):
            artifacts.append(_artifact(argument, look_up, repository))
        else:
            text = _parameter(argument, port, look_up, reads=pickles)
            parameters.append({"name": port_name(argument.name), "value": text})
    parameters += [
        {"name": name, "value": tag_of(look_up(ref))} for name, ref in passed
    ]
    arguments: Object = {}
    if parameters:
        arguments["parameters"] = parameters
    if artifacts:
        arguments["artifacts"] = artifacts
    return arguments


def artifact_source(value: Value, look_up: LookUp) -> Object:
    """Return where an artifact comes from that is no storage.

    A value that is no artifact goes where a Python value is asked for, as JSON.
    """
    if isinstance(value, FirstOf):
        return {"fromExpression": text_expression(value, look_up)}
    if not isinstance(value, Constant | Leaf):
        return {"raw": {"data": json_text_of(value, look_up)}}
    term = look_up(value)
    if term.artifact:
        return {"from": tag_of(term)}
    return {"raw": {"data": json_text_of(value, look_up)}}


def _parameter(argument: Argument, port: Input, look_up: LookUp, *, reads: bool) -> str:
    """Return the text that an input parameter is given.

    Text for a function that reads it as JSON is written as JSON where it would be taken
    for something else.
    """
    value = cast("Value", argument.value)
    if reads and isinstance(value, Constant) and value.json.startswith('"'):
        kind = getattr(port, "type", ValueType.STRING)
        if kind is not ValueType.STRING and _is_ambiguous(value.value):
            return json_text_of(value, look_up)
    return text_of(value, look_up)


def _is_ambiguous(text: str) -> bool:
    if "{{" in text:
        return True
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _artifact(argument: Argument, look_up: LookUp, repository: str) -> Object:
    name = {"name": port_name(argument.name)}
    if isinstance(argument.value, _STORAGES):
        storage = cast("Storage", argument.value)
        place = artifact_location(
            storage, lambda text: text_of(text, look_up), repository
        )
        return {**name, **place}
    return {**name, **artifact_source(cast("Value", argument.value), look_up)}
