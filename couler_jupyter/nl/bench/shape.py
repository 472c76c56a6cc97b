"""The graph that a task asks for, written as a line of text."""

from __future__ import annotations

import re
from dataclasses import dataclass

_ARROW = re.compile(r"(=>|>)")


@dataclass(frozen=True, slots=True)
class Arrow:
    """One step after another.

    Attributes:
        before, after: their labels.
        data: whether the later one takes what the earlier one leaves.
        output: what the name of that output has in it; empty for any.
    """

    before: str
    after: str
    data: bool = False
    output: str = ""


@dataclass(frozen=True, slots=True)
class Shape:
    """Labels of steps, in the order of their first mention, and arrows between them."""

    labels: tuple[str, ...] = ()
    arrows: tuple[Arrow, ...] = ()


def shape_of(text: str) -> Shape:
    """Return what a text draws.

    `a > b` is order, `a => b` is data; commas stand between steps that are side by side,
    semicolons and line breaks between chains; `split:train => fit` names an output.

    >>> shape_of("load => fit, plot > report").labels
    ('load', 'fit', 'plot', 'report')

    Raises:
        ValueError: there is an arrow from or to nowhere.
    """
    labels: dict[str, None] = {}
    arrows: list[Arrow] = []
    for chain in re.split(r"[;\n]", text):
        if not chain.strip():
            continue
        words = [word.strip() for word in _ARROW.split(chain)]
        groups = [_group(word) for word in words[::2]]
        labels |= dict.fromkeys(label for group in groups for label, _ in group)
        for place, arrow in enumerate(words[1::2]):
            arrows += [
                Arrow(before, after, arrow == "=>", output)
                for before, output in groups[place]
                for after, _ in groups[place + 1]
            ]
    return Shape(tuple(labels), tuple(arrows))


def _group(text: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for one in text.split(","):
        label, _, output = one.strip().partition(":")
        if not label:
            raise ValueError(f"{text!r}: a step has no label")
        found.append((label, output))
    return found
