"""`when` of a task as a condition.

Argo puts the values in as text and has govaluate read what comes of it: words without
quotes are text, numbers are numbers.
https://argo-workflows.readthedocs.io/en/latest/variables/
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from types import MappingProxyType

from couler_jupyter.engines.argo.reading.boolean import (
    Tokens,
    Unreadable,
    read_boolean,
)
from couler_jupyter.engines.argo.reading.comparisons import read_condition
from couler_jupyter.engines.argo.reading.phases import PHASES, phase_named
from couler_jupyter.engines.argo.reading.tags import (
    Lookup,
    Tag,
    pieces,
    read_value,
)
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
    """One side of a comparison.

    Attributes:
        value: what it is; None where the IR has no word for it.
        phase: what it is as the phase of a step or of the run.
        condition: what it is as an expression that gives true or false.
        bare: whether it is a tag without quotes.
    """

    value: Value | None
    phase: Value | None = None
    condition: Condition | None = None
    bare: bool = False


def read_when(text: str, lookup: Lookup) -> Condition | None:
    """Return the condition that a text is, or None where the IR has no tree for it."""
    try:
        return read_boolean(Tokens(_tokens(text, lookup)), _term)
    except Unreadable:
        return None


def _term(tokens: Tokens[_Operand]) -> Condition:
    left = _operand(tokens)
    sign = tokens.peek()
    if isinstance(sign, str) and sign in _SIGNS:
        tokens.take()
        return _compared(left, _SIGNS[sign], _operand(tokens))
    if sign == "in":
        tokens.take()
        return Compare(_known(left), Operator.IN, _list(tokens))
    if left.condition is not None:
        return left.condition
    if not left.bare:
        raise Unreadable("a constant is no condition")
    return Compare(_known(left), Operator.EQUAL, Constant("true"))


def _compared(left: _Operand, operator: Operator, right: _Operand) -> Condition:
    for one, other in ((left, right), (right, left)):
        word = other.value.value if isinstance(other.value, Constant) else None
        if one.phase is not None and isinstance(word, str) and word in PHASES:
            return Compare(one.phase, operator, Constant.of(PHASES[word]))
    return Compare(_known(left), operator, _known(right))


def _known(operand: _Operand) -> Value:
    if operand.value is None:
        raise Unreadable("it names what only Argo knows")
    return operand.value


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
        value = _known(_operand(tokens))
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
        return _tag(match["tag"], lookup)
    if match["number"]:
        return _Operand(Constant.of(as_number(match["number"])))
    if match["word"] == "in":
        return "in"
    if match["word"] in {"true", "false"}:
        return _Operand(Constant(match["word"]))
    if match["word"]:
        return _Operand(Constant.of(match["word"]))
    quoted = match["single"] if match["single"] is not None else match["double"]
    tags = tuple(pieces(quoted))
    if len(tags) == 1 and isinstance(tags[0], Tag):
        return replace(_tag(quoted, lookup), bare=False, condition=None)
    return _Operand(_value(quoted, lookup))


def _tag(text: str, lookup: Lookup) -> _Operand:
    (tag,) = pieces(text)
    if isinstance(tag, str):
        raise Unreadable(f"{text!r} is no tag")
    if tag.expression:
        condition = read_condition(tag.name, lookup.named)
        value = _value(text, lookup) if condition is None else None
        return _Operand(value, condition=condition, bare=True)
    phase = phase_named(tuple(tag.name.split(".")), lookup.named)
    return _Operand(_value(text, lookup), phase, bare=True)


def _value(text: str, lookup: Lookup) -> Value | None:
    value = read_value(text, lookup)
    raw = any(isinstance(leaf, Raw) for leaf in leaves(value))
    return None if raw else value
