"""How wide text will be, roughly, without a font: in pixels and in columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

# Widths in 1/1000 em of a common sans-serif face, by the characters that share them.
_EM = {
    "'|": 190,
    "ijl": 222,
    " !,./:;I[\\]ft()`r-": 300,
    '"*°': 370,
    "Jcksvxyz_^": 500,
    "0123456789abdeghnopqu?L+<=>~#$¢£€": 560,
    "&ABEFKPSTVXYZ": 660,
    "CDHNRU{}w": 720,
    "GOQ": 780,
    "mM%": 850,
    "W@": 970,
}
_WIDTHS = {
    character: width / 1000 for group, width in _EM.items() for character in group
}
_OTHER = 0.62
_WIDE = 1.15
_SAFETY = 1.12
"""Faces differ; boxes are made for one that is this much wider."""


def text_width(text: str, size: float) -> float:
    """Return about how many pixels `text` takes at font size `size`."""
    return _SAFETY * size * sum(map(_em, text))


def columns(text: str) -> int:
    r"""Return how many columns of a terminal `text` takes.

    >>> columns("naïve"), columns("模型"), columns("e\u0301")
    (5, 4, 1)
    """
    return sum(map(_columns, text))


def fitted(text: str, size: float, width: float) -> str:
    """Return `text`, cut to end in `…` if it is wider than `width` pixels."""
    return _cut(text, width / (_SAFETY * size), _em)


def fitted_columns(text: str, width: int) -> str:
    """Return `text`, cut to end in `…` if it takes more than `width` columns."""
    return _cut(text, width, _columns)


def _cut(text: str, width: float, measure: Callable[[str], float]) -> str:
    if sum(map(measure, text)) <= width:
        return text
    room = width - measure("…")
    kept = 0
    for character in text:
        room -= measure(character)
        if room < 0:
            break
        kept += 1
    return text[:kept].rstrip(" \u200d") + "…"


def _em(character: str) -> float:
    known = _WIDTHS.get(character)
    if known is not None:
        return known
    return (0.0, _OTHER, _WIDE)[_columns(character)]


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.category(character) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1
