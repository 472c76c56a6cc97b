"""What a rule has found, on its way to becoming a fault or a risk."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

from couler_jupyter.nl.gate.rules import RULES
from couler_jupyter.nl.report import Check, Fault, Risk

_MOST_SHOWN = 40
_LONGEST = 300


@dataclass(frozen=True, slots=True)
class Found:
    """One find.

    Attributes:
        rule: the rule's id.
        what: what is wrong and, of what is blocked, what would be right.
        line: of the program, from 1; 0 where it is about all of it.
    """

    rule: str
    what: str
    line: int = 0


Finding: TypeAlias = Fault | Risk


def told(found: Iterable[Found]) -> tuple[Finding, ...]:
    """Return finds as faults, first, and risks, each once and by line."""
    once = list(dict.fromkeys(found))
    once.sort(key=lambda one: (not RULES[one.rule].blocks, one.line))
    return tuple(_finding(one) for one in once[:_MOST_SHOWN])


def as_risks(found: Iterable[Found], step: str = "") -> Iterator[Risk]:
    """Yield finds in a step as risks; those of rules that block say so."""
    for one in dict.fromkeys(found):
        yield Risk(
            rule=one.rule,
            what=plain(one.what),
            step=step,
            line=one.line,
            blocks=RULES[one.rule].blocks,
        )


def _finding(one: Found) -> Finding:
    if RULES[one.rule].blocks:
        return Fault(
            check=Check.GATE, what=plain(one.what), line=one.line, rule=one.rule
        )
    return Risk(rule=one.rule, what=plain(one.what), line=one.line)


def plain(text: str) -> str:
    """Return a text in one line of which every character can be seen, and not long."""
    cut = text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in cut)


def excerpt(text: str, longest: int = 60) -> str:
    """Return the start of a text, quoted."""
    short = " ".join(text.split())
    return repr(short if len(short) <= longest else f"{short[:longest]}...")
