"""Programs as data: attacks, and honest ones, each file one class of them.

An attack says which rule has to see it. Its program stands in `code`, or is made of a
`body` for a step or of a `command` for a shell; `times` repeats it. With `context` it is
what a model that obeys everything would answer to data that gives it orders.
"""

from __future__ import annotations

import sys
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from textwrap import indent
from typing import Any

from couler_jupyter.ir import from_json
from couler_jupyter.nl.gate import gate, policy
from couler_jupyter.nl.report import Check, Fault, Risk
from couler_jupyter.nl.trying.child import tried

HERE = Path(__file__).parent


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One program.

    Attributes:
        name: its class and its id.
        what: what it does.
        code: the program.
        rule: what has to see it; empty for an honest one.
        kind: what gave the order, for one that obeys data.
        context: the data.
        known: names that earlier cells define.
        before: those cells.
    """

    name: str
    what: str
    code: str
    rule: str = ""
    kind: str = ""
    context: str = ""
    known: tuple[str, ...] = ()
    before: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What is said of a program.

    Attributes:
        rules: of all that is said.
        blocked: why there is no proposal with it.
    """

    rules: frozenset[str]
    blocked: tuple[str, ...]


def attacks() -> list[Case]:
    return [case for file in _files("attacks") for case in _cases(file, "attack")]


def honest() -> list[Case]:
    return [case for file in _files("honest") for case in _cases(file, "program")]


def seen(case: Case) -> Seen:
    """Return what is said of a program before anybody can run it.

    The workflow is built in this process: the dry run's own has its own tests, and what
    the gate lets through has to be harmless without it.
    """
    findings = gate(case.code, case.known)
    if any(isinstance(one, Fault) for one in findings):
        return _seen(findings)
    told = built(case.before + case.code)
    if "fault" in told:
        fault: dict[str, Any] = {**told["fault"]}
        fault["check"] = Check(fault["check"])
        return _seen((*findings, Fault(**fault)))
    return _seen((*findings, *policy(from_json(told["workflow"]))))


def _seen(findings: Iterable[Fault | Risk]) -> Seen:
    found = list(findings)
    return Seen(
        rules=frozenset(one.rule for one in found),
        blocked=tuple(
            f"{one.rule}: {one.what}"
            for one in found
            if isinstance(one, Fault) or one.blocks
        ),
    )


def built(code: str) -> dict[str, Any]:
    """Build a program's workflow here, as the dry run's process does."""
    main = sys.modules["__main__"]
    try:
        return tried(code, "attempt")
    finally:
        sys.modules["__main__"] = main


def _files(folder: str) -> list[Path]:
    return sorted((HERE / folder).glob("*.toml"))


def _cases(file: Path, word: str) -> Iterator[Case]:
    for one in tomllib.loads(file.read_text(encoding="utf-8"))[word]:
        yield Case(
            name=f"{file.stem}-{one['id']}",
            what=one.get("what", ""),
            code=_code(one) * one.get("times", 1),
            rule=one.get("rule", ""),
            kind=one.get("kind", ""),
            context=one.get("context", ""),
            known=tuple(one.get("known", ())),
            before=one.get("before", ""),
        )


def _code(one: dict[str, Any]) -> str:
    if "body" in one:
        body = indent(one["body"].strip(), "    ")
        return f'@couler.step\ndef work(data="x"):\n{body}\n\nwork()\n'
    if "command" in one:
        words = ["-c", one["command"].strip("\n")]
        return f'couler.run_container("alpine:3.20", "sh", {words!r})\n'
    return str(one["code"])
