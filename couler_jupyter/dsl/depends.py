"""The text form of dependencies, as Argo has it: `A.Succeeded && (B.Failed || !C)`."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from types import MappingProxyType

from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import (
    After,
    AllOf,
    AnyOf,
    Condition,
    Ended,
    Outcome,
    name_fault,
    nearest,
    negate,
)

OUTCOMES: Mapping[str, tuple[Outcome, ...]] = MappingProxyType(
    {
        "Succeeded": (Outcome.SUCCEEDED,),
        "Failed": (Outcome.FAILED,),
        "Errored": (Outcome.ERRORED,),
        "Error": (Outcome.ERRORED,),
        "Skipped": (Outcome.SKIPPED,),
        "Omitted": (Outcome.OMITTED,),
        "Daemoned": (Outcome.READY,),
        "AnySucceeded": (Outcome.ANY_SUCCEEDED,),
        "AllFailed": (Outcome.ALL_FAILED,),
    }
)
"""The words of Argo, https://argo-workflows.readthedocs.io, "Enhanced depends logic"."""

_WELL = (Outcome.SUCCEEDED, Outcome.SKIPPED, Outcome.READY)
_TOKEN = re.compile(r"\s*(&&|\|\||[!()]|\w[\w.-]*)")


def parse_depends(text: str, known: Collection[str] = ()) -> tuple[After, ...]:
    """Return what a text asks to wait for; each must hold.

    A name alone is a step that ended well, was skipped or, as a daemon, is up.

    Args:
        text: the text.
        known: names of steps, to tell one that has a dot in it.

    Raises:
        BuildFailed: it is no such text.
    """
    if name_fault(text) is None and ("." not in text or text in known):
        return (text,)
    whole = _Parser(text, known).parse()
    terms = whole.terms if isinstance(whole, AllOf) else (whole,)
    return tuple(_plain(term) for term in terms)


def _plain(term: Condition) -> After:
    """Return a step that just has to end well as its name."""
    return term.step if isinstance(term, Ended) and term.how == _WELL else term


class _Parser:
    """A parser by recursive descent: `or` of `and` of `not` of names."""

    def __init__(self, text: str, known: Collection[str]) -> None:
        self._text = text
        self._known = known
        self._tokens = list(self._split())
        self._at = 0

    def parse(self) -> Condition:
        found = self._any()
        if self._at < len(self._tokens):
            raise self._wrong(f"{self._tokens[self._at]!r} is too much")
        return found

    def _any(self) -> Condition:
        terms = [self._all()]
        while self._take("||"):
            terms.append(self._all())
        return terms[0] if len(terms) == 1 else AnyOf(tuple(terms))

    def _all(self) -> Condition:
        terms = [self._one()]
        while self._take("&&"):
            terms.append(self._one())
        return terms[0] if len(terms) == 1 else AllOf(tuple(terms))

    def _one(self) -> Condition:
        if self._take("!"):
            return negate(self._one())
        if self._take("("):
            inner = self._any()
            if not self._take(")"):
                raise self._wrong("a ) is missing")
            return inner
        if self._at == len(self._tokens):
            raise self._wrong("it ends where a step is expected")
        token = self._tokens[self._at]
        if not token[0].isalnum() and token[0] != "_":
            raise self._wrong(f"{token!r} stands where a step is expected")
        self._at += 1
        return self._ended(token)

    def _ended(self, token: str) -> Condition:
        step, dot, word = token.rpartition(".")
        if not dot or token in self._known:
            return Ended(token, _WELL)
        if word not in OUTCOMES:
            raise self._wrong(f"{word!r} is no way to end{nearest(word, OUTCOMES)}")
        return Ended(step, OUTCOMES[word])

    def _take(self, token: str) -> bool:
        if self._at < len(self._tokens) and self._tokens[self._at] == token:
            self._at += 1
            return True
        return False

    def _split(self) -> Iterator[str]:
        at = 0
        text = self._text.rstrip()
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise self._wrong(f"{text[at:].lstrip()[:10]!r} cannot be read")
            yield match[1]
            at = match.end()

    def _wrong(self, what: str) -> Exception:
        return misused(
            f"dependencies {self._text!r}: {what}; write 'A.Succeeded && (B.Failed || !C)'"
        )
