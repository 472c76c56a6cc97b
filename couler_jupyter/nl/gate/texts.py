"""Texts of a workflow, whatever they are for, and those that people are shown."""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.nl.gate.commands import command_finds
from couler_jupyter.nl.gate.found import Found, excerpt
from couler_jupyter.nl.gate.letters import unseen
from couler_jupyter.nl.gate.rules import RULES
from couler_jupyter.nl.gate.secrets import looks_like_key

_ACTIVE = re.compile(
    r"<\s*(?:script|iframe|object|embed|svg|img|style|link|meta|form)\b"
    r"|\bon\w+\s*=\s*[\"']|javascript:|data:text/html",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"<\s*/?\s*[a-zA-Z][^<>]*>")


def anywhere_finds(text: str) -> Iterator[Found]:
    """Yield what is blocked in any text of a workflow, whatever it is for."""
    if looks_like_key(text):
        what = "a key or token is written down; use couler.create_secret"
        yield Found("policy-secret-value", what)
    if len(text) > 6:
        yield from (one for one in command_finds(text) if RULES[one.rule].blocks)


def told_finds(text: str) -> Iterator[Found]:
    """Yield what is said of a text that people are shown."""
    if _ACTIVE.search(text):
        yield Found("policy-active-markup", f"markup that would run: {excerpt(text)}")
    elif _MARKUP.search(text) and len(text) < 2_000:
        yield Found("policy-markup", f"markup: {excerpt(text)}")
    if names := unseen(text):
        yield Found("policy-invisible", f"has {names}, which cannot be seen")
