"""JSON text into plain objects, with the place of every key and value.

YAML readers take most JSON, but not all of it: escaped pairs of surrogates, and keys of
more than 1,024 characters. So what is JSON is read as JSON.
"""

from __future__ import annotations

import math
import re
from bisect import bisect_right
from json.decoder import JSONDecodeError, scanstring  # type: ignore[attr-defined]
from typing import Any

from couler_jupyter.engines.kube.places import Mark, Marks, mark

_SPACE = re.compile(r"[ \t\r\n]*")
_WORD = re.compile(
    r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][-+]?[0-9]+)?|true|false|null"
)
_WORDS = {"true": True, "false": False, "null": None}
_HALF = re.compile("[\ud800-\udfff]")
_LONGEST_NUMBER = 400


class NoJson(ValueError):
    """The text is no JSON.

    Attributes:
        at: how many characters come before the fault.
    """

    def __init__(self, what: str, at: int) -> None:
        self.what = what
        self.at = at
        super().__init__(what)


class JsonReader:
    """Reads one JSON text.

    Attributes:
        doubles: paths of keys that stand twice in one object, with where they stand
            again.
    """

    def __init__(self, text: str, deepest: int) -> None:
        self._text = text
        self._deepest = deepest
        self._lines = [0, *(m.end() for m in re.finditer("\n", text))]
        self.doubles: list[tuple[tuple[str | int, ...], Mark]] = []

    def read(self) -> tuple[Any, Marks]:
        """Return the value and its marks.

        Raises:
            NoJson: where the text stops being JSON.
        """
        value, marks, at = self._value(self._skip(0), ())
        at = self._skip(at)
        if at != len(self._text):
            raise NoJson("there is more after the end of the value", at)
        return value, marks

    def mark_at(self, at: int) -> Mark:
        """Return the place of a character."""
        line = bisect_right(self._lines, at) - 1
        return mark(line, at - self._lines[line])

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        assert found is not None
        return found.end()

    def _value(self, at: int, path: tuple[str | int, ...]) -> tuple[Any, Marks, int]:
        here = self.mark_at(at)
        match self._text[at : at + 1]:
            case '"':
                value, end = self._string(at)
                return value, here, end
            case "{" | "[" if len(path) >= self._deepest:
                raise NoJson(f"more than {self._deepest} levels deep", at)
            case "{":
                return self._object(at, here, path)
            case "[":
                return self._array(at, here, path)
            case _:
                value, end = self._word(at)
                return value, here, end

    def _object(
        self, at: int, here: Mark, path: tuple[str | int, ...]
    ) -> tuple[Any, Marks, int]:
        values: dict[str, Any] = {}
        marks: dict[str, tuple[Mark, Marks]] = {}
        at = self._skip(at + 1)
        while self._text[at : at + 1] != "}":
            if values:
                at = self._skip(self._expect(",", at))
            key_at = at
            if self._text[at : at + 1] != '"':
                raise NoJson("a key must be a text in double quotes", at)
            key, at = self._string(at)
            if key in values:
                self.doubles.append(((*path, key), self.mark_at(key_at)))
            at = self._skip(self._expect(":", self._skip(at)))
            value, inner, at = self._value(at, (*path, key))
            values[key] = value
            marks[key] = self.mark_at(key_at), inner
            at = self._skip(at)
        return values, (here, marks), at + 1

    def _array(
        self, at: int, here: Mark, path: tuple[str | int, ...]
    ) -> tuple[Any, Marks, int]:
        values: list[Any] = []
        marks: list[Marks] = []
        at = self._skip(at + 1)
        while self._text[at : at + 1] != "]":
            if values:
                at = self._skip(self._expect(",", at))
            value, inner, at = self._value(at, (*path, len(values)))
            values.append(value)
            marks.append(inner)
            at = self._skip(at)
        return values, (here, marks), at + 1

    def _expect(self, sign: str, at: int) -> int:
        if self._text[at : at + 1] != sign:
            raise NoJson(f"{sign!r} must stand here", at)
        return at + 1

    def _string(self, at: int) -> tuple[str, int]:
        try:
            value, end = scanstring(self._text, at + 1, True)
        except JSONDecodeError as error:
            raise NoJson(error.msg.lower(), error.pos) from None
        if not value.isascii() and _HALF.search(value):
            raise NoJson("half of a surrogate pair", at)
        return value, end

    def _word(self, at: int) -> tuple[Any, int]:
        found = _WORD.match(self._text, at)
        if found is None:
            raise NoJson("a value must stand here", at)
        word = found[0]
        if word in _WORDS:
            return _WORDS[word], found.end()
        if len(word) > _LONGEST_NUMBER:
            raise NoJson(f"a number of more than {_LONGEST_NUMBER} digits", at)
        if found[2] is None and found[3] is None:
            return int(word), found.end()
        value = float(word)
        if math.isinf(value):
            raise NoJson("a number must be finite", at)
        return value, found.end()
