"""What kind of thing a value gives: a parameter of some type, or an artifact."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

from couler_jupyter.ir.artifact import InputArtifact, OutputArtifact
from couler_jupyter.ir.parameter import OutputParameter, ValueType, WorkflowOutput
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.template import Input, SubWorkflow
from couler_jupyter.ir.value import (
    DictOf,
    Format,
    ListOf,
    OutputRef,
    ParameterRef,
    Value,
)

AnyOutput: TypeAlias = OutputParameter | OutputArtifact | WorkflowOutput
Given: TypeAlias = ValueType | Literal["artifact"]


def outputs_of(step: Step) -> tuple[AnyOutput, ...]:
    """Return what a step's template leaves behind."""
    if isinstance(step.template, SubWorkflow):
        return step.template.workflow.outputs
    return step.template.outputs


def output_of(step: Step, name: str) -> AnyOutput | None:
    """Return the output `name` of a step's template, or None."""
    for one in outputs_of(step):
        if one.name == name:
            return one
    return None


def given_by(
    value: Value, steps: Mapping[str, Step], inputs: Mapping[str, Input]
) -> Given | None:
    """Return what `value` gives; None where only the run will tell.

    A mapped step's output gives a list, of artifacts too.
    """
    match value:
        case OutputRef(step=maker, name=name):
            return None if maker not in steps else given_by_output(steps[maker], name)
        case ParameterRef(of_run=True):
            return ValueType.JSON
        case ParameterRef(name=name):
            one = inputs.get(name)
            if isinstance(one, InputArtifact):
                return "artifact"
            return None if one is None else one.type
        case ListOf():
            return ValueType.LIST
        case DictOf():
            return ValueType.OBJECT
        case Format():
            return ValueType.STRING
        case _:
            return None


def given_by_output(maker: Step, name: str) -> Given | None:
    """Return what the output `name` of step `maker` gives, seen from outside."""
    match output_of(maker, name):
        case None:
            return None
        case OutputParameter(type=type_):
            kind: Given | None = type_
        case OutputArtifact():
            kind = "artifact"
        case WorkflowOutput(value=value):
            kind = _given_inside(maker, value)
    if maker.loop is not None and kind != "artifact":
        return ValueType.LIST
    return kind


def _given_inside(maker: Step, value: Value) -> Given | None:
    if not isinstance(maker.template, SubWorkflow):
        return None
    inner = maker.template.workflow
    ports: tuple[Input, ...] = (*inner.parameters, *inner.artifacts)
    return given_by(value, inner.by_name, {one.name: one for one in ports})
