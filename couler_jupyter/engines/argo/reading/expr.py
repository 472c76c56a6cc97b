"""The part of expr-lang that conditions and texts of workflows are written in, as trees.

https://expr-lang.org/docs/language-definition
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TypeAlias

from couler_jupyter.engines.argo.reading.boolean import Tokens, Unreadable

LONGEST = 100_000


@dataclass(frozen=True, slots=True)
class Name:
    """A variable and the fields of it that are taken: `tasks['fit'].outputs.result`."""

    path: tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Literal:
    """A text, a number, a truth value or nothing."""

    value: str | int | float | bool | None


@dataclass(frozen=True, slots=True)
class Call:
    """A function of some values; of a closure too, whose item is `#`."""

    name: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class Part:
    """A field or an item of what something gives."""

    of: Tree
    key: str | int


@dataclass(frozen=True, slots=True)
class Two:
    """Two values and what stands between them."""

    word: str
    left: Tree
    right: Tree


@dataclass(frozen=True, slots=True)
class Negated:
    """Not this."""

    of: Tree


@dataclass(frozen=True, slots=True)
class Chosen:
    """One of two, by a condition."""

    condition: Tree
    yes: Tree
    no: Tree


@dataclass(frozen=True, slots=True)
class Several:
    """A list of values."""

    items: tuple[Tree, ...]


Tree: TypeAlias = Name | Literal | Call | Part | Two | Negated | Chosen | Several

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<text>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|`[^`]*`)
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*|\#)
    | (?P<sign>&&|\|\||==|!=|>=|<=|[-+*/%!<>()\[\]{}.,?:])
    )""",
    re.VERBOSE | re.DOTALL,
)
_BINDING = MappingProxyType(
    {
        "or": 1, "||": 1, "and": 2, "&&": 2,
        "==": 3, "!=": 3, "<": 3, ">": 3, "<=": 3, ">=": 3,
        "in": 3, "matches": 3, "contains": 3, "startsWith": 3, "endsWith": 3,
        "+": 4, "-": 4, "*": 5, "/": 5, "%": 5,
    }
)  # fmt: skip
_ESCAPES = MappingProxyType(
    {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "\\": "\\", "'": "'", '"': '"'}
)
_ESCAPED = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|.)", re.DOTALL)
_WORDS = MappingProxyType({"true": True, "false": False, "nil": None})
_DEEPEST = 100

_Token: TypeAlias = Literal | Name


def parse(text: str) -> Tree:
    """Return the tree of an expression.

    Raises:
        Unreadable: it is none, or says what is not understood here.
    """
    if len(text) > LONGEST:
        raise Unreadable("it is too long")
    reader = _Reader(Tokens(_tokens(text)))
    tree = reader.choice(0)
    if reader.tokens.peek() is not None:
        raise Unreadable(f"{reader.tokens.peek()!r} is too much")
    return tree


def _tokens(text: str) -> list[_Token | str]:
    found: list[_Token | str] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"{text[at : at + 20]!r} is not understood")
        at = match.end()
        found.append(_token(match))
    return found


def _token(match: re.Match[str]) -> _Token | str:
    if match["sign"]:
        return match["sign"]
    if match["number"]:
        number = match["number"]
        return Literal(int(number) if number.isdecimal() else float(number))
    if (word := match["word"]) is not None:
        if word in _BINDING or word == "not":
            return word
        return Literal(_WORDS[word]) if word in _WORDS else Name((word,))
    quoted = match["text"]
    inside = quoted[1:-1]
    return Literal(inside if quoted[0] == "`" else _ESCAPED.sub(_unescaped, inside))


def _unescaped(match: re.Match[str]) -> str:
    word = match[1]
    if word[0] in "xu" and len(word) > 1:
        return chr(int(word[1:], 16))
    if word not in _ESCAPES:
        raise Unreadable(f"\\{word} is no escape")
    return _ESCAPES[word]


@dataclass(slots=True)
class _Reader:
    tokens: Tokens[_Token]

    def choice(self, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise Unreadable("it is nested too deeply")
        tree = self.binary(1, depth)
        if not self.tokens.skip("?"):
            return tree
        yes = self.choice(depth + 1)
        self.expect(":")
        return Chosen(tree, yes, self.choice(depth + 1))

    def binary(self, least: int, depth: int) -> Tree:
        left = self.unary(depth)
        while True:
            word = self.tokens.peek()
            if not isinstance(word, str) or _BINDING.get(word, 0) < least:
                return left
            self.tokens.take()
            word = {"or": "||", "and": "&&"}.get(word, word)
            left = Two(word, left, self.binary(_BINDING[word] + 1, depth + 1))

    def unary(self, depth: int) -> Tree:
        if depth > _DEEPEST:
            raise Unreadable("it is nested too deeply")
        if self.tokens.skip("!") or self.tokens.skip("not"):
            return Negated(self.unary(depth + 1))
        if self.tokens.skip("-"):
            inner = self.unary(depth + 1)
            if isinstance(inner, Literal) and isinstance(inner.value, int | float):
                return Literal(-inner.value)
            raise Unreadable("something is made negative")
        return self.parts(self.primary(depth), depth)

    def primary(self, depth: int) -> Tree:
        token = self.tokens.take()
        if token == "(":  # noqa: S105 (a sign)
            inner = self.choice(depth + 1)
            self.expect(")")
            return inner
        if token == "{":  # noqa: S105
            inner = self.choice(depth + 1)
            self.expect("}")
            return inner
        if token == "[":  # noqa: S105
            return Several(self.arguments(depth, "]"))
        if isinstance(token, str):
            raise Unreadable(f"{token!r} stands where a value should")
        return token

    def parts(self, tree: Tree, depth: int) -> Tree:
        while True:
            if self.tokens.skip("."):
                field = self.tokens.take()
                if not isinstance(field, Name):
                    raise Unreadable("a field has no name")
                tree = _part(tree, field.path[0])
            elif self.tokens.skip("["):
                inner = self.choice(depth + 1)
                self.expect("]")
                if not isinstance(inner, Literal) or not isinstance(
                    inner.value, str | int
                ):
                    raise Unreadable("an item is not named plainly")
                tree = _part(tree, inner.value)
            elif isinstance(tree, Name) and self.tokens.skip("("):
                tree = Call(".".join(map(str, tree.path)), self.arguments(depth))
            else:
                return tree

    def arguments(self, depth: int, end: str = ")") -> tuple[Tree, ...]:
        found: list[Tree] = []
        while not self.tokens.skip(end):
            if found:
                self.expect(",")
            found.append(self.choice(depth + 1))
        return tuple(found)

    def expect(self, sign: str) -> None:
        if not self.tokens.skip(sign):
            raise Unreadable(f"{sign!r} is missing")


def _part(tree: Tree, key: str | int) -> Tree:
    return Name((*tree.path, key)) if isinstance(tree, Name) else Part(tree, key)
