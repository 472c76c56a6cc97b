"""Types: whether steps are given what their annotations ask for.

The validators let text pass for anything, since programs print text. What a function
says it returns is not printed, so here it is held to its word.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.ir import (
    FromReturn,
    Function,
    InputParameter,
    OutputParameter,
    OutputRef,
    Over,
    Step,
    ValueType,
    Workflow,
)
from couler_jupyter.nl.checking.facts import Signature
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.checking.suggesting import (
    given_to,
    value_of_type,
    with_other,
    write,
)
from couler_jupyter.nl.report import Check, Fault

_PYTHON = MappingProxyType(
    {
        ValueType.STRING: "str",
        ValueType.INTEGER: "int",
        ValueType.NUMBER: "float",
        ValueType.BOOLEAN: "bool",
        ValueType.LIST: "list",
        ValueType.OBJECT: "dict",
    }
)
_NUMBERS = frozenset({ValueType.INTEGER, ValueType.NUMBER})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Use:
    """Where the output of one step is used by another one.

    Attributes:
        step: that uses it.
        name: of the parameter it is given to; empty where the step is mapped over it.
        ref: the output.
        wanted: the type that is asked for.
    """

    step: Step
    name: str
    ref: OutputRef
    wanted: ValueType

    @property
    def line(self) -> int:
        return 0 if self.step.origin is None else self.step.origin.line


def type_faults(program: Program, workflow: Workflow) -> Iterator[Fault]:
    """Yield where what one function returns is not what another one takes."""
    for step in workflow.steps:
        for use in _uses(step):
            given = _given(workflow, use.ref)
            if given is not None and not _is_fine(given, use.wanted):
                yield _fault(program, workflow, use, given)


def _uses(step: Step) -> Iterator[_Use]:
    if step.loop is not None and isinstance(step.loop.over, Over):
        ref = step.loop.over.value
        if isinstance(ref, OutputRef):
            yield _Use(step=step, name="", ref=ref, wanted=ValueType.LIST)
    if not isinstance(step.template, Function):
        return
    ports = step.template.inputs
    types = {one.name: one.type for one in ports if isinstance(one, InputParameter)}
    for argument in step.arguments:
        name, value = argument.name, argument.value
        if isinstance(value, OutputRef) and name in types:
            yield _Use(step=step, name=name, ref=value, wanted=types[name])


def _given(workflow: Workflow, ref: OutputRef) -> ValueType | None:
    """Return what a function says it returns; None where nothing is said."""
    step = workflow.by_name.get(ref.step)
    if step is None or not isinstance(step.template, Function):
        return None
    if step.loop is not None:
        return ValueType.LIST
    for output in step.template.outputs:
        if output.name == ref.name and isinstance(output, OutputParameter):
            is_whole = output.source == FromReturn()
            return output.type if is_whole and output.type in _PYTHON else None
    return None


def _is_fine(given: ValueType, wanted: ValueType) -> bool:
    return (
        wanted not in _PYTHON or given == wanted or _NUMBERS.issuperset((given, wanted))
    )


def _fault(program: Program, workflow: Workflow, use: _Use, given: ValueType) -> Fault:
    label = f"{use.name!r} of" if use.name else "what is mapped over by"
    takes = f"{label} step {use.step.name!r} is a {_PYTHON[use.wanted]}"
    what = f"{takes}, and step {use.ref.step!r} gives a {_PYTHON[given]}"
    right = _right(program, workflow, use)
    return Fault(
        check=Check.VALIDATE,
        rule="types-differ",
        line=use.line,
        what=f"{what}; {right}",
    )


def _right(program: Program, workflow: Workflow, use: _Use) -> str:
    """Return which value would fit, else which annotation would have to change."""
    takes = _PYTHON[use.wanted]
    found = given_to(program, use.step.name, use.line, use.name)
    if found is not None:
        call, wrong = found
        used = frozenset({wrong.id} if isinstance(wrong, ast.Name) else ())
        if other := value_of_type(program, use.name, takes, use.line, used):
            return with_other(program, call, wrong, other)
    source = _source(program, workflow, use.ref.step)
    if source is None:
        return f"give it a {takes}"
    right = write(f"-> {takes}:", f"-> {source.returns}:", source.line)
    return f"have {source.name}() return a {takes}: {right}"


def _source(program: Program, workflow: Workflow, name: str) -> Signature | None:
    template = workflow.by_name[name].template
    if not isinstance(template, Function):
        return None
    return program.functions.get(template.entrypoint)
