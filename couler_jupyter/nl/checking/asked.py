"""Whether steps come in the order that the modules of the wish need."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Sequence

from couler_jupyter.ir import Step, Workflow
from couler_jupyter.nl.checking.called import step_name
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.checking.suggesting import write
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.report import Check, Fault

_NUMBER = re.compile(r"-\d+$")


def order_faults(
    program: Program, workflow: Workflow, modules: Sequence[Module]
) -> Iterator[Fault]:
    """Yield steps that do not wait for what their modules need.

    Only modules whose names steps have are looked at: a program may put two into one.
    """
    steps = {
        module.name: [one for one in workflow.steps if _is(one, module.name)]
        for module in modules
    }
    for module in modules:
        for need in module.needs:
            earlier = {one.name for one in steps.get(need, ())}
            for step in steps[module.name] if earlier else ():
                if not earlier & _waited_for(workflow, step.name):
                    yield _fault(program, step, need)


def _is(step: Step, module: str) -> bool:
    return _NUMBER.sub("", step.name).replace("-", "_") == module


def _waited_for(workflow: Workflow, name: str) -> set[str]:
    """Return all steps that end before one starts."""
    found: set[str] = set()
    waiting = [name]
    while waiting:
        for other in workflow.dependencies.get(waiting.pop(), ()):
            if other not in found:
                found.add(other)
                waiting.append(other)
    return found


def _fault(program: Program, step: Step, need: str) -> Fault:
    line = 0 if step.origin is None else step.origin.line
    what = f"step {step.name!r} does not wait for step {need!r}, which it needs"
    right = _right(program, step, need, line) or f"give it what {need!r} returns"
    return Fault(
        check=Check.VALIDATE, rule="order-missing", line=line, what=f"{what}; {right}"
    )


def _right(program: Program, step: Step, need: str, line: int) -> str:
    first = _calls(program, need, before=line)
    then = [one for one in _calls(program, step.name) if one.lineno == line]
    if not first or not then:
        return ""
    kept = _name(program, first[-1])
    name = kept or f"{need}_done"
    text = program.head(first[-1])
    keep = "" if kept else f"{write(f'{name} = {text}', text, first[-1].lineno)}, and "
    if own := _name(program, then[-1]):
        return f"{keep}add `{name} >> {own}` at the end"
    text = program.head(then[-1])
    return f"{keep}{write(f'{name} >> {text}', text, line)}"


def _calls(program: Program, name: str, before: int | None = None) -> list[ast.Call]:
    """Return the statements that add steps of a name, as calls."""
    values = [*(one.value for one in program.kept), *program.statements]
    found = [one for one in values if isinstance(one, ast.Call)]
    own = [one for one in found if step_name(program, one) == _NUMBER.sub("", name)]
    return [one for one in own if before is None or one.lineno < before]


def _name(program: Program, call: ast.Call) -> str:
    return next((one.name for one in program.kept if one.value is call), "")
