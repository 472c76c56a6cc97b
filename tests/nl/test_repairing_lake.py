"""Faults that nobody wrote: examples of the Code Lake, spoilt by rule, are repaired."""

from __future__ import annotations

import ast
import random
from collections.abc import Iterator

from couler_jupyter.llm import Message
from couler_jupyter.nl.attempting import told
from couler_jupyter.nl.checking import check
from couler_jupyter.nl.checking.api import public_names
from couler_jupyter.nl.checking.program import Program
from couler_jupyter.nl.generating import tidy
from couler_jupyter.nl.lake import Lake
from couler_jupyter.nl.prompting import fenced
from tests.nl.literal_model import follow
from tests.nl.trying_here import try_here

_EVERY = 3
"""Of the lake's entries, one of so many is spoilt."""
_OTHER = {"list": "3", "dict": "'abc'", "str": "7", "int": "'7'", "float": "'0.5'"}


def _spoilt(code: str, chance: random.Random) -> Iterator[tuple[str, str]]:
    """Yield a program with one fault of each class that it has room for."""
    program = Program(code)
    yield from _misspelt(program, chance)
    yield from _forgotten(program, chance)
    yield from _wrongly_called(program, chance)


def _misspelt(program: Program, chance: random.Random) -> Iterator[tuple[str, str]]:
    uses = [
        node
        for node in ast.walk(program.tree)
        if isinstance(node, ast.Attribute) and len(program.meant(node)) > 3
    ]
    if uses:
        node = chance.choice(uses)
        place = chance.randrange(1, len(node.attr) - 1)
        name = node.attr[:place] + node.attr[place + 1 :]
        if name not in public_names():
            yield "wrong name", _with(program.code, node, f"couler.{name}")


def _forgotten(program: Program, chance: random.Random) -> Iterator[tuple[str, str]]:
    names = [one for one in ast.walk(program.tree) if isinstance(one, ast.Name)]
    used = {one.id for one in names if isinstance(one.ctx, ast.Load)}
    kept = [
        node
        for node in program.tree.body
        if isinstance(node, ast.Assign)
        and isinstance(node.value, ast.Call)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id in used
        and program.makes_step(node.value)
    ]
    if kept:
        node = chance.choice(kept)
        text = ast.get_source_segment(program.code, node.value) or ""
        yield "missing dependency", _with(program.code, node, text)


def _wrongly_called(
    program: Program, chance: random.Random
) -> Iterator[tuple[str, str]]:
    calls = [one for one in program.calls if one.args and not one.keywords]
    for call in chance.sample(calls, len(calls)):
        signature = program.signature(call)
        if signature is None or not signature.step:
            continue
        parameter = signature.parameters[len(call.args) - 1]
        kind = parameter.annotation.partition("[")[0]
        last = call.args[-1]
        if parameter.required:
            less = ast.Call(func=call.func, args=call.args[:-1], keywords=[])
            yield "missing argument", _with(program.code, call, ast.unparse(less))
        if kind in _OTHER and isinstance(last, ast.Name | ast.Constant):
            yield "wrong type", _with(program.code, last, _OTHER[kind])
        return


def _with(code: str, node: ast.expr | ast.stmt, new: str) -> str:
    lines = [line.encode() + b"\n" for line in code.split("\n")]
    start = sum(map(len, lines[: node.lineno - 1])) + node.col_offset
    end_line = node.end_lineno or node.lineno
    end = sum(map(len, lines[: end_line - 1])) + (node.end_col_offset or 0)
    text = b"".join(lines)
    return (text[:start] + new.encode() + text[end:]).decode().rstrip("\n")


def _is_repaired(code: str) -> bool:
    """Follow what is said of a program, three times at the most."""
    report, workflow = check(code, "wf", try_program=try_here)
    for _ in range(3):
        if workflow is not None:
            return True
        said = Message("user", told(report))
        answer = follow((Message("assistant", fenced(code)), said))
        code = answer.partition("\n")[2].rpartition("\n")[0]
        report, workflow = check(code, "wf", try_program=try_here)
    return workflow is not None


def test_spoilt_examples_are_repaired_by_what_is_said_of_them() -> None:
    chance = random.Random(7)
    outcomes: list[tuple[str, str, bool]] = []
    for entry in Lake.builtin().entries[::_EVERY]:
        code = tidy(entry.code)
        if check(code, "wf", try_program=try_here)[1] is None:
            continue  # it is for a cluster
        for kind, spoilt in _spoilt(code, chance):
            if check(spoilt, "wf", try_program=try_here)[1] is None:
                outcomes.append((entry.name, kind, _is_repaired(spoilt)))
    missed = [(name, kind) for name, kind, repaired in outcomes if not repaired]
    assert len(outcomes) >= 50
    assert len(missed) / len(outcomes) <= 0.1, missed
