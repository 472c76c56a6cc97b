"""What a person types for a workflow's inputs, as values of the right type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Constant,
    InputArtifact,
    InputParameter,
    Json,
    ValueType,
    Workflow,
    nearest,
)

_Input: TypeAlias = InputParameter | InputArtifact


def read_pairs(workflow: Workflow, pairs: Iterable[str]) -> dict[str, Json]:
    """Return `name=value` texts as arguments for the workflow's inputs.

    A value is read as JSON unless the input is text, or a file: then it is its path.

    Raises:
        UsageFailed: with every pair that is wrong.
    """
    inputs = _inputs(workflow)
    arguments: dict[str, Json] = {}
    faults: list[str] = []
    for pair in pairs:
        name, sign, text = pair.partition("=")
        wanted = inputs.get(name)
        if not sign:
            faults.append(f"{pair!r} must be written name=value")
        elif wanted is None:
            faults.append(_unknown(workflow, name))
        else:
            arguments[name] = _read(wanted, text)
    if faults:
        raise UsageFailed("; ".join(faults))
    return check_arguments(workflow, arguments)


def check_arguments(workflow: Workflow, given: Mapping[str, Json]) -> dict[str, Json]:
    """Return `given` if it fits the workflow's inputs, none missing.

    A file or folder is given by its path, which the engine reads.

    Raises:
        UsageFailed: with everything that does not fit.
    """
    if faults := argument_faults(workflow, given):
        raise UsageFailed("; ".join(faults.values()))
    return dict(given)


def argument_faults(workflow: Workflow, given: Mapping[str, Json]) -> dict[str, str]:
    """Return what does not fit of what a workflow is given, or is missing, by name."""
    inputs = _inputs(workflow)
    faults = {name: _unknown(workflow, name) for name in given if name not in inputs}
    for name, wanted in inputs.items():
        if name in given:
            if found := _value_faults(wanted, given[name]):
                faults[name] = "; ".join(found)
        elif _required(wanted):
            faults[name] = f"{_told(wanted)} has no default; give it"
    return faults


def read_argument(workflow: Workflow, name: str, text: str) -> Json:
    """Return what a person typed for an input as a value: text, or JSON if it reads so.

    Raises:
        UsageFailed: the workflow has no such input.
    """
    inputs = _inputs(workflow)
    if name not in inputs:
        raise UsageFailed(_unknown(workflow, name))
    return _read(inputs[name], text)


def _inputs(workflow: Workflow) -> dict[str, _Input]:
    inputs: tuple[_Input, ...] = (*workflow.parameters, *workflow.artifacts)
    return {one.name: one for one in inputs}


def _unknown(workflow: Workflow, name: str) -> str:
    hint = nearest(name, _inputs(workflow))
    return f"{workflow.name} has no parameter {name!r}{hint}"


def _required(wanted: _Input) -> bool:
    if wanted.default is not None:
        return False
    return isinstance(wanted, InputParameter) or not wanted.optional


def _told(wanted: _Input) -> str:
    if isinstance(wanted, InputArtifact):
        return f"artifact {wanted.name!r}"
    return f"parameter {wanted.name!r} ({wanted.type})"


def _read(wanted: _Input, text: str) -> Json:
    if isinstance(wanted, InputArtifact) or wanted.type is ValueType.STRING:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _value_faults(wanted: _Input, value: Json) -> list[str]:
    if isinstance(wanted, InputParameter):
        return _parameter_faults(wanted, value)
    if isinstance(value, str) and value:
        return []
    return [f"artifact {wanted.name!r} is a file or folder; give its path as text"]


def _parameter_faults(parameter: InputParameter, value: Json) -> list[str]:
    try:
        constant = Constant.of(value)
    except (TypeError, ValueError) as error:
        return [f"parameter {parameter.name!r}: {error}"]
    if not parameter.type.admits(constant.value):
        a = parameter.type.with_article
        return [f"parameter {parameter.name!r} is {a}, not {constant.json}"]
    if parameter.choices and constant not in parameter.choices:
        some = ", ".join(choice.json for choice in parameter.choices)
        return [
            f"parameter {parameter.name!r} must be one of {some}, not {constant.json}"
        ]
    return []
