"""Exit handlers of a sub-workflow: tasks after a template that holds all of its steps.

Argo's own exit handlers know how the whole run ended, not how a part of it did. So the
steps get a DAG template of their own, and the handlers ask how its task ended.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast, get_args

from couler_jupyter.engines.argo.extras import ENGINE
from couler_jupyter.engines.argo.names import Taken
from couler_jupyter.engines.argo.structure.verdict import FORM, STRICT
from couler_jupyter.ir import (
    Argument,
    Constant,
    Ended,
    ExitHandler,
    Extra,
    Leaf,
    Outcome,
    OutputRef,
    ParameterRef,
    RunField,
    RunRef,
    Step,
    StepField,
    StepRef,
    SubWorkflow,
    Value,
    Workflow,
    WorkflowOutput,
    leaves,
    substitute,
    with_values,
)
from couler_jupyter.ir.template import Input
from couler_jupyter.ir.validate_template import texts_of

_ENDS = (Outcome.SUCCEEDED, Outcome.FAILED, Outcome.ERRORED)
_STATUS = RunRef(RunField.STATUS)
_VALUES = get_args(Value)
_TOLD = (
    "in Argo an exit handler of a sub-workflow is told its parameters and, as an "
    "argument, its status; put the handler into the outermost workflow"
)


def with_handlers_as_steps(workflow: Workflow) -> Workflow:
    """Return a sub-workflow whose exit handlers are steps after one with all others."""
    taken = Taken()
    for handler in workflow.exit_handlers:
        taken.take(handler.step.name)
    name = taken.take("body")
    inputs: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    inside = replace(
        workflow,
        name=f"{workflow.name}-body",
        exit_handlers=(),
        outputs=tuple(replace(one, global_name="") for one in workflow.outputs),
    )
    body = Step(
        name=name,
        template=SubWorkflow(workflow=inside),
        arguments=tuple(Argument(one.name, ParameterRef(one.name)) for one in inputs),
    )
    strict = Extra(engine=ENGINE, path=FORM, value=Constant.of(STRICT), ignorable=True)
    return replace(
        workflow,
        steps=(body, *(_as_step(one, name) for one in workflow.exit_handlers)),
        outputs=tuple(_passed_on(one, name) for one in workflow.outputs),
        exit_handlers=(),
        fail_fast=False,
        parallelism=None,
        extras=(strict,),
        parts=None,
    )


def inner_handler_faults(workflow: Workflow) -> Iterator[tuple[str, str]]:
    """Yield what exit handlers of a sub-workflow ask that nobody tells: step, what."""
    for handler in workflow.exit_handlers:
        step = _as_step(handler, "")
        for leaf in _leaves_of(step):
            if isinstance(leaf, RunRef) and leaf.field.at_end:
                yield step.name, f"it asks for the {leaf.field} of a part; {_TOLD}"
            elif isinstance(leaf, OutputRef) and leaf.step != step.name:
                yield step.name, f"it uses an output of step {leaf.step!r}; {_TOLD}"


def _leaves_of(step: Step) -> Iterator[Leaf]:
    texts = () if isinstance(step.template, SubWorkflow) else texts_of(step.template)
    for text in (*texts, *step.values()):
        yield from leaves(text)


def _as_step(handler: ExitHandler, body: str) -> Step:
    known: dict[Leaf, Value] = {_STATUS: StepRef(body, StepField.PHASE)}
    step = handler.step
    when = step.when and with_values(step.when, lambda one: substitute(one, known))
    return replace(
        step,
        arguments=tuple(
            Argument(one.name, substitute(cast("Value", one.value), known))
            if isinstance(one.value, _VALUES)
            else one
            for one in step.arguments
        ),
        when=when,
        after=(Ended(body, handler.on or _ENDS),),
    )


def _passed_on(output: WorkflowOutput, body: str) -> WorkflowOutput:
    return replace(output, value=OutputRef(body, output.name))
