"""What a dry run has said, as faults: one for each problem, with its line."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from couler_jupyter.nl.checking.called import step_name
from couler_jupyter.nl.checking.explaining import explained
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.report import Fault

_SEVERAL = re.compile(r"(?:.+?: )?\d+ problems")
_MORE = re.compile(r"and \d+ more")
_STEP = re.compile(r"step '(?P<name>[^']+)'")
_NUMBER = re.compile(r"-\d+$")


def faults_of(program: Program, name: str, fault: Fault) -> Iterator[Fault]:
    """Yield what a dry run found, each with what would be right where that is known.

    Args:
        program: that was tried.
        name: of the workflow, which messages begin with.
        fault: what was said; several problems stand in lines of their own.
    """
    head, *rest = fault.what.split("\n")
    if not rest or _SEVERAL.fullmatch(head) is None:
        what = " ".join(fault.what.removeprefix(f"{name}: ").split())
        yield explained(program, replace(fault, what=what))
        return
    for line in rest:
        if line.strip() and _MORE.fullmatch(line.strip()) is None:
            line_there = _line_of(program, line) or fault.line
            problem = replace(fault, what=line.strip(), line=line_there)
            yield explained(program, problem)


def _line_of(program: Program, what: str) -> int:
    """Return the line of the call that adds the step a problem is about; 0 if unknown."""
    found = _STEP.match(what.strip())
    if found is None:
        return 0
    names = {found["name"], _NUMBER.sub("", found["name"])}
    lines = [one.lineno for one in program.calls if step_name(program, one) in names]
    return lines[-1] if lines else 0
