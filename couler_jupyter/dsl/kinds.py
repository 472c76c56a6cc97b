"""What kind of value an output is: a type of parameter, or None for an artifact."""

from __future__ import annotations

from typing import TYPE_CHECKING

from couler_jupyter.ir import (
    OutputArtifact,
    OutputParameter,
    OutputRef,
    SubWorkflow,
    Value,
    ValueType,
    Workflow,
    WorkflowOutput,
    output_of,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.node import Node


def output_type(node: Node, name: str) -> ValueType | None:
    """Return the type of one item's output `name`; None for an artifact."""
    if node.body is not None:
        return node.body.outputs[name].type
    if isinstance(node.template, SubWorkflow):
        return workflow_output_type(node.template.workflow, name)
    named = () if node.template is None else node.template.outputs
    for output in (*named, *node.asked):
        if output.name == name:
            return output.type if isinstance(output, OutputParameter) else None
    return ValueType.JSON


def workflow_output_type(workflow: Workflow, name: str) -> ValueType | None:
    """Return the type of a workflow's output `name`; None for an artifact."""
    for output in workflow.outputs:
        if output.name == name:
            return _value_type(workflow, output.value)
    return ValueType.JSON


def _value_type(workflow: Workflow, value: Value) -> ValueType | None:
    if not isinstance(value, OutputRef) or value.step not in workflow.by_name:
        return ValueType.JSON
    step = workflow.by_name[value.step]
    match output_of(step, value.name):
        case OutputArtifact():
            return None
        case OutputParameter(type=kind):
            return ValueType.LIST if step.loop is not None else kind
        case WorkflowOutput() if isinstance(step.template, SubWorkflow):
            return workflow_output_type(step.template.workflow, value.name)
        case _:
            return ValueType.JSON
