"""Short ways to write workflows that are wrong in one place."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from couler_jupyter.ir import (
    Condition,
    Constant,
    ExitHandler,
    FromStdout,
    Input,
    InputArtifact,
    InputParameter,
    ListOf,
    Not,
    Output,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Pod,
    Schedule,
    Script,
    Sidecar,
    Step,
    SubWorkflow,
    Template,
    Value,
    ValueType,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import equal, flow, sh, step

Bad = Callable[[], object]
OK = sh("true")
ONE = step("one", sh("echo 1"))
NUMBER = (OutputParameter(name="result", source=FromStdout(), type=ValueType.INTEGER),)
FILE = OutputArtifact(name="file", path="made.txt")
WRITE = step("write", sh("true", outputs=(FILE,)))
TAKES_FILE = sh("true", inputs=(InputArtifact(name="file"),))


def whole(**more: Any) -> Bad:
    """A workflow of one good step, with these fields."""
    return lambda: flow("w", ONE, **more)


def bad_step(template: Template = OK, **more: Any) -> Bad:
    """A workflow whose step `bad` has these fields, after a good step `one`."""
    return lambda: flow("w", ONE, step("bad", template, **more))


def bad_template(template: Template, **more: Any) -> Bad:
    """A workflow whose step `bad` runs this."""
    return lambda: flow("w", step("bad", template), **more)


def bad_output(value: Value) -> Bad:
    """A workflow that leaves this behind."""
    return whole(outputs=(WorkflowOutput(name="o", value=value),))


def bad_schedule(*crons: str, **more: Any) -> Bad:
    """A workflow that runs then."""
    return whole(schedule=Schedule(crons=crons, **more))


def bad_box(**more: Any) -> Bad:
    """A workflow whose step `bad` is a script with these fields."""
    return bad_template(Script(source="true", **more))


def bad_sidecar(**more: Any) -> Bad:
    """A workflow whose step has a sidecar with these fields."""
    fields: dict[str, Any] = {"name": "beside", "image": "x", **more}
    return bad_box(pod=Pod(sidecars=(Sidecar(**fields),)))


def made(outputs: tuple[OutputParameter, ...]) -> Step:
    """A step `one` that leaves these."""
    return step("one", sh("true", outputs=outputs))


def at_end(template: Template = OK, **more: Any) -> Bad:
    """A workflow with an exit handler that has these fields."""
    handler = ExitHandler(step=step("bye", template, **more))
    return whole(exit_handlers=(handler,))


def nested(depth: int) -> Value:
    """A value of so many levels."""
    value: Value = Constant.of(1)
    for _ in range(depth):
        value = ListOf((value,))
    return value


def matryoshka(depth: int) -> Workflow:
    """Workflows in workflows, so many of them."""
    inner = flow("w", ONE)
    for _ in range(depth - 1):
        inner = flow("w", step("s", SubWorkflow(workflow=inner)))
    return inner


def doubling(times: int) -> Workflow:
    """A workflow of two steps that are each the same workflow, and so on."""
    inner = flow("w", ONE)
    for _ in range(times):
        part = SubWorkflow(workflow=inner)
        inner = flow("w", *(step(f"s{n}", part) for n in range(30)))
    return inner


def negated(depth: int) -> Condition:
    """A condition of so many levels."""
    condition: Condition = equal(1, 1)
    for _ in range(depth):
        condition = Not(condition)
    return condition


def leaving_a_file() -> Workflow:
    """A workflow whose output is an artifact."""
    out = WorkflowOutput(name="file", value=OutputRef("write", "file"))
    return flow("inner", WRITE, outputs=(out,))


def bad_input(one: Input, text: Value | str = "true") -> Bad:
    """A workflow whose step `bad` has a template with this input."""
    return bad_template(sh(text, inputs=(one,)))


def bad_outputs(*outputs: Output) -> Bad:
    """A workflow whose step `bad` has a template with these outputs."""
    return bad_template(sh("true", outputs=outputs))


TYPED = sh(
    "true",
    inputs=(
        InputParameter(
            name="n",
            type=ValueType.INTEGER,
            choices=(Constant.of(1), Constant.of(2)),
        ),
    ),
)
