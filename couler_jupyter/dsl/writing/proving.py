"""Code for a workflow that is proved by running it: it must write the same workflow.

What is run is only what stands here, calls of the unified interface with plain data;
sources of functions and scripts are texts in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from couler_jupyter.dsl.writing.steps import Style
from couler_jupyter.dsl.writing.whole import Place, Program, steps_of, write
from couler_jupyter.errors import BuildFailed, CoulerError
from couler_jupyter.ir import Workflow

_FILE = "<written workflow>"
_RAISED = (
    CoulerError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
"""What calls raise that are not meant so."""


@dataclass(frozen=True, slots=True)
class Written:
    """A workflow as Python.

    Attributes:
        code: running it writes an equal workflow.
        variable: what holds the workflow once it has run.
        in_ir_words: steps for which the interface has no word, as values of the IR, by
            the names of their workflow and their own.
    """

    code: str
    variable: str
    in_ir_words: tuple[tuple[str, str], ...]


def to_python(workflow: Workflow) -> Written:
    """Return a workflow as code that writes an equal one, but for where it was written.

    Raises:
        BuildFailed: the interface has no word for something of a workflow as a whole.
    """
    wanted: dict[Place, Style] = {}
    while True:
        program = write(workflow, wanted)
        faults = set(_faults(program))
        if not faults:
            return _written(program)
        for place in faults:
            if program.styles[place] is Style.IR:
                raise AssertionError(f"step {place} of {workflow.name!r} is not itself")
            wanted[place] = Style(program.styles[place] + 1)


def _written(program: Program) -> Written:
    found = tuple(
        (program.workflows[number].name, steps_of(program.workflows[number])[at].name)
        for (number, at), style in program.styles.items()
        if style is Style.IR
    )
    return Written(program.code, program.variables[-1], found)


def _faults(program: Program) -> Iterator[Place]:
    """Yield the steps that are not written as they were."""
    space: dict[str, Any] = {}
    try:
        exec(compile(program.code, _FILE, "exec"), space)  # noqa: S102 (see above)
    except _RAISED as error:
        yield from _blamed(program, error)
        return
    for number, workflow in enumerate(program.workflows):
        made: Workflow = space[program.variables[number]].workflow
        if made == workflow:
            continue
        pairs = zip(steps_of(workflow), steps_of(made), strict=True)
        wrong = [at for at, (one, other) in enumerate(pairs) if one != other]
        if not wrong:
            raise BuildFailed(_unsayable(workflow, made))
        yield from ((number, at) for at in wrong)
        return


def _unsayable(workflow: Workflow, made: Workflow) -> str:
    """Return what is said of a workflow that the interface has no word for."""
    names = [
        one.name
        for one in fields(workflow)
        if getattr(made, one.name) != getattr(workflow, one.name)
    ]
    said = ", ".join(names)
    return f"workflow {workflow.name!r}: the interface has no word for its {said}"


def _blamed(program: Program, error: BaseException) -> Iterator[Place]:
    """Yield the step whose line raised an error; all that can change if none did."""
    line = 0
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename == _FILE:
            line = max(line, trace.tb_lineno)
        trace = trace.tb_next
    before = [first for first in program.lines if first <= line]
    place = program.lines[max(before)] if before else None
    if place is not None and program.styles[place] is not Style.IR:
        yield place
        return
    if all(style is Style.IR for style in program.styles.values()):
        raise error
    yield from (p for p, style in program.styles.items() if style is not Style.IR)
