"""What a plain word of YAML stands for where Kubernetes reads it.

Kubernetes reads YAML 1.1 with a few differences: `on` and `y` are truth values, `0755`
is octal, `1_000` a number; dates and `12:30` stay text. Numbers beyond 64 bits are
floating.

Source: https://github.com/kubernetes-sigs/yaml (goyaml.v2, its resolver).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

Scalar = str | int | float | bool | None

_WORDS: Mapping[str, Scalar] = MappingProxyType(
    {
        **dict.fromkeys(("", "~", "null", "Null", "NULL")),
        **dict.fromkeys(("y", "Y", "yes", "Yes", "YES", "on", "On", "ON"), True),
        **dict.fromkeys(("true", "True", "TRUE"), True),
        **dict.fromkeys(("n", "N", "no", "No", "NO", "off", "Off", "OFF"), False),
        **dict.fromkeys(("false", "False", "FALSE"), False),
        **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
        **dict.fromkeys((".inf", ".Inf", ".INF"), float("inf")),
        **dict.fromkeys(("+.inf", "+.Inf", "+.INF"), float("inf")),
        **dict.fromkeys(("-.inf", "-.Inf", "-.INF"), float("-inf")),
    }
)
LETTERS = frozenset("yYnN")
"""Words that are truth values to Kubernetes, and to hardly any other reader of YAML."""
_STARTS_NUMBER = frozenset("+-.0123456789")
_INT = re.compile(
    r"([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))"
)
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_LONGEST_NUMBER = 400


def plain(word: str) -> Scalar:
    """Return what an unquoted word stands for.

    >>> plain("on"), plain("0755"), plain("12:30")
    (True, 493, '12:30')
    """
    if word[:1] in _STARTS_NUMBER and word:
        return _number(word)
    return _WORDS.get(word, word)


def _number(word: str) -> Scalar:
    if len(word) > _LONGEST_NUMBER:
        return word
    digits = word.replace("_", "")
    if (whole := _INT.fullmatch(digits)) is not None:
        value = _whole(whole)
        if -(2**63) <= value < 2**64:
            return value
    if _FLOAT.fullmatch(digits) is not None:
        return float(digits)
    return _WORDS.get(word, word)


def _whole(match: re.Match[str]) -> int:
    sign, *written = match.groups()
    for digits, base in zip(written, (16, 2, 8, 10), strict=True):
        if digits is not None:
            return int(digits, base) * (-1 if sign == "-" else 1)
    raise AssertionError(match)
