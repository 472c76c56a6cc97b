"""What steps left behind: texts read as their types, and places of files."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.engines.following.kept import Remote as File
from couler_jupyter.engines.following.kept import kept_value, loaded_value, value_read
from couler_jupyter.engines.kubeflow.evaluating import ABSENT
from couler_jupyter.engines.kubeflow.names import port_name
from couler_jupyter.ir import (
    Json,
    OutputParameter,
    Step,
    SubWorkflow,
    ValueType,
    Workflow,
)
from couler_jupyter.ir.given import given_by_output, outputs_of


def left_by(outputs: Mapping[str, Json], step: Step) -> dict[str, Json]:
    """Return what one run of a step's template left, as the run store has it."""
    types: dict[str, ValueType] = {}
    for one in outputs_of(step):
        types[one.name] = ValueType.JSON
        if isinstance(one, OutputParameter):
            types[one.name] = one.type
        elif isinstance(step.template, SubWorkflow) and step.loop is None:
            kind = given_by_output(step, one.name)
            types[one.name] = kind if isinstance(kind, ValueType) else ValueType.JSON
    return _read(outputs, types)


def left_by_workflow(
    outputs: Mapping[str, Json], workflow: Workflow
) -> dict[str, Json]:
    """Return what a whole run left."""
    whole = Step(name="whole", template=SubWorkflow(workflow=workflow))
    return left_by(outputs, whole)


def _read(
    outputs: Mapping[str, Json], types: Mapping[str, ValueType]
) -> dict[str, Json]:
    made: dict[str, Json] = {}
    for name, kind in types.items():
        port = port_name(name)
        if port not in outputs or outputs[port] == ABSENT:
            continue
        value = outputs[port]
        is_file = isinstance(loaded_value(value), File)
        made[name] = value if is_file else kept_value(_value(value, kind))
    return made


def _value(value: Json, kind: ValueType) -> Json:
    """Return a value as the step left it; the items of a list are texts as well."""
    if isinstance(value, list):
        return [value_read(one, ValueType.JSON) for one in value if one != ABSENT]
    return value_read(value, kind)
