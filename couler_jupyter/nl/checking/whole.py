"""All checks of one program, in order; a check that fails spares those after it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from couler_jupyter.ir import Workflow
from couler_jupyter.nl.checking.asked import order_faults
from couler_jupyter.nl.checking.calls import call_faults
from couler_jupyter.nl.checking.compiling import compiled, linted
from couler_jupyter.nl.checking.names import hidden_name, name_faults
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.checking.tried import faults_of
from couler_jupyter.nl.checking.types import type_faults
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.report import Check, Fault, Report, Risk

LONGEST = 100_000
"""Characters of a program at the most; more is no program that somebody would read."""
_MOST_TOLD = 20
_LONGEST_FAULT = 1_000
_ABOUT_NAMES = frozenset(
    {"gate-couler-name", "gate-import", "gate-name", "gate-decorator"}
)
"""Rules of the gate that a slip breaks, too."""


class Tried(Protocol):
    """What came of building a program's workflow somewhere safe."""

    @property
    def workflow(self) -> Workflow | None:
        """What it builds; None if it does not."""
        ...

    @property
    def fault(self) -> Fault | None:
        """Why it does not."""
        ...


class Tryer(Protocol):
    """Something that builds a program's workflow without harm, and runs none of it."""

    def __call__(self, code: str, name: str) -> Tried:
        """Return what comes of a program, `name` being what its workflow is called."""
        ...


def check(
    code: str,
    name: str,
    *,
    engine: str = "local",
    try_program: Tryer | None = None,
    modules: Sequence[Module] = (),
) -> tuple[Report, Workflow | None]:
    """Return what is wrong with a program, and what it builds if nothing is.

    Nothing of the program runs in this process.

    Args:
        code: what stands in a cell below `%%couler NAME`.
        name: how the workflow is called.
        engine: the one it is compiled for.
        try_program: builds it; by default a process of its own does.
        modules: what was wished for; steps called so have to wait for what these need.

    Raises:
        UnknownName: there is no such engine.
    """
    tryer = try_program or _in_a_process
    course = _Course(code, name, engine, tryer, tuple(modules))
    workflow = course.take()
    report = Report(
        done=tuple(course.done),
        faults=tuple(map(_short, dict.fromkeys(course.faults)))[:_MOST_TOLD],
        risks=tuple(dict.fromkeys(course.risks)),
    )
    return report, workflow if report.passed else None


def _short(fault: Fault) -> Fault:
    if len(fault.what) <= _LONGEST_FAULT:
        return fault
    return replace(fault, what=f"{fault.what[:_LONGEST_FAULT]}...")


def _in_a_process(code: str, name: str) -> Tried:
    from couler_jupyter.nl.trying import try_program

    return try_program(code, name)


@dataclass(slots=True)
class _Course:
    """One program on its way through the checks."""

    code: str
    name: str
    engine: str
    tryer: Tryer
    modules: tuple[Module, ...]
    done: list[Check] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    risks: list[Risk] = field(default_factory=list)

    def take(self) -> Workflow | None:
        """Go through the checks until one fails; return the workflow if none does."""
        program = self._parsed()
        if program is None or not self._passes_gate() or not self._named(program):
            return None
        workflow = self._built(program)
        if workflow is None or not self._valid(program, workflow):
            return None
        return workflow if self._allowed(workflow) and self._fits(workflow) else None

    def _parsed(self) -> Program | None:
        self.done.append(Check.PARSE)
        line, what = 0, f"it has {len(self.code)} characters; {LONGEST} at the most"
        try:
            if len(self.code) <= LONGEST:
                return Program(self.code)
        except SyntaxError as error:
            text = f": {error.text.strip()}" if error.text else ""
            what = f"no Python: {error.msg}{text}"
            line = error.lineno or 0
        except (ValueError, RecursionError, MemoryError) as error:
            what = f"no Python: {error}"
        self.faults.append(Fault(check=Check.PARSE, what=what, line=line))
        return None

    def _passes_gate(self) -> bool:
        from couler_jupyter.nl.gate import gate

        self.done.append(Check.GATE)
        for found in gate(self.code):
            if isinstance(found, Fault):
                self.faults.append(found)
            else:
                self.risks.append(found)
        return all(one.rule != "gate-size" for one in self.faults)

    def _named(self, program: Program) -> bool:
        self.done.append(Check.NAMES)
        found = [
            *name_faults(program),
            *hidden_name(program, self.name),
            *call_faults(program),
        ]
        # what the gate says of a name, this says with the name that was meant
        lines = {one.line for one in found}
        self.faults = [
            one
            for one in self.faults
            if one.line not in lines or one.rule not in _ABOUT_NAMES
        ]
        self.faults += found
        return not self.faults

    def _built(self, program: Program) -> Workflow | None:
        self.done.append(Check.DRY_RUN)
        tried = self.tryer(self.code, self.name)
        if tried.fault is not None:
            self.faults += faults_of(program, self.name, tried.fault)
        if tried.workflow is None and not self.faults:
            what = "it builds no workflow: call a step or couler.run_container in it"
            self.faults.append(Fault(check=Check.DRY_RUN, what=what))
        return tried.workflow

    def _valid(self, program: Program, workflow: Workflow) -> bool:
        self.done.append(Check.VALIDATE)
        self.faults += type_faults(program, workflow)
        self.faults += order_faults(program, workflow, self.modules)
        return not self.faults

    def _allowed(self, workflow: Workflow) -> bool:
        from couler_jupyter.nl.gate import policy

        self.done.append(Check.POLICY)
        for risk in policy(workflow):
            self.risks.append(risk)
            if risk.blocks:
                where = f"step {risk.step!r}: " if risk.step else ""
                fault = Fault(
                    check=Check.POLICY,
                    rule=risk.rule,
                    line=risk.line,
                    what=f"{where}{risk.what}",
                )
                self.faults.append(fault)
        return not self.faults

    def _fits(self, workflow: Workflow) -> bool:
        self.done.append(Check.COMPILE)
        documents, faults = compiled(workflow, self.engine)
        self.faults += faults
        if not faults:
            self.done.append(Check.LINT)
            self.faults += linted(documents, self.engine)
        return not self.faults
