"""Texts with tags: `{{inputs.parameters.x}}` and expressions `{{=...}}`, in pieces."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from couler_jupyter.ir import Constant, Format, Raw, Text, Value


@dataclass(frozen=True, slots=True)
class Tag:
    """What stands between double braces.

    Attributes:
        name: what it names, as `inputs.parameters.x`; or the text of an expression.
        expression: whether it begins with `=`.
        text: all of it, with the braces, as it is written.
    """

    name: str
    expression: bool
    text: str


class Lookup(Protocol):
    """Gives the values that tags and variables name where they stand."""

    def __call__(self, tag: Tag) -> Value | None:
        """Return the value that a tag names; None where the IR has no word for it."""
        ...

    def named(self, path: tuple[str, ...]) -> Value | None:
        """Return the value that a variable is, by the parts of its name."""
        ...


def pieces(text: str) -> Iterator[str | Tag]:
    """Yield plain text and tags, in their order.

    >>> [one if isinstance(one, str) else one.name for one in pieces("a {{ b.c }}!")]
    ['a ', 'b.c', '!']
    """
    at = 0
    while (start := text.find("{{", at)) >= 0:
        end = text.find("}}", start)
        if end < 0:
            break
        if start > at:
            yield text[at:start]
        yield _tag(text[start : end + 2])
        at = end + 2
    if at < len(text):
        yield text[at:]


def plain_tags(text: str) -> str:
    """Return a text with no blanks at the ends of its tags.

    >>> plain_tags("{{ item }} {{= a + b }}")
    '{{item}} {{=a + b}}'
    """
    if "{{" not in text:
        return text
    return "".join(
        one
        if isinstance(one, str)
        else f"{{{{{'=' if one.expression else ''}{one.name}}}}}"
        for one in pieces(text)
    )


def read_text(text: str, lookup: Lookup) -> Text:
    """Return a text with its tags as values; tags that are not known are kept."""
    if "{{" not in text:
        return text
    parts = tuple(
        one if isinstance(one, str) else _value(one, lookup) for one in pieces(text)
    )
    if len(parts) == 1:
        return parts[0]
    return Format(_joined(parts))


def read_value(text: str, lookup: Lookup) -> Value:
    """Return a text as a value: a constant, a reference, or a text of both."""
    found = read_text(text, lookup)
    return Constant.of(found) if isinstance(found, str) else found


def _joined(parts: tuple[str | Value, ...]) -> tuple[str | Value, ...]:
    """Return parts without constants, which are text here."""
    return tuple(
        part.value
        if isinstance(part, Constant) and isinstance(part.value, str)
        else part
        for part in parts
    )


def _value(tag: Tag, lookup: Lookup) -> Value:
    found = lookup(tag)
    return Raw("argo", tag.text) if found is None else found


def _tag(text: str) -> Tag:
    inside = text[2:-2].strip()
    if inside.startswith("="):
        return Tag(inside[1:].strip(), True, text)
    return Tag(inside, False, text)
