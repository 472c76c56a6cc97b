"""What is wrong with a program's text before it is read as Python."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from couler_jupyter.nl.gate.found import Found

MOST_CHARACTERS = 16_384
MOST_LINES = 600
LONGEST_LINE = 2_000
_CODING = re.compile(r"^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+)")
_MAGIC = re.compile(r"\s*(?:[!%?]|In \[\d+\]:|>>>)")
_UNSEEN_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_UNSEEN = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
_SELECTORS = re.compile("[\ufe00-\ufe0e\U000e0100-\U000e01ef]")
_PLAIN_SPACE = frozenset("\n\t")
_UTF8 = frozenset({"utf-8", "utf8"})


def size_finds(code: str) -> Iterator[Found]:
    """Yield a find if a program is too big to be looked at."""
    if len(code) > MOST_CHARACTERS:
        yield Found(
            "gate-size",
            f"{len(code)} characters are too many for a cell; {MOST_CHARACTERS} at the "
            "most: read data in a step",
        )
        return
    lines = code.splitlines()
    if len(lines) > MOST_LINES:
        yield Found("gate-size", f"{len(lines)} lines; {MOST_LINES} at the most")
    for number, line in enumerate(lines, 1):
        if len(line) > LONGEST_LINE:
            yield Found(
                "gate-size",
                f"{len(line)} characters in a line; {LONGEST_LINE} at the most: "
                "read data in a step",
                number,
            )


def letter_finds(code: str) -> Iterator[Found]:
    """Yield what is wrong with a program's characters and lines."""
    yield from _unseen_finds(code)
    for number, line in enumerate(code.split("\n"), 1):
        coding = _CODING.match(line) if number <= 2 else None
        if coding is not None and coding[1].lower() not in _UTF8:
            yield Found("gate-encoding", f"leave out coding {coding[1]!r}", number)


def magic_finds(code: str, inside: frozenset[int]) -> Iterator[Found]:
    """Yield lines that IPython would not take for Python.

    Args:
        code: the program.
        inside: numbers of the lines that start inside of a text.
    """
    for number, line in enumerate(code.split("\n"), 1):
        if number not in inside and _MAGIC.match(line):
            yield Found(
                "gate-magic",
                f"no line may start as {line.strip()[:12]!r} does: write plain Python, "
                "and commands as couler.run_container",
                number,
            )


def unseen(text: str) -> str:
    """Return the names of the characters in a text that cannot be seen, or nothing."""
    if text.isascii() and text.isprintable():
        return ""
    bad = {c for c in text if c not in _PLAIN_SPACE and _is_unseen(c)}
    return ", ".join(sorted(f"U+{ord(c):04X}" for c in bad)[:5])


def _is_unseen(character: str) -> bool:
    return (
        unicodedata.category(character) in _UNSEEN_CATEGORIES
        or character in _UNSEEN
        or _SELECTORS.match(character) is not None
    )


def _unseen_finds(code: str) -> Iterator[Found]:
    if code.isascii() and code.replace("\n", "").replace("\t", "").isprintable():
        return
    for number, line in enumerate(code.split("\n"), 1):
        if names := unseen(line):
            yield Found(
                "gate-invisible",
                f"{names} cannot be seen; write such characters as an escape in a text, "
                "or leave them out",
                number,
            )
