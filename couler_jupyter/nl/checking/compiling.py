"""What the chosen engine says of a workflow: what it cannot express, and its lint."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from couler_jupyter.engines import ENGINES, LINTERS
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.errors import CoulerError, Problem, Unsupported
from couler_jupyter.ir import Document, Workflow
from couler_jupyter.nl.report import Check, Fault

_LINE = re.compile(r"line (\d+)")


def line_in(place: str) -> int:
    """Return the line that a place names, 0 for none.

    >>> line_in("cell [3], line 7"), line_in("")
    (7, 0)
    """
    found = _LINE.findall(place)
    return int(found[-1]) if found else 0


def as_fault(check: Check, problem: Problem) -> Fault:
    """Return what is wrong with a workflow as a fault of the program that builds it."""
    what = f"{problem.where}: {problem.what}"
    return Fault(check=check, what=what, line=line_in(problem.place))


def compiled(
    workflow: Workflow, engine: str
) -> tuple[tuple[Document, ...], list[Fault]]:
    """Return what an engine makes of a workflow, and why it cannot.

    Raises:
        UnknownName: there is no such engine.
    """
    kind = ENGINES.get(engine)
    try:
        return kind().compile(workflow).documents, []
    except Unsupported as error:
        others = ", ".join(_able(workflow, engine))
        end = f"; as an engine, {others} can" if others else ""
        return (), [_unsupported(workflow, engine, one, end) for one in error.problems]
    except CoulerError as error:
        return (), [Fault(check=Check.COMPILE, what=" ".join(str(error).split()))]


def _unsupported(workflow: Workflow, engine: str, problem: Problem, end: str) -> Fault:
    fault = _located(workflow, problem)
    what = f"{engine} cannot express {fault.what}{end}"
    return replace(fault, rule="compile-unsupported", what=what)


def _able(workflow: Workflow, engine: str) -> Iterator[str]:
    """Yield the other engines that can express a workflow."""
    for name in ENGINES.names():
        if name != engine:
            other = ENGINES.get(name)()
            if not other.problems(other.lower(workflow)):
                yield name


def _located(workflow: Workflow, problem: Problem) -> Fault:
    fault = as_fault(Check.COMPILE, problem)
    if fault.line:
        return fault
    for step in workflow.steps:
        if problem.where == f"step {step.name!r}" and step.origin is not None:
            return replace(fault, line=step.origin.line)
    return fault


def linted(documents: tuple[Document, ...], engine: str) -> Iterator[Fault]:
    """Yield what an engine's linter would refuse; nothing where there is no linter."""
    if engine not in LINTERS.names():
        return
    sources = [Source(one.filename, one.text) for one in documents]
    for finding in LINTERS.get(engine)().lint(sources):
        if finding.severity is Severity.ERROR:
            rule = finding.rule.id
            yield Fault(check=Check.LINT, rule=rule, what=finding.message)
