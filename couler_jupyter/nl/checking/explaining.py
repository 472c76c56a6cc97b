"""What building a program has said, with what would be right where the program shows it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from dataclasses import replace

from couler_jupyter.nl.checking.names import unknown_name
from couler_jupyter.nl.checking.order import closing, cycle_of
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.checking.suggesting import (
    given_to,
    near,
    value_of_type,
    with_keyword,
    with_other,
    write,
)
from couler_jupyter.nl.report import Fault

_UNDEFINED = re.compile(r"name '(?P<name>\w+)' is not defined")
_GIVEN = re.compile(
    r"(?:step '(?P<step>[^']+)'.*?: )?"
    r"input '(?P<name>\w+)' is an? (?P<type>[a-z]+); it is given (?P<value>.+)"
)
_TAKEN = re.compile(r"there is a step '(?P<name>[^']+)' already")
_CHOICE = re.compile(r"(?: as|one of) (?P<known>[\w, -]+?),? not '(?P<given>[^']+)'")
_LATE = "is known only when the workflow runs"
_PYTHON = {
    "string": str,
    "integer": int,
    "number": float,
    "boolean": bool,
    "list": list,
    "object": dict,
}
_CONVERTED = (int, float, bool, list, dict)


def explained(program: Program, fault: Fault) -> Fault:
    """Return a fault with what would be right, where that can be read in the program."""
    if found := _UNDEFINED.search(fault.what):
        made = unknown_name(program, found["name"], fault.line)
        return replace(fault, what=made.what, rule=made.rule)
    if cycle := cycle_of(fault.what):
        edge = closing(program, cycle)
        if edge is not None:
            return replace(fault, line=edge.line, what=f"{fault.what}; {edge.right}")
        return fault
    right = next(_rights(program, fault), "")
    return replace(fault, what=f"{fault.what}; {right}") if right else fault


def _rights(program: Program, fault: Fault) -> Iterator[str]:
    if found := _GIVEN.search(fault.what):
        place = given_to(program, found["step"] or "", fault.line, found["name"])
        if place is not None:
            yield from _fitting(program, *place, found["name"], found["type"])
    if found := _TAKEN.search(fault.what):
        yield from _renamed(program, fault.line, found["name"])
    if found := _CHOICE.search(fault.what):
        known = [one.strip() for one in found["known"].split(",")]
        if meant := near(found["given"], known):
            yield f"{found['given']!r}: did you mean {meant!r}?"
    if _LATE in fault.what or "neither a function nor a with block" in fault.what:
        yield from _in_the_interface(program, fault.line)


def _fitting(
    program: Program, call: ast.Call, wrong: ast.expr, name: str, kind: str
) -> Iterator[str]:
    """Yield what an argument could be given in place of what has a wrong type."""
    wanted = _PYTHON.get(kind)
    if wanted is None:
        return
    if isinstance(wrong, ast.Constant) and (read := _read(wrong.value, wanted)):
        yield with_other(program, call, wrong, read)
    if other := value_of_type(program, name, wanted.__name__, call.lineno, frozenset()):
        yield with_other(program, call, wrong, other)
    if isinstance(wrong, ast.Constant) and wanted is list:
        yield with_other(program, call, wrong, f"[{ast.unparse(wrong)}]")


def _read(given: object, wanted: type) -> str:
    """Return a constant as it would have to be written to be of a type; or empty."""
    if wanted is str:
        return repr(str(given))
    if not isinstance(given, str):
        return ""
    try:
        value = ast.literal_eval(
            given.strip().capitalize() if wanted is bool else given
        )
    except (ValueError, SyntaxError):
        return ""
    fits = type(value) is wanted or (wanted is float and type(value) is int)
    return repr(value) if fits and isinstance(value, _CONVERTED) else ""


def _renamed(program: Program, line: int, name: str) -> Iterator[str]:
    for call in program.calls:
        for word in call.keywords:
            is_name = word.arg == "step_name" and isinstance(word.value, ast.Constant)
            if call.lineno == line and is_name:
                yield with_other(program, call, word.value, repr(f"{name}-2"))
        if call.lineno == line and program.makes_step(call):
            yield with_keyword(program, call, "step_name", repr(f"{name}-2"))


def _in_the_interface(program: Program, line: int) -> Iterator[str]:
    """Yield how the interface says what Python itself cannot, of a line."""
    alias = min(program.aliases, default="couler")
    for node in ast.walk(program.tree):
        if getattr(node, "lineno", 0) != line:
            continue
        match node:
            case ast.If(test=test, orelse=[]):
                said = program.text(test)
                yield write(f"with {alias}.when({said}):", f"if {said}:")
            case ast.For(
                target=ast.Name() as item, iter=source, body=[ast.Expr(value=body)]
            ):
                yield _mapped(alias, item, source, body)
            case ast.JoinedStr():
                yield write(_formatted(alias, node), program.text(node))
            case _:
                continue


def _mapped(alias: str, item: ast.Name, source: ast.expr, body: ast.expr) -> str:
    each, items = ast.unparse(body), ast.unparse(source)
    mapped = f"{alias}.map_(lambda {item.id}: {each}, {items})"
    return f"in place of the loop, write `{mapped}`"


def _formatted(alias: str, text: ast.JoinedStr) -> str:
    """Return a text with values in it as a call of `couler.format`."""
    words: list[str] = []
    values: list[str] = []
    for part in text.values:
        match part:
            case ast.FormattedValue(value=value):
                words.append("{}")
                values.append(ast.unparse(value))
            case ast.Constant(value=str(plain)):
                words.append(plain.replace("{", "{{").replace("}", "}}"))
            case _:
                continue
    return f"{alias}.format({', '.join([repr(''.join(words)), *values])})"
