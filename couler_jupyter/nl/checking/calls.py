"""Calls: whether what they are given is what the callee takes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from copy import copy
from types import MappingProxyType

from couler_jupyter.nl.checking.api import Taken, step_options, taken_by
from couler_jupyter.nl.checking.facts import Signature
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.checking.suggesting import near, value_for, with_keyword, write
from couler_jupyter.nl.report import Check, Fault

_EXAMPLES = MappingProxyType(
    {
        "image": "'python:3.12-slim'",
        "limit": "10",
        "keys": "['password']",
        "name": "'name'",
        "path": "'data.csv'",
        "bucket": "'bucket'",
        "key": "'key'",
        "size": "'1Gi'",
    }
)
"""What an argument may look like where nothing in the program says what it is."""


_NEEDED = MappingProxyType({"create_secret": ("name",), "exec_while": ("limit",)})
"""Parameters that calls have to give though they have a default."""
_PLAIN = frozenset({"str", "int", "float", "bool", "list", "dict"})


def call_faults(program: Program) -> Iterator[Fault]:
    """Yield what calls are given and do not take, or take and are not given."""
    for call in program.calls:
        signature = program.signature(call)
        if signature is not None:
            yield from _own(program, call, signature)
        elif name := program.called(call):
            yield from _package(program, call, name)


def _own(program: Program, call: ast.Call, signature: Signature) -> Iterator[Fault]:
    known = [one.name for one in signature.parameters]
    extra = {"step_name"} if signature.step else set[str]()
    takes = f"it takes ({', '.join(known)})"
    if not signature.open:
        for word in call.keywords:
            if word.arg is not None and word.arg not in {*known, *extra}:
                yield _unknown_own(program, call, signature, word, [*known, *extra])
        if not _is_open(call) and len(call.args) > len(known):
            what = f"{signature.name}() is given {len(call.args)} values; {takes}"
            yield _fault("calls-too-many", call.lineno, what)
    if _is_open(call):
        return
    given = {*known[: len(call.args)], *(word.arg for word in call.keywords)}
    for one in signature.parameters:
        if one.required and one.name not in given:
            yield _missing(program, call, signature.name, one.name, one.annotation)


def _unknown_own(
    program: Program,
    call: ast.Call,
    signature: Signature,
    word: ast.keyword,
    known: list[str],
) -> Fault:
    what = f"{signature.name}() takes no {word.arg!r}"
    if signature.step and word.arg in step_options():
        right = write(_with_option(call, word), program.text(call))
        return _fault("calls-option", call.lineno, f"{what}; {right}")
    meant = near(word.arg or "", known)
    right = f"did you mean {meant!r}?" if meant else f"it takes ({', '.join(known)})"
    return _fault("calls-unknown", word.lineno, f"{what}; {right}")


def _with_option(call: ast.Call, word: ast.keyword) -> str:
    changed = copy(call)
    inner = ast.Attribute(value=call.func, attr="with_options", ctx=ast.Load())
    changed.func = ast.Call(func=inner, args=[], keywords=[word])
    changed.keywords = [one for one in call.keywords if one is not word]
    return ast.unparse(changed)


def _package(program: Program, call: ast.Call, name: str) -> Iterator[Fault]:
    taken = taken_by(name)
    if taken is None:
        return
    if not taken.open_keywords:
        yield from _unknown_keywords(call, name, taken)
    if not _is_open(call):
        yield from _too_few(program, call, name, taken)


def _unknown_keywords(call: ast.Call, name: str, taken: Taken) -> Iterator[Fault]:
    for word in call.keywords:
        if word.arg is None or word.arg in taken.keywords:
            continue
        what = f"{name} takes no {word.arg!r}"
        meant = near(word.arg, taken.keywords)
        known = ", ".join(sorted(taken.keywords)[:12])
        right = (
            f"did you mean {meant!r}?" if meant else f"it takes {known} and the like"
        )
        yield _fault("calls-unknown", word.lineno, f"{what}; {right}")


def _too_few(
    program: Program, call: ast.Call, name: str, taken: Taken
) -> Iterator[Fault]:
    if not taken.open_positions and len(call.args) > len(taken.positional):
        takes = f"it takes ({', '.join(taken.positional)})"
        what = f"{name} is given {len(call.args)} values by position; {takes}"
        yield _fault("calls-too-many", call.lineno, what)
        return
    given = {*taken.positional[: len(call.args)], *(one.arg for one in call.keywords)}
    for one in (*taken.required, *_NEEDED.get(name, ())):
        if one not in given:
            yield _missing(program, call, name, one, "")
    if name == "map_" and len(call.args) == 1 and not call.keywords:
        yield _nothing_to_map(program, call)


def _nothing_to_map(program: Program, call: ast.Call) -> Fault:
    value, first = value_for(program, "items", "list", call.lineno, frozenset())
    what = "map_ has no list after its function"
    if not value:
        return _fault("calls-missing", call.lineno, f"{what}; give it one")
    more = copy(call)
    more.args = [*call.args, ast.Name(id=value, ctx=ast.Load())]
    right = write(ast.unparse(more), program.text(call), call.lineno)
    return _fault("calls-missing", call.lineno, f"{what}; {_both(first, right)}")


def _missing(
    program: Program, call: ast.Call, callee: str, name: str, annotation: str
) -> Fault:
    what = f"{callee}() is given no {name!r}"
    value, first = _example(program, call, name), ""
    if not value:
        used = {one.id for one in ast.walk(call) if isinstance(one, ast.Name)}
        but = frozenset(used)
        value, first = value_for(program, name, annotation, call.lineno, but)
    if not value:
        if program.called(call):
            return _fault("calls-missing", call.lineno, f"{what}; give it one")
        value = _parameter(program, name, annotation)
    right = with_keyword(program, call, name, value)
    return _fault("calls-missing", call.lineno, f"{what}; {_both(first, right)}")


def _parameter(program: Program, name: str, annotation: str) -> str:
    """Return a parameter of the workflow, which a value is that nothing makes."""
    alias = min(program.aliases, default="couler")
    kind = f", type={annotation}" if annotation in _PLAIN else ""
    return f"{alias}.parameter({name!r}{kind})"


def _example(program: Program, call: ast.Call, name: str) -> str:
    """Return what an argument of the package's may look like; other calls go first."""
    callee = program.called(call)
    if not callee:
        return ""
    if name == "name":
        own = [one.name for one in program.kept if one.value is call]
        return repr(own[0].replace("_", "-")) if own else _EXAMPLES[name]
    for other in program.calls:
        if program.called(other) != callee:
            continue
        for word in other.keywords:
            if word.arg == name and isinstance(word.value, ast.Constant):
                return ast.unparse(word.value)
        if name == "image" and other.args:
            return ast.unparse(other.args[0])
    return _EXAMPLES.get(name, "")


def _both(first: str, second: str) -> str:
    return f"{first}, and {second}" if first else second


def _is_open(call: ast.Call) -> bool:
    starred = any(isinstance(one, ast.Starred) for one in call.args)
    return starred or any(word.arg is None for word in call.keywords)


def _fault(rule: str, line: int, what: str) -> Fault:
    return Fault(check=Check.NAMES, rule=rule, line=line, what=what)
