"""Conditions of tasks: the text of `when`, once all tags in it are put in.

Source: https://github.com/Knetic/govaluate (the language that `when` is written in).
"""

from __future__ import annotations

import re

_TOKEN = re.compile(
    r"""
    (?P<space>\s+)
  | (?P<tag>\{\{.*?\}\})
  | (?P<text>"[^"]*"|'[^']*'|\[[^\]]*\])
  | (?P<open>\()
  | (?P<close>\))
  | (?P<both>==|!=|>=|<=|=~|!~|&&|\|\||\*\*|\?\?|<<|>>|[<>,?:*/%+^&|]|-(?=\s))
  | (?P<before>!)
  | (?P<word>(?:(?!\{\{)[^\s()"'=!<>&|,?*/%+^\[])+)
    """,
    re.VERBOSE | re.DOTALL,
)
_BETWEEN = frozenset(("in", "IN"))


def condition_fault(text: str) -> str | None:
    """Return what cannot be read in a condition, or None.

    >>> condition_fault("{{steps.flip.outputs.result}} == heads")
    >>> condition_fault("{{steps.flip.outputs.result}} = heads")
    "'=' means nothing there"
    """
    depth = 0
    before = ""
    at = 0
    while at < len(text):
        found = _TOKEN.match(text, at)
        if found is None:
            return _unreadable(text[at])
        kind, at = found.lastgroup or "", found.end()
        if kind == "space":
            continue
        if kind == "word" and found[0] in _BETWEEN:
            kind = "both"
        if fault := _misplaced(kind, before, found[0]):
            return fault
        depth += (kind == "open") - (kind == "close")
        if depth < 0:
            return "')' closes nothing"
        before = _glued(kind, before, text[at : at + 1])
    if depth:
        return "'(' is never closed"
    return "it ends where a value must stand" if before in ("both", "before") else None


def _misplaced(kind: str, before: str, token: str) -> str | None:
    wants_value = before in ("", "both", "before", "open")
    if kind in ("both", "close") and wants_value:
        return f"a value must stand before {token!r}"
    if kind in ("text", "word") and before in ("text", "word", "close"):
        return f"a sign such as == must stand before {token!r}"
    if kind in ("open", "before") and before == "text":
        return f"a sign such as == must stand before {token!r}"
    return None


def _glued(kind: str, before: str, after: str) -> str:
    """Return what came last: a tag may stand for anything, and what touches it too."""
    if kind == "tag" or (before == "tag" and kind in ("word", "text")):
        return "tag"
    return "tag" if kind in ("word", "text") and after == "{" else kind


def _unreadable(sign: str) -> str:
    if sign in "\"'":
        return f"the text that starts with {sign} never ends"
    if sign == "[":
        return "the name that starts with [ never ends"
    if sign == "=":
        return "'=' means nothing there"
    return f"{sign!r} means nothing there"
