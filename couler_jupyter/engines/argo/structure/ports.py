"""How the inputs and outputs of templates and workflows are called and passed."""

from __future__ import annotations

from collections.abc import Collection

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.ir import (
    FirstOf,
    FromStdout,
    InputArtifact,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    ParameterRef,
    Step,
    SubWorkflow,
    Value,
    WorkflowOutput,
    output_of,
)
from couler_jupyter.ir.given import AnyOutput
from couler_jupyter.ir.template import Input


def is_artifact_input(port: Input) -> bool:
    """Whether an input is passed as an artifact."""
    return isinstance(port, InputArtifact)


def is_artifact_output(step: Step, output: AnyOutput) -> bool:
    """Whether an output of a step is passed as an artifact."""
    match output:
        case OutputArtifact():
            return True
        case OutputParameter():
            return False
        case WorkflowOutput(value=value):
            return _is_artifact_inside(step, value)


def _is_artifact_inside(step: Step, value: Value) -> bool:
    if not isinstance(step.template, SubWorkflow):
        return False
    inner = step.template.workflow
    match value:
        case FirstOf(options=options):
            return any(_is_artifact_inside(step, option) for option in options)
        case ParameterRef(name=name, of_run=False):
            return any(one.name == name for one in inner.artifacts)
        case OutputRef(step=maker, name=name):
            output = output_of(inner.by_name[maker], name)
            return output is not None and is_artifact_output(inner[maker], output)
        case _:
            return False


def is_wrapped(step: Step, exported: Collection[str] = ()) -> bool:
    """Whether a step's template stands in a DAG template of its own.

    A repeat calls itself there, a map with a bound has its bound there, and there get
    their global name what a step prints, what items leave and what a workflow leaves.

    Args:
        step: the step.
        exported: its outputs that exit handlers use.
    """
    if step.repeat is not None:
        return True
    if step.loop is not None and (step.loop.parallelism is not None or exported):
        return True
    if isinstance(step.template, SubWorkflow):
        return bool(exported)
    return any(
        isinstance(one, OutputParameter)
        and isinstance(one.source, FromStdout)
        and (one.global_name != "" or one.name in exported)
        for one in step.template.outputs
    )


def output_path(step: Step, output: AnyOutput, *, wrapped: bool) -> tuple[str, ...]:
    """Return where an output stands below the task of its step, `wrapped` or not."""
    if is_artifact_output(step, output):
        return ("outputs", "artifacts", port_name(output.name))
    printed = isinstance(output, OutputParameter) and isinstance(
        output.source, FromStdout
    )
    if printed and not wrapped:
        return ("outputs", "result")
    return ("outputs", "parameters", port_name(output.name))
