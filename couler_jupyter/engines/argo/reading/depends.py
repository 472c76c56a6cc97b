"""`depends` of a task: how others must have ended, as trees of `Ended`."""

from __future__ import annotations

import re
from collections.abc import Container
from types import MappingProxyType

from couler_jupyter.engines.argo.reading.boolean import (
    Tokens,
    Unreadable,
    read_boolean,
)
from couler_jupyter.ir import After, AllOf, AnyOf, Condition, Ended, Not, Outcome

WORDS = MappingProxyType(
    {
        "Succeeded": Outcome.SUCCEEDED,
        "Failed": Outcome.FAILED,
        "Errored": Outcome.ERRORED,
        "Skipped": Outcome.SKIPPED,
        "Omitted": Outcome.OMITTED,
        "Daemoned": Outcome.READY,
        "AnySucceeded": Outcome.ANY_SUCCEEDED,
        "AllFailed": Outcome.ALL_FAILED,
    }
)
"""How Argo calls the ways in which a task can have ended."""
_TOKEN = re.compile(r"\s*(&&|\|\||[!()]|[A-Za-z0-9_][A-Za-z0-9_-]*(?:\.[A-Za-z]+)?)")
_WELL = (Outcome.SUCCEEDED, Outcome.SKIPPED)


def read_depends(text: str, daemons: Container[str] = ()) -> tuple[After, ...]:
    """Return what a task waits for; a plain name ends well or is skipped.

    >>> read_depends("a && (b.Failed || b.Errored)")[0]
    'a'

    Args:
        text: as it stands in the manifest.
        daemons: names of tasks that are ready rather than done.

    Raises:
        Unreadable: it is no such text.
    """
    tree = read_boolean(Tokens(_tokens(text)), _term)
    terms = tree.terms if isinstance(tree, AllOf) else (tree,)
    return tuple(_after(term, daemons) for term in terms)


def ended_well(name: str, daemons: Container[str] = ()) -> Ended:
    """Return what a plain name means inside a tree."""
    return Ended(name, (*_WELL, Outcome.READY) if name in daemons else _WELL)


def _after(term: Condition, daemons: Container[str]) -> After:
    if isinstance(term, Ended) and not term.how:
        return term.step
    return _filled(term, daemons)


def _filled(tree: Condition, daemons: Container[str]) -> Condition:
    """Return the tree with plain names filled in, and one `Ended` for one step."""
    match tree:
        case Ended(step=step, how=()):
            return ended_well(step, daemons)
        case AllOf(terms=terms):
            return AllOf(tuple(_filled(term, daemons) for term in terms))
        case AnyOf(terms=terms):
            return _any(tuple(_filled(term, daemons) for term in terms), daemons)
        case Not(term=term):
            return Not(_filled(term, daemons))
        case _:
            return tree


def _any(terms: tuple[Condition, ...], daemons: Container[str]) -> Condition:
    """Return the ways in which one step may have ended as one, other terms as they are."""
    every = [term for term in terms if isinstance(term, Ended)]
    if len(every) == len(terms) and len({(e.step, len(e.how)) for e in every}) == 1:
        ways = [way for one in every for way in one.how]
        if len(every[0].how) == 1 and len(set(ways)) == len(ways):
            return _ended(every[0].step, tuple(ways), daemons)
    return AnyOf(terms)


def _ended(step: str, how: tuple[Outcome, ...], daemons: Container[str]) -> Ended:
    """Return an end in one of several ways; only a daemon can be ready."""
    if step not in daemons and len(how) > 1:
        how = tuple(one for one in how if one is not Outcome.READY)
    return Ended(step, how)


def _term(tokens: Tokens[str]) -> Condition:
    token = tokens.take()
    name, dot, word = token.partition(".")
    if token in {"&&", "||", "!", "(", ")"}:
        raise Unreadable(f"{token!r} stands where a task is named")
    if not dot:
        return Ended(name, ())
    if word not in WORDS:
        raise Unreadable(f"{word!r} is no way to end")
    return Ended(name, (WORDS[word],))


def _tokens(text: str) -> list[str]:
    found: list[str] = []
    at, text = 0, text.rstrip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"{text[at : at + 20]!r} is nothing that depends may say")
        found.append(match[1])
        at = match.end()
    return found
