"""Names: those of the package, and those that a program uses without making them."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator
from types import MappingProxyType

from couler_jupyter.nl.checking.api import (
    RUNS,
    facts_of,
    nearest_name,
    public_names,
)
from couler_jupyter.nl.checking.program import PACKAGE, Program
from couler_jupyter.nl.checking.suggesting import add, near, plain, type_of, write
from couler_jupyter.nl.report import Check, Fault

_USUAL = MappingProxyType(
    {
        "np": "import numpy as np",
        "pd": "import pandas as pd",
        "plt": "import matplotlib.pyplot as plt",
        "sns": "import seaborn as sns",
        "tf": "import tensorflow as tf",
        "Path": "from pathlib import Path",
        "Any": "from typing import Any",
        "Literal": "from typing import Literal",
        "NamedTuple": "from typing import NamedTuple",
        "TypedDict": "from typing import TypedDict",
        "datetime": "from datetime import datetime",
        "couler": f"import {PACKAGE} as couler",
    }
)
"""What names usually stand for, and how they come about."""
ENDS = frozenset(
    {
        "succeeded",
        "failed",
        "errored",
        "skipped",
        "omitted",
        "any_succeeded",
        "all_failed",
    }
)
"""What is known of how every step ended."""
_VERY_NEAR = 0.8
"""How like a name is that was probably misspelt, rather than forgotten."""
_LIBRARIES = frozenset({"numpy", "pandas", "sklearn", "torch", "xgboost", "lightgbm"})


def name_faults(program: Program) -> Iterator[Fault]:
    """Yield names that are not there, with those that were probably meant."""
    yield from _imports(program)
    for node in ast.walk(program.tree):
        match node:
            case ast.Attribute(value=ast.Name(id=owner), attr=attr):
                if owner in program.aliases and attr not in public_names():
                    yield _no_such_name(attr, node.lineno, program.text(node))
            case ast.Attribute(value=ast.Attribute() as owner, attr=attr):
                yield from _fact(program.meant(owner), attr, node.lineno)
            case _:
                continue
    told: set[str] = set()
    for name in program.unknown_names:
        if name.id not in told:
            told.add(name.id)
            yield unknown_name(program, name.id, name.lineno)


def hidden_name(program: Program, workflow: str) -> Iterator[Fault]:
    """Yield that the workflow's own name would hide something of the program."""
    name = re.sub(r"\W", "_", workflow)
    if name not in program.bound:
        return
    made = [one.line for one in program.kept if one.name == name]
    lines = [program.functions[name].line] if name in program.functions else made
    what = (
        f"the workflow is called {name!r}, which hides this {name!r}; call it otherwise"
    )
    yield _fault("names-hidden", min(lines, default=0), what)


def unknown_name(program: Program, name: str, line: int) -> Fault:
    """Return the fault that a name is used which nothing makes."""
    return _fault(
        "names-unknown", line, f"{name!r} is not defined; {_made(program, name, line)}"
    )


def _fact(owner: str, name: str, line: int) -> Iterator[Fault]:
    """Yield that a run or an attempt has no such fact."""
    known = facts_of(owner)
    if known and name not in known:
        meant = near(name, known)
        right = f"did you mean {meant!r}?" if meant else f"there is {', '.join(known)}"
        what = f"couler.{owner} has no {name!r}; {right}"
        yield _fault("names-couler", line, what)


def _imports(program: Program) -> Iterator[Fault]:
    for node in ast.walk(program.tree):
        match node:
            case ast.Import(names=names):
                for one in names:
                    if one.name == "couler" or one.name.startswith("couler."):
                        yield _wrong_import(ast.unparse(node), node.lineno)
            case ast.ImportFrom(module=str(module), names=names):
                if module == "couler" or module.startswith("couler."):
                    yield _wrong_import(ast.unparse(node), node.lineno)
                for one in names if module == PACKAGE else ():
                    if one.name not in {*public_names(), "*", "ir"}:
                        yield _no_such_name(one.name, node.lineno, one.name)
            case _:
                continue


def _wrong_import(text: str, line: int) -> Fault:
    right = write(f"import {PACKAGE} as couler", text)
    return _fault("names-import", line, f"the package is {PACKAGE!r} here; {right}")


def _no_such_name(name: str, line: int, text: str) -> Fault:
    what = f"couler has no {name!r}"
    if name in RUNS:
        right = f"the person runs the cell: leave `{text}` out"
        return _fault("names-couler", line, f"{what}; {right}")
    if meant := nearest_name(name):
        return _fault("names-couler", line, f"{what}; did you mean {meant!r}?")
    right = "use couler.step, run_container, run_script, when, map_, dag or concurrent"
    return _fault("names-couler", line, f"{what}; {right}")


def _made(program: Program, name: str, line: int) -> str:
    """Return how a name that is missing could come about."""
    if name in _USUAL:
        return add(_USUAL[name], 1)
    if name in sys.stdlib_module_names or name in _LIBRARIES:
        return add(f"import {name}", 1)
    if name in public_names():
        alias = min(program.aliases, default="couler")
        return f"did you mean '{alias}.{name}'?"
    if meant := near(name, program.bound, _VERY_NEAR):
        return f"did you mean {meant!r}?"
    for call in reversed(program.dropped):
        if (call.end_lineno or 0) < line and _may_be(program, call, name):
            text = program.head(call)
            return write(f"{name} = {text}", text, call.lineno)
    if meant := near(name, program.bound):
        return f"did you mean {meant!r}?"
    return (
        "the program cannot see the notebook's variables: make it in a step, pass it as an "
        "argument, or write it down here"
    )


def _may_be(program: Program, call: ast.Call, name: str) -> bool:
    """Return whether a step's value could be what is used under a name."""
    parts = {
        node.attr
        for node in ast.walk(program.tree)
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == name
    }
    known = program.parts(call)
    if not parts <= {*known, *ENDS} and (known or program.signature(call) is None):
        return False
    given = plain(type_of(program, call))
    wanted = _wanted(program, name)
    return not given or not wanted or given == wanted


def _wanted(program: Program, name: str) -> str:
    """Return the type of the parameter that a name is given to; empty if unknown."""
    for call in program.calls:
        signature = program.signature(call)
        if signature is None:
            continue
        by_place = zip(signature.parameters, call.args, strict=False)
        by_name = {one.name: one for one in signature.parameters}
        pairs = [
            *by_place,
            *((by_name[k.arg], k.value) for k in call.keywords if k.arg in by_name),
        ]
        for parameter, value in pairs:
            if isinstance(value, ast.Name) and value.id == name:
                return plain(parameter.annotation)
    return ""


def _fault(rule: str, line: int, what: str) -> Fault:
    return Fault(check=Check.NAMES, rule=rule, line=line, what=what)
