"""Workflows made fit to be run with stand-ins: types that fit anything, no conditions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar, cast

from couler_jupyter.ir import (
    Constant,
    FirstOf,
    Input,
    InputParameter,
    ItemRef,
    ListOf,
    Map,
    Output,
    OutputParameter,
    Over,
    Range,
    RunRef,
    Step,
    SubWorkflow,
    Template,
    TurnRef,
    ValueType,
    Workflow,
)

T = TypeVar("T")
Change = Callable[[Any], Any]
_PLAIN = (str, int, float, type(None), Constant)


def token(what: str) -> str:
    """Return a text that is found again wherever it goes.

    >>> token("$rows")
    '@@$rows@@'
    """
    return f"@@{what}@@"


def loosened(workflow: Workflow) -> Workflow:
    """Return a workflow whose steps take and leave any JSON.

    Raises:
        InvalidWorkflow: it holds together by its types only.
    """
    return _each(workflow, _loose_step)


def bare(workflow: Workflow) -> Workflow:
    """Return a workflow of which each step runs, once an item, and is told all it may be.

    Conditions, repeats and retries are gone; where one of several values was meant it is
    given all of them; facts about runs and turns are tokens.

    Raises:
        InvalidWorkflow: it does not hold together so.
    """
    changed = _each(workflow, _bare_step)
    handlers = tuple(replace(one, on=()) for one in changed.exit_handlers)
    outputs = _changed(changed.outputs, _open_value)
    return replace(
        changed, exit_handlers=handlers, outputs=outputs, timeout=None, schedule=None
    )


def _each(workflow: Workflow, change: Callable[[Step], Step]) -> Workflow:
    return replace(
        workflow,
        steps=tuple(map(change, workflow.steps)),
        exit_handlers=tuple(
            replace(one, step=change(one.step)) for one in workflow.exit_handlers
        ),
        parameters=tuple(map(_any_input, workflow.parameters)),
    )


def _loose_step(step: Step) -> Step:
    template = _loose(step.template)
    if isinstance(template, SubWorkflow):
        template = SubWorkflow(workflow=loosened(template.workflow))
    return replace(_plain_items(step), template=template)


def _bare_step(step: Step) -> Step:
    template = _loose(step.template)
    if isinstance(template, SubWorkflow):
        template = SubWorkflow(workflow=bare(template.workflow))
    open_ = _plain_items(step)
    return replace(
        open_,
        template=template,
        arguments=_changed(open_.arguments, _open_value),
        after=step.order_dependencies,
        when=None,
        loop=_listed(open_.loop),
        repeat=None,
        retry=None,
        timeout=None,
        cache=None,
    )


def _loose(template: Template) -> Template:
    if isinstance(template, SubWorkflow):
        return template
    inputs = tuple(map(_any_input, template.inputs))
    return replace(
        template, inputs=inputs, outputs=tuple(map(_any_output, template.outputs))
    )


def _any_input(one: Input) -> Any:  # noqa: ANN401 (the same kind as it is given)
    if not isinstance(one, InputParameter):
        return one
    return replace(one, type=ValueType.JSON, choices=())


def _any_output(one: Output) -> Output:
    if not isinstance(one, OutputParameter):
        return one
    return replace(one, type=ValueType.JSON, choices=())


def _plain_items(step: Step) -> Step:
    """Return a step that takes an unknown item as a whole: a stand-in has no parts."""
    if step.loop is None or not isinstance(step.loop.over, Over):
        return step
    return replace(step, arguments=_changed(step.arguments, _whole_item))


def _whole_item(value: object) -> object:
    return ItemRef() if isinstance(value, ItemRef) else value


def _open_value(value: object) -> object:
    match value:
        case FirstOf(options=options):
            return ListOf(tuple(_changed(one, _open_value) for one in options))
        case TurnRef():
            return Constant.of(token("#turn"))
        case RunRef(field=name):
            return Constant.of(token(f"%{name}"))
        case _:
            return value


def _listed(loop: Map | None) -> Map | None:
    """Return a loop that goes over the bounds of a range, if only a run knows them."""
    if loop is None or not isinstance(loop.over, Range):
        return loop
    bounds = (loop.over.start, loop.over.end)
    if all(isinstance(one, Constant) for one in bounds):
        return loop
    return replace(loop, over=Over(ListOf(bounds)))


def _changed(thing: T, change: Change) -> T:
    """Return what holds values with `change` made to each; workflows inside it stay."""
    if isinstance(thing, (*_PLAIN, SubWorkflow)):
        return thing
    if isinstance(thing, tuple):
        return cast("T", tuple(_changed(one, change) for one in thing))
    new = change(thing)
    if new is not thing or not is_dataclass(thing):
        return cast("T", new)
    parts: dict[str, Any] = {}
    for one in fields(thing):
        before = getattr(thing, one.name)
        if (after := _changed(before, change)) != before:
            parts[one.name] = after
    return cast("T", replace(cast("Any", thing), **parts)) if parts else thing
