"""The text of a script that runs one function."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

from couler_jupyter.engines.kube.runner.values import LONGEST
from couler_jupyter.ir import ValueType

Kind: TypeAlias = ValueType | Literal["artifact"]
_OWN = "couler_jupyter."
_LONGEST = re.compile("^LONGEST = .*$", re.MULTILINE)
_QUOTES = re.compile(r"'(?='')|'\Z")
"""Quotes that would end a text between three of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """What one parameter of the function is given.

    Attributes:
        name: of the parameter.
        type: what its text is read as, or `artifact` for the path of a file.
        port: what the engine calls it, where it is a parameter there.
        path: of the artifact; or of the folder that holds the value, if it is there.
        choices: JSON texts of the only values it may have, if there are any.
    """

    name: str
    type: Kind
    port: str = ""
    path: str = ""
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """One output, taken from what the function returns.

    Attributes:
        name: of the output.
        type: what kind of value it is, or `artifact` if it is the path of a file.
        path: where its text is written, or the file is put.
        part: which part of the value it is.
        pickle: the folder made for what is no plain data or too long for a parameter;
            empty if there is to be none.
        plain: whether it must be plain data, for uses that take nothing else.
        optional: whether the part or the file may be missing.
        choices: JSON texts of the only values it may have, if there are any.
    """

    name: str
    type: Kind
    path: str
    part: tuple[str | int, ...] = ()
    pickle: str = ""
    plain: bool = False
    optional: bool = False
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One function to call.

    Attributes:
        source: a module that defines it.
        function: its name.
        requirements: packages it needs, as pip writes them.
        values: a file with the texts of its parameters: a JSON list of objects, each
            with `name` and `value`.
        inputs: its parameters.
        outputs: what is taken from its value.
        folders: made before it is called.
    """

    source: str
    function: str
    requirements: tuple[str, ...] = ()
    values: str = ""
    inputs: tuple[Given, ...] = ()
    outputs: tuple[Left, ...] = ()
    folders: tuple[str, ...] = ()


def script_of(task: Task, program: str = "") -> str:
    """Return a script for Python 3.8 or newer; no `{{` is in it.

    Args:
        task: what it runs.
        program: a file with `whole_program`, where the script shall not hold what it
            needs of that itself.
    """
    needs = tuple(_needs(task))
    modules = dict.fromkeys(_MODULES[name] for name in needs)
    parts = ", ".join(f'"{name}": {name}' for name in needs)
    own = "SOURCES.append(SOURCE)\n" if "pickles" in modules else ""
    if program:
        text = f"with open({program!r}, encoding='utf-8') as file:\n    {_EXEC}"
    else:
        text = _program(("values", "calling", *modules))
    return (
        f"SOURCE = {_lines(task.source)}\nSTEP = {_step(task)}\n\n{text}\n\n\n"
        f"{own}sys.exit(run(SOURCE, STEP, {{{parts}}}))\n"
    )


_EXEC = "exec(compile(file.read(), file.name, 'exec'))"


def whole_program(longest: int = LONGEST) -> str:
    """Return the text of all that any script needs; no `{{` is in it.

    Args:
        longest: characters of a value's text that the engine passes as a parameter.
    """
    text = _program(("values", "calling", *dict.fromkeys(_MODULES.values())))
    return _LONGEST.sub(f"LONGEST = {longest}", text, count=1)


_MODULES = {
    "lacks": "requirements",
    "pickled": "pickles",
    "unpickled": "pickles",
    "keep_file": "files",
}
"""Which module has which function that not all scripts need."""


def _needs(task: Task) -> Iterator[str]:
    if task.requirements:
        yield "lacks"
    if any(one.pickle for one in task.outputs):
        yield "pickled"
    if any(one.path and one.type != "artifact" for one in task.inputs):
        yield "unpickled"
    if any(one.type == "artifact" for one in task.outputs):
        yield "keep_file"


def _step(task: Task) -> str:
    lines = [
        f"    'function': {_literal(task.function)},",
        f"    'requirements': {_literal(list(task.requirements))},",
        f"    'values': {_literal(task.values)},",
        f"    'inputs': {_several(map(_given, task.inputs))},",
        f"    'outputs': {_several(map(_left, task.outputs))},",
        f"    'folders': {_literal(list(task.folders))},",
    ]
    return "\n".join(("{", *lines, "}"))


def _given(one: Given) -> dict[str, object]:
    return _said(
        name=one.name,
        type=str(one.type),
        port=one.port,
        path=one.path,
        choices=list(one.choices),
    )


def _left(one: Left) -> dict[str, object]:
    return _said(
        name=one.name,
        type=str(one.type),
        path=one.path,
        part=list(one.part),
        pickle=one.pickle,
        plain=one.plain,
        optional=one.optional,
        choices=list(one.choices),
    )


def _said(**fields: object) -> dict[str, object]:
    return {name: value for name, value in fields.items() if value}


def _several(values: Iterable[dict[str, object]]) -> str:
    lines = [f"        {_literal(value)},\n" for value in values]
    return f"[\n{''.join(lines)}    ]" if lines else "[]"


def _literal(value: object) -> str:
    """Return a value as Python writes it, in ASCII and without `{{`."""
    return ascii(value).replace("{{", "{\\x7b")


def _lines(text: str) -> str:
    """Return a text as a Python literal that stands line by line."""
    plain = text.replace("\\", "\\\\").replace("{{", "{\\x7b")
    plain = _QUOTES.sub("\\\\'", plain)
    shown = "".join(
        one if one.isprintable() or one in "\n\t" else ascii(one)[1:-1] for one in plain
    )
    return f"'''\\\n{shown}'''"


@cache
def _program(parts: tuple[str, ...]) -> str:
    """Return the text of some modules of this package, their imports first."""
    imports: dict[str, None] = {}
    bodies: list[str] = []
    for part in parts:
        text = Path(__file__).with_name(f"{part}.py").read_text("utf-8")
        lines = text.splitlines()
        first, *others = ast.parse(text).body
        start = first.end_lineno or 0
        for node in others:
            if not isinstance(node, ast.Import | ast.ImportFrom):
                break
            start = node.end_lineno or start
            if not any(name.startswith(_OWN) for name in _modules(node)):
                imports[ast.unparse(node)] = None
        bodies.append("\n".join(lines[start:]).strip("\n"))
    return "\n".join((*sorted(imports), "", "\n\n\n".join(bodies)))


def _modules(node: ast.Import | ast.ImportFrom) -> Iterator[str]:
    if isinstance(node, ast.ImportFrom):
        yield node.module or ""
    else:
        yield from (name.name for name in node.names)
