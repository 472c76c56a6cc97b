"""Boolean texts as trees: terms joined by `&&`, `||`, `!` and brackets."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from couler_jupyter.ir import AllOf, AnyOf, Condition, Not
from couler_jupyter.ir.constant import DEEPEST

T = TypeVar("T")


class Unreadable(Exception):
    """The text is not of the kind that the IR has trees for."""


@dataclass
class Tokens(Generic[T]):
    """Tokens of a text, and how far it has been read.

    Attributes:
        every: the tokens; signs such as `&&` are plain text.
        at: position of the next.
    """

    every: Sequence[T | str]
    at: int = 0

    def peek(self) -> T | str | None:
        """Return the next token, or None at the end."""
        return self.every[self.at] if self.at < len(self.every) else None

    def take(self) -> T | str:
        """Return the next token and go on.

        Raises:
            Unreadable: there is none.
        """
        token = self.peek()
        if token is None:
            raise Unreadable("it ends too early")
        self.at += 1
        return token

    def skip(self, sign: str) -> bool:
        """Go on if the next token is this sign, and return whether it was."""
        if self.peek() != sign:
            return False
        self.at += 1
        return True


def read_boolean(
    tokens: Tokens[T], term: Callable[[Tokens[T]], Condition]
) -> Condition:
    """Return the tree of all tokens; `term` reads one term.

    Raises:
        Unreadable: it is no such text, or nested too deeply.
    """
    tree = _any(tokens, term, 0)
    if tokens.peek() is not None:
        raise Unreadable(f"{tokens.peek()!r} is too much")
    return tree


def _any(
    tokens: Tokens[T], term: Callable[[Tokens[T]], Condition], depth: int
) -> Condition:
    terms = [_all(tokens, term, depth)]
    while tokens.skip("||"):
        terms.append(_all(tokens, term, depth))
    return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))


def _all(
    tokens: Tokens[T], term: Callable[[Tokens[T]], Condition], depth: int
) -> Condition:
    terms = [_one(tokens, term, depth)]
    while tokens.skip("&&"):
        terms.append(_one(tokens, term, depth))
    return terms[0] if len(terms) == 1 else AllOf(tuple(terms))


def _one(
    tokens: Tokens[T], term: Callable[[Tokens[T]], Condition], depth: int
) -> Condition:
    if depth > DEEPEST:
        raise Unreadable("it is nested too deeply")
    if tokens.skip("!"):
        return Not(_one(tokens, term, depth + 1))
    if tokens.skip("("):
        inner = _any(tokens, term, depth + 1)
        if not tokens.skip(")"):
            raise Unreadable("a bracket is not closed")
        return inner
    return term(tokens)
