"""A whole workflow as a block of Python, those inside it before it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from couler_jupyter.dsl.writing.code import (
    Code,
    call,
    list_of,
    literal,
    numeral,
    quoted,
    render,
    text,
)
from couler_jupyter.dsl.writing.names import Names
from couler_jupyter.dsl.writing.plain import source_of
from couler_jupyter.dsl.writing.ports import extras_code
from couler_jupyter.dsl.writing.steps import Style, handler_code, step_code
from couler_jupyter.dsl.writing.values import Known, NoWord
from couler_jupyter.ir import (
    ExitHandler,
    InputArtifact,
    InputParameter,
    Outcome,
    OutputRef,
    Pod,
    Step,
    StepRef,
    SubWorkflow,
    Workflow,
    leaves,
)

_HEAD = "import couler_jupyter as couler\n"
_IR = "from couler_jupyter import ir\n"
_USES_IR = re.compile(r"\bir\.")
Place: TypeAlias = tuple[int, int]
"""A step: the number of its workflow, and its own; handlers come last."""
_ENDS = {
    Outcome.SUCCEEDED: "couler.Succeeded",
    Outcome.FAILED: "couler.Failed",
    Outcome.ERRORED: "couler.Errored",
}


@dataclass(slots=True)
class Program:
    """Python code that writes workflows.

    Attributes:
        workflows: the workflows, each after those that are parts of it.
        variables: what holds them, in the same order.
        code: the code.
        lines: the first line of each step.
        styles: how each step is written.
    """

    workflows: tuple[Workflow, ...]
    variables: tuple[str, ...] = ()
    code: str = ""
    lines: dict[int, Place] = field(default_factory=dict[int, Place])
    styles: dict[Place, Style] = field(default_factory=dict[Place, Style])


def write(workflow: Workflow, wanted: Mapping[Place, Style]) -> Program:
    """Return a workflow as Python code.

    Args:
        workflow: the outermost one.
        wanted: how steps are to be written, those that are not to be as people would.
    """
    every = tuple(_inside_out(workflow, {}))
    program = Program(every)
    names = Names()
    variables: dict[int, str] = {}
    parts = [f"{_HEAD}{_IR}"]
    for number, one in enumerate(every):
        at = sum(part.count("\n") for part in parts) + len(parts)
        name = names.take(one.name)
        parts.append(_Block(number, one, variables, wanted, program, at).text(name))
        variables[id(one)] = name
    program.variables = tuple(variables.values())
    program.code = "\n".join(parts)
    if not any(_USES_IR.search(part) for part in parts[1:]):
        program.code = program.code.replace(_IR, "", 1)
        program.lines = {at - 1: place for at, place in program.lines.items()}
    return program


def steps_of(workflow: Workflow) -> tuple[Step, ...]:
    """Return the steps of a workflow, exit handlers last."""
    return (*workflow.steps, *(one.step for one in workflow.exit_handlers))


def _inside_out(workflow: Workflow, seen: dict[int, Workflow]) -> Iterator[Workflow]:
    if id(workflow) in seen:
        return
    seen[id(workflow)] = workflow
    for step in steps_of(workflow):
        if isinstance(step.template, SubWorkflow):
            yield from _inside_out(step.template.workflow, seen)
    yield workflow


@dataclass(slots=True)
class _Block:
    """One workflow under way.

    Attributes:
        number: of it.
        workflow: the workflow.
        variables: what holds those before it, by their identity.
        wanted: how steps are to be written.
        program: is told where they stand.
        at: its first line.
    """

    number: int
    workflow: Workflow
    variables: Mapping[int, str]
    wanted: Mapping[Place, Style]
    program: Program
    at: int
    names: Names = field(default_factory=Names)
    lines: list[str] = field(default_factory=list[str])
    steps: dict[str, str] = field(default_factory=dict[str, str])
    inputs: dict[str, str] = field(default_factory=dict[str, str])

    def text(self, name: str) -> str:
        """Return the block, whose workflow is held by `name`."""
        self.names.take(name)
        for variable in self.variables.values():
            self.names.take(variable)
        head = call(
            "couler.workflow",
            quoted(self.workflow.name),
            **dict(_options(self.workflow)),
        )
        self.lines = f"with {render(head, 0, 10 + len(name))} as {name}:".split("\n")
        self._write_inputs()
        used = _used(self.workflow)
        for at, step in enumerate(self.workflow.steps):
            self._write_step(at, step, needed=step.name in used)
        for at, handler in enumerate(self.workflow.exit_handlers):
            self._write_handler(len(self.workflow.steps) + at, handler)
        self._write_outputs()
        return "\n".join(self.lines) + "\n"

    def _known(self) -> Known:
        return Known(self.steps, self.inputs)

    def _write(self, code: Code, before: str = "") -> None:
        made = f"{before}{render(code, 4, len(before))}"
        first, *rest = made.split("\n")
        self.lines += [f"    {first}", *rest]

    def _write_inputs(self) -> None:
        for parameter in self.workflow.parameters:
            name = self.names.take(parameter.name)
            self._write(_parameter(parameter), f"{name} = ")
            self.inputs[parameter.name] = name
        for artifact in self.workflow.artifacts:
            name = self.names.take(artifact.name)
            self._write(_artifact(artifact), f"{name} = ")
            self.inputs[artifact.name] = name

    def _write_step(self, at: int, step: Step, *, needed: bool) -> None:
        code = self._code((self.number, at), step)
        name = self.names.take(step.name)
        self._write(code, f"{name} = " if needed else "")
        self.steps[step.name] = name

    def _write_handler(self, at: int, handler: ExitHandler) -> None:
        body = self._code((self.number, at), handler.step)
        on: Code = "couler.Always"
        if handler.on:
            on = list_of(_ENDS[one] for one in handler.on)
        self._write(call("couler.set_exit_handler", on, handler_code(body)))

    def _code(self, place: Place, step: Step) -> Code:
        """Return the call for a step in the first style that can say it."""
        self.program.lines[self.at + len(self.lines)] = place
        known = self._known()
        for style in Style:
            if style < self.wanted.get(place, Style.WORDS):
                continue
            try:
                code = step_code(step, known, self.variables, style)
            except NoWord:
                continue
            self.program.styles[place] = style
            return code
        raise AssertionError("the IR has a word for every step")

    def _write_outputs(self) -> None:
        for one in self.workflow.outputs:
            more: dict[str, Code] = {}
            if one.global_name:
                more["global_name"] = quoted(one.global_name)
            if one.description:
                more["description"] = text(one.description)
            try:
                value = self._known().value(one.value)
            except NoWord:
                value = source_of(one.value)
            self._write(call("couler.set_output", quoted(one.name), value, **more))


def _used(workflow: Workflow) -> set[str]:
    """Return the steps that others, or outputs, name."""
    found: set[str] = set()
    for step in steps_of(workflow):
        found |= set(step.dependencies)
    for output in workflow.outputs:
        found |= {
            leaf.step
            for leaf in leaves(output.value)
            if isinstance(leaf, OutputRef | StepRef)
        }
    return found


def _parameter(one: InputParameter) -> Code:
    parts: list[Code] = [quoted(one.name)]
    if one.default is not None:
        parts.append(literal(one.default.value))
    more: dict[str, Code] = {"type": f"ir.ValueType.{one.type.name}"}
    if one.choices:
        more["choices"] = list_of(literal(choice.value) for choice in one.choices)
    if one.description:
        more["description"] = text(one.description)
    return call("couler.parameter", *parts, **more)


def _artifact(one: InputArtifact) -> Code:
    more: dict[str, Code] = {}
    if one.default is not None:
        more["default"] = source_of(one.default)
    if one.path:
        more["path"] = quoted(one.path)
    if one.optional:
        more["optional"] = "True"
    if one.mode is not None:
        more["mode"] = oct(one.mode)
    if one.recurse_mode:
        more["recurse_mode"] = "True"
    if one.description:
        more["description"] = text(one.description)
    return call("couler.input_artifact", quoted(one.name), **more)


def _options(workflow: Workflow) -> Iterator[tuple[str, Code]]:
    if workflow.description:
        yield "description", text(workflow.description)
    for name in ("parallelism", "priority"):
        if (value := getattr(workflow, name)) is not None:
            yield name, repr(value)
    if workflow.fail_fast:
        yield "fail_fast", "True"
    if workflow.timeout is not None:
        yield "timeout", numeral(workflow.timeout)
    for name in ("labels", "annotations"):
        if pairs := getattr(workflow, name):
            yield name, literal(dict(pairs))
    for name in ("schedule", "ttl"):
        if (value := getattr(workflow, name)) is not None:
            yield name, source_of(value)
    if workflow.pod != Pod():
        yield "pod", source_of(workflow.pod)
    if workflow.volumes:
        yield "volumes", list_of(map(source_of, workflow.volumes))
    if workflow.extras:
        yield "extras", extras_code(workflow.extras)
