"""`when` of a task as a condition.

Argo puts the values in as text and has govaluate read what comes of it: words without
quotes are text, numbers are numbers.
https://argo-workflows.readthedocs.io/en/latest/variables/
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.engines.argo.importing.boolean import (
    Tokens,
    Unreadable,
    read_boolean,
)
from couler_jupyter.engines.argo.importing.tags import Lookup, read_value
from couler_jupyter.ir import (
    Compare,
    Condition,
    Constant,
    Operator,
    Raw,
    Value,
    as_number,
    leaves,
)

_SIGNS = MappingProxyType(
    {
        "==": Operator.EQUAL,
        "!=": Operator.NOT_EQUAL,
        ">=": Operator.BIGGER_EQUAL,
        "<=": Operator.SMALLER_EQUAL,
        ">": Operator.BIGGER,
        "<": Operator.SMALLER,
    }
)
_TOKEN = re.compile(
    r"""\s*(?:
      (?P<sign>&&|\|\||==|!=|>=|<=|=~|!~|[<>!(),])
    | '(?P<single>[^'\\]*)' | "(?P<double>[^"\\]*)"
    | (?P<tag>\{\{.*?\}\})
    | (?P<number>[0-9]+(?:\.[0-9]+)?(?![\w.]))
    | (?P<word>[A-Za-z_][A-Za-z0-9_]*)
    )""",
    re.VERBOSE | re.DOTALL,
)
_APART = re.compile(r"\s|&&|\|\||[=!<>(),]")


@dataclass(frozen=True, slots=True)
class _Operand:
    """One side of a comparison; `bare` if it is a tag without quotes."""

    value: Value
    bare: bool


def read_when(text: str, lookup: Lookup) -> Condition | None:
    """Return the condition that a text is, or None where the IR has no tree for it."""
    try:
        condition = read_boolean(Tokens(_tokens(text, lookup)), _term)
    except Unreadable:
        return None
    return condition


def _term(tokens: Tokens[_Operand]) -> Condition:
    left = _operand(tokens)
    sign = tokens.peek()
    if isinstance(sign, str) and sign in _SIGNS:
        tokens.take()
        return Compare(left.value, _SIGNS[sign], _operand(tokens).value)
    if sign == "in":
        tokens.take()
        return Compare(left.value, Operator.IN, _list(tokens))
    if not left.bare:
        raise Unreadable("a constant is no condition")
    return Compare(left.value, Operator.EQUAL, Constant("true"))


def _operand(tokens: Tokens[_Operand]) -> _Operand:
    token = tokens.take()
    if isinstance(token, str):
        raise Unreadable(f"{token!r} stands where a value should")
    return token


def _list(tokens: Tokens[_Operand]) -> Constant:
    if not tokens.skip("("):
        raise Unreadable("`in` needs a list in brackets")
    items: list[object] = []
    while not tokens.skip(")"):
        if items and not tokens.skip(","):
            raise Unreadable("items are parted by commas")
        value = _operand(tokens).value
        if not isinstance(value, Constant):
            raise Unreadable("an item is no constant")
        items.append(value.value)
    return Constant.of(items)


def _tokens(text: str, lookup: Lookup) -> list[_Operand | str]:
    found: list[_Operand | str] = []
    at, text = 0, text.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise Unreadable(f"{text[at : at + 20]!r} is not read")
        at = match.end()
        found.append(_token(match, lookup))
        glued = match["sign"] is None and at < len(text)
        if glued and _APART.match(text, at) is None:
            raise Unreadable("text and tags stand side by side")
    return found


def _token(match: re.Match[str], lookup: Lookup) -> _Operand | str:
    if match["sign"]:
        return match["sign"]
    if match["tag"]:
        return _Operand(_known(match["tag"], lookup), True)
    if match["number"]:
        return _Operand(Constant.of(as_number(match["number"])), False)
    if match["word"] == "in":
        return "in"
    if match["word"] in {"true", "false"}:
        return _Operand(Constant(match["word"]), False)
    if match["word"]:
        return _Operand(Constant.of(match["word"]), False)
    quoted = match["single"] if match["single"] is not None else match["double"]
    return _Operand(_known(quoted, lookup), False)


def _known(text: str, lookup: Lookup) -> Value:
    value = read_value(text, lookup)
    if any(isinstance(leaf, Raw) for leaf in leaves(value)):
        raise Unreadable(f"{text!r} names what only Argo knows")
    return value
