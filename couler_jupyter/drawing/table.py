"""Tables as HTML that a notebook which is not trusted lets through."""

from __future__ import annotations

from collections.abc import Collection

from couler_jupyter.drawing.markup import Markup, element

_LEFT = "text-align: left"
_RIGHT = "text-align: right"


def row(head: str, *cells: str, numbers: Collection[int] = ()) -> Markup:
    """Return a row; those of its cells that are `numbers` stand to the right."""
    return element(
        "tr",
        element("th", head, scope="row", style=_LEFT),
        *(
            element("td", cell, style=_RIGHT if place in numbers else _LEFT)
            for place, cell in enumerate(cells)
        ),
    )


def table(title: str, heads: tuple[str, ...], rows: list[Markup], count: int) -> Markup:
    """Return a table of the first of `count` rows."""
    hidden = count - len(rows)
    more = f", the first {len(rows)} of {count}" if hidden else ""
    return element(
        "table",
        element("caption", f"{title}{more}"),
        element(
            "thead",
            element("tr", *(element("th", h, scope="col", style=_LEFT) for h in heads)),
        ),
        element("tbody", *rows),
    )
