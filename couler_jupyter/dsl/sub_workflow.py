"""Whole workflows as steps of others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from couler_jupyter.dsl.adding import add_step
from couler_jupyter.dsl.anything import Gives
from couler_jupyter.dsl.box_options import BoxOptions
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.function_template import argument_of
from couler_jupyter.dsl.options import StepOptions, read, step_name_in
from couler_jupyter.dsl.origin import misused, user_frame
from couler_jupyter.dsl.workflow_block import WorkflowBlock
from couler_jupyter.dsl.workflow_function import WorkflowFunction, sub_workflow
from couler_jupyter.ir import Argument, Input, Workflow, nearest

_USELESS = frozenset(BoxOptions.__annotations__) | {"inputs", "outputs"}


def run_workflow(
    workflow: Workflow | WorkflowBlock | WorkflowFunction,
    arguments: Mapping[str, object] | None = None,
    **options: Unpack[StepOptions],
) -> Gives:
    """Add a whole workflow as a step.

    Args:
        workflow: a workflow, a `with couler.workflow` block that has ended, or a
            function decorated with `couler.workflow`.
        arguments: what its parameters and artifacts are given, by name.
        options: those of `StepOptions` that are not about a program.

    Returns:
        The step, with the workflow's outputs.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    scope = open_scope("run_workflow")
    if isinstance(workflow, WorkflowFunction):
        return workflow.added(scope, (), arguments or {}, options)
    inner = _workflow_in(workflow)
    every: tuple[Input, ...] = (*inner.parameters, *inner.artifacts)
    inputs = {one.name: one for one in every}
    given: list[Argument] = []
    for name, value in (arguments or {}).items():
        if name not in inputs:
            raise misused(
                f"workflow {inner.name!r} has no input {name!r}{nearest(name, inputs)}"
            )
        title = f"argument {name!r} of {inner.name}"
        given += argument_of(value, inputs[name], title, scope)
    return add_step(
        scope,
        base=inner.name,
        step_name=step_name_in(options),
        template=sub_workflow(scope, inner),
        arguments=tuple(given),
        options=read(options, "run_workflow", but=_USELESS),
        frame=user_frame(),
    )


def _workflow_in(given: object) -> Workflow:
    if isinstance(given, WorkflowBlock):
        return given.workflow
    if not isinstance(given, Workflow):
        raise misused(f"run_workflow is given {given!r}, which is no workflow")
    return given
