"""The cache as text and as HTML, for terminals and for notebooks that are only read."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.drawing.amount import amount_text, duration_text, size_text
from couler_jupyter.drawing.markup import element, isolated
from couler_jupyter.drawing.measure import columns
from couler_jupyter.drawing.rows import padded
from couler_jupyter.drawing.table import row, table
from couler_jupyter.protocol import ArtifactView, CacheView

_EMPTY = "nothing is kept yet"
_MOST = 200
_LONGEST_NAME = 40
_BAR = 30
_SHORT_KEY = 19
_HEADS = ("artifact", "size", "age", "L", "F", "V", "score", "rebuild", "state", "why")
_NUMBERS = range(7)
_WIDTHS = (8, 10, 7, 7, 7, 9, 10)


def cache_bundle(view: CacheView) -> dict[str, str]:
    """Return a MIME bundle of the cache: an HTML table, and plain text."""
    return {"text/html": cache_html(view), "text/plain": cache_text(view)}


def cache_text(view: CacheView) -> str:
    """Return the cache as text: a line for each artifact, and one with the reasons."""
    return "\n".join((cache_line(view), *_lines(view)))


def cache_line(view: CacheView) -> str:
    """Return how full the cache is, as a bar.

    >>> cache_line({"used": 250, "budget": 1000, "policy": "lru"})
    '[########----------------------] 250 B of 1 kB, 25%; policy lru'
    """
    used, budget = view["used"], view["budget"]
    share = used / budget if budget else 1.0
    full = min(round(share * _BAR), _BAR)
    bar = "#" * full + "-" * (_BAR - full)
    told = f"{size_text(used)} of {size_text(budget)}, {share:.0%}"
    return f"[{bar}] {told}; policy {isolated(view['policy'])}"


def cache_html(view: CacheView) -> str:
    """Return the cache as HTML that needs no script."""
    shown = view["artifacts"][:_MOST]
    count = len(view["artifacts"]) + view["hidden"]
    rows = [row(name_of(one), *_cells(one), numbers=_NUMBERS) for one in shown]
    budget = max(view["budget"], view["used"], 1)
    return element(
        "div",
        element(
            "p",
            element("meter", "", min="0", max=str(budget), value=str(view["used"])),
            f" {cache_line(view).partition('] ')[2]}",
        ),
        table("artifacts", _HEADS, rows, count) if rows else element("p", _EMPTY),
    )


def name_of(one: ArtifactView) -> str:
    """Return what an artifact is called: workflow and step, or how its key starts."""
    if not one["step"]:
        return isolated(f"{one['id'][:_SHORT_KEY]}…")
    return isolated(f"{one['workflow']}/{one['step']}")


def why_of(one: ArtifactView) -> str:
    """Return what a score is made of, and why the artifact was kept or not."""
    terms = ", ".join(
        f"{isolated(term['name'])} {amount_text(term['number'])}"
        for term in one["terms"]
    )
    return "; ".join(part for part in (terms, isolated(one["reason"])) if part)


def state_of(one: ArtifactView) -> str:
    """Return whether an artifact is kept, in a word."""
    return "pinned" if one["pinned"] else "kept" if one["kept"] else "not kept"


def _cells(one: ArtifactView) -> tuple[str, ...]:
    return (*_numbers(one), state_of(one), why_of(one))


def _numbers(one: ArtifactView) -> tuple[str, ...]:
    age, score = one["age"], one["score"]
    return (
        size_text(one["size"]),
        "" if age is None else duration_text(age),
        amount_text(one["cost"]),
        amount_text(one["frequency"]),
        amount_text(one["volume"]),
        "–" if score is None else amount_text(score),
        duration_text(one["rebuild"]),
    )


def _lines(view: CacheView) -> Iterator[str]:
    shown = view["artifacts"][:_MOST]
    if not shown:
        yield _EMPTY
        return
    names = [name_of(one) for one in shown]
    width = min(max(columns(name) for name in (*names, "artifact")), _LONGEST_NAME)
    yield _line("artifact", _HEADS[1:8], "state", width)
    for one, name in zip(shown, names, strict=True):
        yield _line(name, _numbers(one), state_of(one), width)
        yield f"    {why_of(one)}"
    if hidden := len(view["artifacts"]) - len(shown) + view["hidden"]:
        yield f"… and {hidden} more"


def _line(name: str, numbers: tuple[str, ...], state: str, width: int) -> str:
    cells = (f"{one:>{room}}" for one, room in zip(numbers, _WIDTHS, strict=True))
    return "  ".join((padded(name, width), *cells, state))
