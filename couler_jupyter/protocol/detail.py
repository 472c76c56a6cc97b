"""All about one step as JSON: what it runs, what it is given, where it was written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from typing import Literal, TypedDict, assert_never

from couler_jupyter.ir import (
    Argument,
    Boxed,
    Container,
    Foreign,
    Function,
    Job,
    Script,
    Step,
    Storage,
    SubWorkflow,
    Suspend,
    Template,
    output_names,
)
from couler_jupyter.protocol.condition import condition_text, value_text
from couler_jupyter.protocol.plain import one_line, some_lines
from couler_jupyter.protocol.view import VERSION


class FactView(TypedDict):
    """One thing to know, by name; `text` may have several lines."""

    name: str
    text: str


class StepDetail(TypedDict):
    """What a step is, whether it has run or not.

    Attributes:
        id: its path in the workflow.
        origin: where it was written: a cell or file and the line; may be empty.
        template: what it runs, and how often and when.
        arguments: what its inputs are given.
        outputs: names of what it leaves behind.
        decision: why it ran or was reused, line by line; empty where nobody knows.
    """

    type: Literal["step"]
    version: int
    id: str
    origin: str
    template: list[FactView]
    arguments: list[FactView]
    outputs: list[str]
    decision: list[str]


def step_detail(step: Step, path: str, decision: Iterable[str] = ()) -> StepDetail:
    """Return all about `step`; long texts are cut."""
    facts = (*_template(step.template), *_when(step))
    return {
        "type": "step",
        "version": VERSION,
        "id": path,
        "origin": "" if step.origin is None else one_line(f"{step.origin}"),
        "template": [_fact(name, text) for name, text in facts if text],
        "arguments": [_argument(one) for one in step.arguments],
        "outputs": [one_line(name) for name in output_names(step.template)],
        "decision": [one_line(line) for line in decision],
    }


def _template(template: Template) -> Iterator[tuple[str, str]]:
    match template:
        case Container(image=image, command=command, args=args):
            yield "image", image
            yield "command", " ".join(map(value_text, (*command, *args)))
        case Script(source=source, interpreter=interpreter, image=image):
            yield "image", image
            yield "interpreter", " ".join(interpreter)
            yield "source", value_text(source)
        case Function(source=source, entrypoint=entrypoint):
            yield "image", template.image
            yield "requirements", ", ".join(template.requirements)
            yield "function", entrypoint
            yield "source", source
        case Job(action=action, manifest=manifest):
            yield "action", action.value
            yield "manifest", value_text(manifest)
        case Suspend(seconds=seconds, message=message):
            yield "message", message
            yield "seconds", "" if seconds is None else value_text(seconds)
        case Foreign(engine=engine, kind=kind, body=body):
            yield "engine", engine
            yield kind, body.json
        case SubWorkflow(workflow=workflow):
            yield "workflow", f"{workflow.name}, {len(workflow.steps)} steps"
        case _ as never:
            assert_never(never)
    if isinstance(template, Boxed):
        yield from _resources(template)


def _resources(template: Boxed) -> Iterator[tuple[str, str]]:
    asked = template.resources
    yield "cores", "" if asked.cpu is None else f"{asked.cpu:g}"
    yield "memory", "" if asked.memory is None else f"{asked.memory / 2**20:.6g} MiB"
    yield "accelerators", f"{asked.gpu}" if asked.gpu else ""


def _when(step: Step) -> Iterator[tuple[str, str]]:
    yield "runs if", "" if step.when is None else condition_text(step.when)
    if step.repeat is not None:
        yield "again while", condition_text(step.repeat.condition)
    if step.retry is not None:
        yield "retries", f"{step.retry.limit}"
    yield "time-out", "" if step.timeout is None else f"{step.timeout:g} s"


def _argument(argument: Argument) -> FactView:
    value = argument.value
    return _fact(
        argument.name,
        _place(value) if isinstance(value, Storage) else value_text(value),
    )


def _place(storage: Storage) -> str:
    """Return where an artifact is, without what is needed to get at it."""
    parts = (getattr(storage, one.name) for one in fields(storage))
    told = [part for part in parts if isinstance(part, str) and part]
    return " ".join((type(storage).__name__, *told))


def _fact(name: str, text: str) -> FactView:
    return {"name": one_line(name), "text": some_lines(text)}
