"""Elements of HTML and SVG as text, with all that comes from outside made harmless."""

from __future__ import annotations

import re
import unicodedata
from html import escape

from couler_jupyter.protocol import one_line

# What no XML document can hold, and what would not survive being written as UTF-8.
_INVALID = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff\ud800-\udfff]")
_RIGHT_TO_LEFT = {"R", "AL", "AN"}
_ISOLATE, _POP = "\u2068", "\u2069"


class Markup(str):
    """Text that is markup already; any other text is escaped where it goes in."""

    __slots__ = ()


def element(name: str, *inner: str, **attributes: str | None) -> Markup:
    """Return an element; `inner` texts are escaped, `Markup` is not.

    In attribute names `_` stands for `-`; those that are None are left out.

    >>> element("b", "1 < 2", element("i"), font_size="3")
    '<b font-size="3">1 &lt; 2<i/></b>'
    """
    pairs = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_escaped(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    if not inner:
        return Markup(f"<{name}{pairs}/>")
    return Markup(f"<{name}{pairs}>{joined(*inner)}</{name}>")


def joined(*parts: str) -> Markup:
    """Return `parts` one after the other; what is not `Markup` is escaped."""
    return Markup(
        "".join(part if isinstance(part, Markup) else _escaped(part) for part in parts)
    )


def isolated(text: str) -> str:
    """Return text from outside so that it cannot disorder what stands beside it.

    Control characters go; what reads from right to left is set between the marks
    that keep its direction to itself.
    """
    text = one_line(text)
    if text.isascii():
        return text
    if any(unicodedata.bidirectional(one) in _RIGHT_TO_LEFT for one in text):
        return f"{_ISOLATE}{text}{_POP}"
    return text


def _escaped(text: str) -> str:
    return escape(_INVALID.sub("", text))
