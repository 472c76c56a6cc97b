"""What a person types for a workflow's parameters, as values of the right type."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Constant,
    InputParameter,
    Json,
    ValueType,
    Workflow,
    nearest,
)


def read_pairs(workflow: Workflow, pairs: Iterable[str]) -> dict[str, Json]:
    """Return `name=value` texts as arguments for the workflow's parameters.

    A value is read as JSON unless the parameter is text.

    Raises:
        UsageFailed: with every pair that is wrong.
    """
    parameters = {one.name: one for one in workflow.parameters}
    arguments: dict[str, Json] = {}
    faults: list[str] = []
    for pair in pairs:
        name, sign, text = pair.partition("=")
        parameter = parameters.get(name)
        if not sign:
            faults.append(f"{pair!r} must be written name=value")
        elif parameter is None:
            faults.append(
                f"{workflow.name} has no parameter {name!r}{nearest(name, parameters)}"
            )
        else:
            arguments[name] = _read(parameter, text)
    if faults:
        raise UsageFailed("; ".join(faults))
    return check_arguments(workflow, arguments)


def check_arguments(workflow: Workflow, given: Mapping[str, Json]) -> dict[str, Json]:
    """Return `given` if it fits the workflow's parameters, none missing.

    Raises:
        UsageFailed: with everything that does not fit.
    """
    parameters = {one.name: one for one in workflow.parameters}
    faults = [
        f"{workflow.name} has no parameter {name!r}{nearest(name, parameters)}"
        for name in given
        if name not in parameters
    ]
    for name, parameter in parameters.items():
        if name in given:
            faults += _value_faults(parameter, given[name])
        elif parameter.default is None:
            faults.append(
                f"parameter {name!r} ({parameter.type}) has no default; give it"
            )
    if faults:
        raise UsageFailed("; ".join(faults))
    return dict(given)


def _read(parameter: InputParameter, text: str) -> Json:
    if parameter.type is ValueType.STRING:
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _value_faults(parameter: InputParameter, value: Json) -> list[str]:
    try:
        constant = Constant.of(value)
    except (TypeError, ValueError) as error:
        return [f"parameter {parameter.name!r}: {error}"]
    if not parameter.type.admits(constant.value):
        return [
            f"parameter {parameter.name!r} is a {parameter.type}, not {constant.json}"
        ]
    if parameter.choices and constant not in parameter.choices:
        some = ", ".join(choice.json for choice in parameter.choices)
        return [
            f"parameter {parameter.name!r} must be one of {some}, not {constant.json}"
        ]
    return []
