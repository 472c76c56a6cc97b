"""Exit handlers of a sub-workflow, which our own compiler made tasks after its body."""

from __future__ import annotations

from dataclasses import replace
from typing import cast, get_args

from couler_jupyter.engines.kube.reading.fields import NoWord
from couler_jupyter.ir import (
    Argument,
    Ended,
    ExitHandler,
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

_ENDS = (Outcome.SUCCEEDED, Outcome.FAILED, Outcome.ERRORED)
_VALUES = get_args(Value)


def with_handlers(whole: Workflow) -> Workflow:
    """Return the workflow that a body and the tasks after it are.

    Raises:
        NoWord: they are something else.
    """
    body, *others = whole.steps
    if not isinstance(body.template, SubWorkflow) or not others:
        raise NoWord("it ends strictly, and has no body")
    inner = body.template.workflow
    handed = {one.name: one.value for one in body.arguments}
    same = (whole.parameters, whole.artifacts) == (inner.parameters, inner.artifacts)
    plain = body == Step(
        name=body.name, template=body.template, arguments=body.arguments
    )
    if not (same and plain and handed == {n: ParameterRef(n) for n in handed}):
        raise NoWord("its body is not just what it does")
    return replace(
        inner,
        name=whole.name,
        exit_handlers=tuple(_handler(one, body.name) for one in others),
        outputs=tuple(_outputs(whole, inner, body.name)),
    )


def _outputs(whole: Workflow, inner: Workflow, body: str) -> list[WorkflowOutput]:
    passed = {one.name: one for one in whole.outputs}
    made = [replace(one, global_name="") for one in inner.outputs]
    for one in made:
        known = passed.pop(one.name, None)
        if known is None or known.value != OutputRef(body, one.name):
            raise NoWord("it leaves something else than its body does")
    if passed:
        raise NoWord("it leaves more than its body does")
    names = {one.name: one.global_name for one in whole.outputs}
    return [replace(one, global_name=names[one.name]) for one in made]


def _handler(step: Step, body: str) -> ExitHandler:
    """Return a step that asks how the body ended as a handler of that end."""
    match step.after:
        case (Ended(step=asked, how=how),) if asked == body and {*how} <= {*_ENDS}:
            on = () if how == _ENDS else how
        case _:
            raise NoWord("it waits for something else than its body")
    known: dict[Leaf, Value] = {StepRef(body, StepField.PHASE): RunRef(RunField.STATUS)}
    arguments = tuple(
        Argument(one.name, substitute(cast("Value", one.value), known))
        if isinstance(one.value, _VALUES)
        else one
        for one in step.arguments
    )
    when = step.when and with_values(step.when, lambda one: substitute(one, known))
    made = replace(step, after=(), arguments=arguments, when=when)
    for value in made.values():
        if any(isinstance(one, OutputRef | StepRef) for one in leaves(value)):
            raise NoWord("it uses what its body leaves")
    return ExitHandler(step=made, on=on)
