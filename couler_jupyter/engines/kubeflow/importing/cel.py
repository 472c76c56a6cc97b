"""Conditions of tasks, written in CEL, as conditions of the IR; those that have words.

Source: https://github.com/google/cel-spec/blob/master/doc/langdef.md
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import TypeAlias

from couler_jupyter.engines.kube.reading.fields import NoWord
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    Constant,
    Not,
    Operator,
    Value,
)

InputValue: TypeAlias = Callable[[str], Value | None]
"""What an input of the task is given, by its name."""

_TOKEN = re.compile(
    r"\s*(?:(?P<input>inputs\.parameter_values\[(?P<q>['\"])(?P<name>[^'\"\]]+)(?P=q)\])"
    r"|(?P<text>'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")"
    r"|(?P<number>-?[0-9]+(?:\.[0-9]+)?)"
    r"|(?P<word>true|false|int|double|string)\b"
    r"|(?P<sign>&&|\|\||==|!=|<=|>=|<|>|!|\(|\)))"
)
_SIGNS = frozenset(str(one) for one in Operator)
_DEEPEST = 50


def read_condition(text: str, value: InputValue) -> Condition:
    """Return a condition.

    Raises:
        NoWord: it is none, or the IR has no word for a part of it.
    """
    reader = _Reader(text, value)
    found = reader.either(0)
    reader.expect("")
    return found


class _Reader:
    """Reads one condition, sign by sign."""

    def __init__(self, text: str, value: InputValue) -> None:
        self._text = text
        self._value = value
        self._at = 0

    def either(self, depth: int) -> Condition:
        terms = [self._both(depth)]
        while self._take("||"):
            terms.append(self._both(depth))
        return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))

    def expect(self, sign: str) -> None:
        if sign and self._take(sign):
            return
        if sign or self._text[self._at :].strip():
            raise NoWord(f"the condition goes on with {self._text[self._at :][:20]!r}")

    def _both(self, depth: int) -> Condition:
        terms = [self._one(depth)]
        while self._take("&&"):
            terms.append(self._one(depth))
        return terms[0] if len(terms) == 1 else AllOf(tuple(terms))

    def _one(self, depth: int) -> Condition:
        if depth > _DEEPEST:
            raise NoWord("the condition is nested too deeply")
        if self._take("!"):
            return Not(self._one(depth + 1))
        if self._take("("):
            inner = self.either(depth + 1)
            self.expect(")")
            return inner
        left = self._operand()
        sign = self._next("sign")
        if sign not in _SIGNS:
            raise NoWord("values are compared by == != < <= > >=")
        return Compare(left, Operator(sign), self._operand())

    def _operand(self) -> Value:
        match = self._match()
        self._at = match.end()
        if match["input"]:
            found = self._value(match["name"])
            if found is None:
                raise NoWord(f"the task is given no {match['name']!r}")
            return found
        if match["text"]:
            return Constant.of(_plain(match["text"]))
        if match["number"]:
            return Constant.of(json.loads(match["number"]))
        if match["word"] in ("true", "false"):
            return Constant.of(match["word"] == "true")
        if match["word"]:  # values are compared as what they read as
            self.expect("(")
            inner = self._operand()
            self.expect(")")
            return inner
        raise NoWord("a value must stand in the condition")

    def _take(self, sign: str) -> bool:
        match = _TOKEN.match(self._text, self._at)
        if match is None or match["sign"] != sign:
            return False
        self._at = match.end()
        return True

    def _next(self, kind: str) -> str:
        match = self._match()
        self._at = match.end()
        return match[kind] or ""

    def _match(self) -> re.Match[str]:
        match = _TOKEN.match(self._text, self._at)
        if match is None:
            raise NoWord(f"{self._text[self._at :][:20]!r} has no word here")
        return match


def _plain(quoted: str) -> str:
    """Return what a quoted text of CEL is."""
    inner = quoted[1:-1].replace("\\'", "'")
    if quoted[0] == "'":
        inner = re.sub(r'(?<!\\)"', r"\"", inner)
    try:
        return str(json.loads(f'"{inner}"'))
    except ValueError:
        raise NoWord(f"{quoted[:20]} is no text") from None
