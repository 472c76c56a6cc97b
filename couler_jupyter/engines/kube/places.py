"""Where in a text each value and key of a document stands, found by its path.

Places are asked for seldom (something is wrong) and kept for every value, so they are
kept packed: one whole number a place, beside the values and of the same shape.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

Path: TypeAlias = tuple[str | int, ...]
"""Keys and positions from the top of a document: `("spec", "templates", 0)`."""

Mark: TypeAlias = int
"""A place in one number: the line above, the column in the lower bits; both from 0."""

KeyedMarks: TypeAlias = "dict[str, tuple[Mark, Marks]]"
Marks: TypeAlias = "Mark | tuple[Mark, KeyedMarks | list[Marks]]"
"""Where a value stands and, of a mapping or list, where what is in it stands."""

_COLUMN = 32


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A line and a column of a text; both count from 1."""

    line: int
    column: int

    def __str__(self) -> str:
        return f"line {self.line}, column {self.column}"


def mark(line: int, column: int) -> Mark:
    """Return a place (counted from 0) in one number."""
    return line << _COLUMN | column


def place_of(marked: Mark) -> Place:
    """Return the place (counted from 1) that a number stands for."""
    return Place((marked >> _COLUMN) + 1, (marked & (1 << _COLUMN) - 1) + 1)


def find(marks: Marks, path: Path, *, key: bool = False) -> Place:
    """Return where the value at `path` stands, or its key.

    What is not in the text (a field that is missing) stands where the innermost that
    is in the text stands: at the key of it, which is what a reader looks for.
    """
    above = marks if isinstance(marks, int) else marks[0]
    for at, name in enumerate(path):
        if isinstance(marks, int):
            return place_of(above)
        inside = marks[1]
        if isinstance(inside, dict):
            found = inside.get(name) if isinstance(name, str) else None
            if found is None:
                return place_of(above)
            above, marks = found
        else:
            if not isinstance(name, int) or not 0 <= name < len(inside):
                return place_of(above)
            marks = inside[name]
            above = marks if isinstance(marks, int) else marks[0]
        if at == len(path) - 1 and key:
            return place_of(above)
    return place_of(marks if isinstance(marks, int) else marks[0])
