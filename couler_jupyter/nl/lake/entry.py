"""One entry of the Code Lake: what somebody may want, and an example of how it is written.

    ---
    name: load-csv
    intent: Load a table from a CSV file
    synonyms: read a spreadsheet; import comma separated values
    kinds: loading
    tags: csv, file
    ---

    ```python
    @couler.step
    def load(file: couler.Artifact) -> list:
        ...
    ```

An entry is data. Its example is parsed to see that it is Python, and never executed.
"""

from __future__ import annotations

import ast
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import nearest
from couler_jupyter.nl.modules import Kind

LARGEST: Final = 1 << 14
"""Characters of an entry at the most: it goes into prompts."""
NAME: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
_ENTRY = re.compile(r"---\n(.*?)\n---\s*```python\n(.*?)\n?```\s*", re.DOTALL)
_FENCE = re.compile(r"^```", re.MULTILINE)
_KEYS: Final = ("name", "intent", "synonyms", "kinds", "tags", "step", "gives")
_NEEDED: Final = ("name", "intent", "kinds")


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One example.

    Attributes:
        name: lower-case letters, digits and hyphens; unlike that of any other entry.
        intent: what somebody wants who needs it, in one sentence.
        synonyms: other words for the intent.
        kinds: of modules that it is an example of.
        tags: words it is also found by.
        code: what stands in a cell below `%%couler NAME`.
        step: the function in it that drafts take; empty for none.
        gives: what that function returns, in words that other steps' parameters have.
    """

    name: str
    intent: str
    code: str
    synonyms: tuple[str, ...] = ()
    kinds: tuple[Kind, ...] = ()
    tags: tuple[str, ...] = ()
    step: str = ""
    gives: tuple[str, ...] = ()


def read_entry(text: str, where: str) -> Entry:
    """Return the entry that a text is.

    Args:
        text: the head between two lines of `---`, then one fence with Python.
        where: its file or cell, for messages.

    Raises:
        InvalidDocument: it is no entry; in one line, with what would be right.
    """
    if len(text) > LARGEST:
        raise _wrong(where, f"has {len(text)} characters; at most {LARGEST} are read")
    _check_characters(text, where)
    found = _ENTRY.fullmatch(text.replace("\r\n", "\n").strip() + "\n")
    if found is None or _FENCE.search(found[2]):
        raise _wrong(
            where, "must be a head between lines of --- and one ```python fence"
        )
    head, code = _head(found[1], where), found[2].strip("\n")
    entry = Entry(
        name=_name(head["name"], where),
        intent=head["intent"],
        code=code,
        synonyms=_many(head.get("synonyms", ""), ";"),
        kinds=tuple(_kind(one, where) for one in _many(head["kinds"], ",")),
        tags=_many(head.get("tags", ""), ","),
        step=head.get("step", ""),
        gives=_many(head.get("gives", ""), ","),
    )
    _check_code(entry, where)
    return entry


def write_entry(entry: Entry) -> str:
    """Return the text that `read_entry` reads as this entry."""
    head = {
        "name": entry.name,
        "intent": entry.intent,
        "synonyms": "; ".join(entry.synonyms),
        "kinds": ", ".join(entry.kinds),
        "tags": ", ".join(entry.tags),
        "step": entry.step,
        "gives": ", ".join(entry.gives),
    }
    lines = [f"{key}: {value}" for key, value in head.items() if value]
    return "\n".join(["---", *lines, "---", "", "```python", entry.code, "```", ""])


def _head(text: str, where: str) -> Mapping[str, str]:
    head: dict[str, str] = {}
    for line in text.splitlines():
        key, colon, value = (part.strip() for part in line.partition(":"))
        if not colon or not value:
            raise _wrong(where, f"head has {line!r}; write KEY: VALUE")
        if key not in _KEYS:
            raise _wrong(where, f"head has no {key!r}{nearest(key, _KEYS)}")
        if key in head:
            raise _wrong(where, f"head has {key!r} twice")
        head[key] = value
    for key in _NEEDED:
        if key not in head:
            raise _wrong(where, f"head lacks {key!r}")
    return head


def _name(given: str, where: str) -> str:
    if not NAME.fullmatch(given):
        raise _wrong(
            where, f"name {given!r} must be lower-case letters, digits and hyphens"
        )
    return given


def _kind(given: str, where: str) -> Kind:
    try:
        return Kind(given)
    except ValueError:
        known = [one.value for one in Kind]
        raise _wrong(where, f"no kind {given!r}{nearest(given, known)}") from None


def _many(given: str, separator: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in given.split(separator) if one.strip())


def _check_characters(text: str, where: str) -> None:
    """Refuse what is not seen: it reads otherwise than it looks.

    Raises:
        InvalidDocument: there is a control or formatting character.
    """
    for one in text:
        if one not in "\n\r\t" and unicodedata.category(one) in ("Cc", "Cf"):
            raise _wrong(
                where, f"has the character U+{ord(one):04X}, which is not seen"
            )


def _check_code(entry: Entry, where: str) -> None:
    if not entry.code.strip():
        raise _wrong(where, "example is empty")
    try:
        tree = ast.parse(entry.code)
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        line = f", line {error.lineno}" if isinstance(error, SyntaxError) else ""
        what = error.msg if isinstance(error, SyntaxError) else type(error).__name__
        raise _wrong(where, f"example is no Python{line}: {what}") from None
    functions = {one.name for one in tree.body if isinstance(one, ast.FunctionDef)}
    if entry.step and entry.step not in functions:
        raise _wrong(where, f"example has no function {entry.step!r}")


def _wrong(where: str, what: str) -> InvalidDocument:
    return InvalidDocument(f"{where}: {what}")
