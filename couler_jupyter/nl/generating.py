"""Steps 2 and 3: what the Code Lake has for each module, and a program made of it.

Small wishes are written in one answer, which costs least. Large ones are written module
by module, as lines 2 to 5 of the paper's Algorithm 1 have it, then joined.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from couler_jupyter.llm import Answer, Message
from couler_jupyter.nl.asking import Talk
from couler_jupyter.nl.lake import Entry, Lake
from couler_jupyter.nl.modules import Module
from couler_jupyter.nl.prompting import as_data, prompt
from couler_jupyter.nl.proposal import Wish

MOST_AT_ONCE = 8
"""Modules that are written in one answer; more are written one by one."""
MOST_TOKENS = 3_000
_MOST_OF_LAKE = 3_600
"""Characters of examples in one prompt."""
_MOST_EXAMPLES = 5
_FENCE = re.compile(
    r"^[ \t]*(?P<ticks>`{3,}|~{3,})[ \t]*(?P<language>[^\s`]*)[^\n]*\n"
    r"(?P<code>.*?)(?:^[ \t]*(?P=ticks)|\Z)",
    re.DOTALL | re.MULTILINE,
)
_PYTHON = frozenset({"", "py", "python", "python3", "ipython"})
_IMPORT = "import couler_jupyter as couler"
_MAGIC = re.compile(r"^\s*%{1,2}\w+.*$", re.MULTILINE)
_QUESTION = re.compile(r"^\W{0,2}QUESTION:\s*(?P<text>\S.*)", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True, slots=True)
class Written:
    """What a model wrote: a program, or a question.

    Attributes:
        code: the program; empty where there is a question.
        question: what has to be known first; empty where there is a program.
        cut: whether the program ended before it was done.
    """

    code: str
    question: str = ""
    cut: bool = False


def retrieve(wish: Wish, modules: Sequence[Module], lake: Lake) -> tuple[Entry, ...]:
    """Return the entries of the Code Lake that are shown, those of most use first."""
    found: dict[str, Entry] = {}
    for hit in lake.find(wish.text, most=2):
        found.setdefault(hit.entry.name, hit.entry)
    for module in modules:
        for hit in lake.find(f"{module.name} {module.does}", (module.kind,), most=1):
            found.setdefault(hit.entry.name, hit.entry)
    return _as_fit(found.values())


def generate(
    wish: Wish, modules: Sequence[Module], entries: Sequence[Entry], talk: Talk
) -> Written:
    """Return a program for a wish.

    Raises:
        ModelFailed: the model could not be reached, refused, or broke off.
        SpendingLimit: the limit of the session is reached.
    """
    if len(modules) > MOST_AT_ONCE:
        return _by_module(wish, modules, entries, talk)
    return ask_code(talk, task_of(wish, modules, entries))


def task_of(
    wish: Wish, modules: Sequence[Module], entries: Sequence[Entry] = ()
) -> tuple[Message, ...]:
    """Return the messages that ask for the whole program."""
    text = prompt(
        "generate",
        wish=wish.text,
        modules=listed(modules),
        data=data_of(wish, entries),
    )
    return opening(text)


def opening(text: str) -> tuple[Message, ...]:
    """Return the messages that begin a talk about a program."""
    return Message("system", prompt("dsl")), Message("user", text)


def ask_code(talk: Talk, messages: Sequence[Message]) -> Written:
    """Return the program that a model answers with.

    Raises:
        ModelFailed: the model could not be reached, refused, or broke off.
        SpendingLimit: the limit of the session is reached.
    """
    return read_answer(talk.ask(messages, most_tokens=MOST_TOKENS))


def read_answer(answer: Answer) -> Written:
    """Return what an answer holds: its fences of Python, or all of it where it has none."""
    blocks = [
        found["code"].strip("\n")
        for found in _FENCE.finditer(answer.text)
        if found["language"].lower() in _PYTHON
    ]
    asked = _QUESTION.search(answer.text)
    if asked is not None and not blocks:
        return Written("", " ".join(asked["text"].split()))
    code = "\n\n".join(blocks) if blocks else answer.text
    return Written(tidy(code), cut=answer.cut)


def tidy(code: str) -> str:
    r"""Return a program as it stands in a cell: no magics, and the package imported.

    >>> print(tidy("%%couler x\ncouler.run_container('busybox')"))
    import couler_jupyter as couler
    <BLANKLINE>
    couler.run_container('busybox')
    """
    plain = _MAGIC.sub("", code.replace("\r\n", "\n")).strip()
    try:
        tree = ast.parse(plain)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return plain
    names = {one.id for one in ast.walk(tree) if isinstance(one, ast.Name)}
    if "couler" not in names or _binds_couler(tree):
        return plain
    lines = plain.split("\n")
    first = _first_line(tree)
    head, rest = "\n".join(lines[:first]), "\n".join(lines[first:])
    return "\n\n".join(filter(None, [head, _IMPORT, rest.strip("\n")]))


def listed(modules: Iterable[Module]) -> str:
    """Return modules as lines of a prompt."""
    return "\n".join(_line(one) for one in modules)


def data_of(wish: Wish, entries: Iterable[Entry]) -> str:
    """Return what the notebook holds and what the lake has, marked as data."""
    examples = [
        (f"example {entry.name!r}: {entry.intent}", entry.code) for entry in entries
    ]
    return as_data([("what the notebook holds", wish.context), *examples])


def _line(module: Module) -> str:
    after = f" (after {', '.join(module.needs)})" if module.needs else ""
    return f"- {module.name} [{module.kind}]{after}: {module.does}"


def _as_fit(entries: Iterable[Entry]) -> tuple[Entry, ...]:
    """Return as many entries as a prompt has room for."""
    chosen: list[Entry] = []
    room = _MOST_OF_LAKE
    for entry in entries:
        size = len(entry.code) + len(entry.intent)
        if size <= room and len(chosen) < _MOST_EXAMPLES:
            chosen.append(entry)
            room -= size
    return tuple(chosen)


def _by_module(
    wish: Wish, modules: Sequence[Module], entries: Sequence[Entry], talk: Talk
) -> Written:
    pieces: list[str] = []
    for module in modules:
        own = [one for one in entries if module.kind in one.kinds][:1]
        text = prompt(
            "module",
            wish=wish.text,
            module=_line(module),
            signatures=_signatures(pieces),
            data=data_of(wish, own),
        )
        written = ask_code(talk, opening(text))
        if written.question or written.cut:
            return written
        pieces.append(_without_import(written.code))
    text = prompt(
        "join",
        wish=wish.text,
        modules=listed(modules),
        signatures=_signatures(pieces),
        data=data_of(wish, entries[:1]),
    )
    joined = ask_code(talk, opening(text))
    if joined.question:
        return joined
    code = "\n\n".join([*pieces, _without_import(joined.code)])
    return Written(tidy(code), cut=joined.cut)


def _signatures(pieces: Iterable[str]) -> str:
    """Return the heads of the functions in some pieces of a program."""
    heads: list[str] = []
    for piece in pieces:
        try:
            tree = ast.parse(piece)
        except SyntaxError:
            continue
        for node in tree.body:
            if isinstance(node, ast.FunctionDef):
                gives = f" -> {ast.unparse(node.returns)}" if node.returns else ""
                heads.append(f"def {node.name}({ast.unparse(node.args)}){gives}: ...")
    return "\n".join(heads) or "(none)"


def _without_import(code: str) -> str:
    return re.sub(rf"(?m)^{_IMPORT}\n*", "", code).strip()


def _first_line(tree: ast.Module) -> int:
    """Return how many lines have to stay first: a docstring, what is of the future."""
    last = 0
    for node in tree.body:
        match node:
            case ast.Expr(value=ast.Constant(value=str())):
                last = node.end_lineno or last
            case ast.ImportFrom(module="__future__"):
                last = node.end_lineno or last
            case _:
                break
    return last


def _binds_couler(tree: ast.Module) -> bool:
    names = (
        alias.asname or alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.Import)
        for alias in node.names
    )
    return "couler" in names
