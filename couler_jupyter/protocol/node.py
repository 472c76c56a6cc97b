"""A step as a box: its kind, one line about it, and its badges."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import assert_never

from couler_jupyter.ir import (
    Argument,
    Constant,
    Container,
    ExitHandler,
    Foreign,
    Function,
    Items,
    Job,
    Map,
    Over,
    Range,
    Script,
    Step,
    SubWorkflow,
    Suspend,
    Template,
    Workflow,
)
from couler_jupyter.protocol.condition import value_text
from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import LoopKind, NodeKind, NodeView

_SHORT = 16
_KIND = re.compile(r"""^[ \t{]*["']?kind["']?\s*:\s*["']?(\w+)""", re.MULTILINE)


def node_view(
    step: Step,
    path: str,
    *,
    group: str,
    part: int | None = None,
    handler: ExitHandler | None = None,
) -> NodeView:
    """Return the box of `step`."""
    kind, detail = _template(step.template, step.arguments)
    return {
        "id": path,
        "label": step.name,
        "kind": kind,
        "detail": one_line(detail),
        "group": group,
        "part": part,
        "loop": _loop(step),
        "badges": badges_of(step, handler),
    }


def badges_of(step: Step, handler: ExitHandler | None = None) -> list[str]:
    """Return short marks for what is special about `step`."""
    return list(_badges(step, handler))


def _badges(step: Step, handler: ExitHandler | None) -> Iterator[str]:
    if handler is not None:
        ends = " or ".join(end.value for end in handler.on)
        yield f"exit handler: {ends}" if ends else "exit handler"
    if step.loop is not None:
        yield f"map {_items(step.loop)}".rstrip()
    if step.repeat is not None:
        yield f"repeat ≤{step.repeat.limit}"
    if step.when is not None:
        yield "when"
    if step.retry is not None and step.retry.limit:
        yield f"retry {step.retry.limit}"
    if step.timeout is not None:
        yield f"timeout {step.timeout:g} s"
    if step.cache is not None and step.cache.enabled:
        yield "cache"
    if step.daemon:
        yield "daemon"


def _items(loop: Map) -> str:
    match loop.over:
        case Items(items=items):
            return f"×{len(items)}"
        case Range(start=start, end=end, step=by):
            every = f" by {by}" if by != 1 else ""
            return f"{value_text(start)}…{value_text(end)}{every}"
        case Over():
            return ""
        case _ as never:
            assert_never(never)


def _loop(step: Step) -> LoopKind:
    if step.loop is not None:
        return "map"
    return "repeat" if step.repeat is not None else ""


def _template(
    template: Template, arguments: tuple[Argument, ...]
) -> tuple[NodeKind, str]:
    match template:
        case Container(image=image):
            return "container", image
        case Script(interpreter=interpreter, image=image):
            program = PurePosixPath(interpreter[0]).name if interpreter else "script"
            return "script", f"{program} in {image}" if image else program
        case Function(entrypoint=name, inputs=inputs):
            given = {one.name: _constant(one) for one in arguments}
            taken = (f"{one.name}{given.get(one.name, '')}" for one in inputs)
            return "function", f"{name}({', '.join(taken)})"
        case Job(action=action, manifest=manifest):
            found = _KIND.search(value_text(manifest))
            return "job", f"{action.value} {found[1] if found else 'an object'}"
        case Suspend(message=message, seconds=None):
            return "suspend", message or "until somebody resumes it"
        case Suspend(seconds=seconds):
            return "suspend", f"for {value_text(seconds)} s" if seconds else ""
        case Foreign(engine=engine, kind=word):
            return "foreign", f"{word} of {engine}"
        case SubWorkflow(workflow=inner):
            return "subworkflow", _size(inner)
        case _ as never:
            assert_never(never)


def _constant(argument: Argument) -> str:
    """What tells this step from others of the same function; no long values."""
    match argument.value:
        case Constant(json=json) if len(json) <= _SHORT:
            return f"={json}"
        case _:
            return ""


def _size(workflow: Workflow) -> str:
    count = len(workflow.steps)
    return f"{workflow.name}, {count} step{'s' if count != 1 else ''}"
