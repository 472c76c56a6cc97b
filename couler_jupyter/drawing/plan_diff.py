"""What two plans differ in, as text and as HTML; a plan that says the same has no lines."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.drawing.markup import Markup, element, isolated
from couler_jupyter.drawing.plan_words import (
    UNKNOWN,
    bytes_text,
    cost_text,
    fate_text,
    row_time,
    size_line,
    total_time,
)
from couler_jupyter.drawing.table import row, table
from couler_jupyter.protocol import PlanView, RowView, SizeView

_MOST = 200
_GONE = "–"
_SAME = "both plans say the same"


def plan_diff_bundle(before: PlanView, after: PlanView) -> dict[str, str]:
    """Return a MIME bundle of what differs: an HTML table, and plain text."""
    return {
        "text/html": plan_diff_html(before, after),
        "text/plain": plan_diff_text(before, after),
    }


def plan_diff_text(before: PlanView, after: PlanView) -> str:
    """Return what differs as text, a line each: `what: before → after`."""
    return "\n".join(_lines(before, after))


def plan_diff_html(before: PlanView, after: PlanView) -> str:
    """Return what differs as an HTML table."""
    found = list(_differences(before, after))
    if not found:
        return element("p", f"{_between(before, after)}: {_SAME}")
    rows: list[Markup] = [row(*one) for one in found[:_MOST]]
    heads = ("what", _named(before), _named(after))
    return element("div", table(_between(before, after), heads, rows, len(found)))


def _lines(before: PlanView, after: PlanView) -> Iterator[str]:
    yield _between(before, after)
    found = list(_differences(before, after))
    if not found:
        yield f"  {_SAME}"
    for what, was, now in found[:_MOST]:
        yield f"  {what}: {was} → {now}"
    if len(found) > _MOST:
        yield f"  … and {len(found) - _MOST} more"


def _between(before: PlanView, after: PlanView) -> str:
    names = {isolated(one["workflow"]): None for one in (before, after)}
    return f"plans of {' and '.join(names)}, {_named(before)} → {_named(after)}"


def _named(plan: PlanView) -> str:
    targets = f" for {', '.join(plan['targets'])}" if plan["targets"] else ""
    return isolated(f"{plan['engine']}{targets}")


def _differences(before: PlanView, after: PlanView) -> Iterator[tuple[str, str, str]]:
    """Yield what differs, how it was and how it is."""
    for what, was, now in (
        *_wholes(before, after),
        *_sizes(before["sizes"], after["sizes"]),
        *_rows(before, after),
    ):
        if was != now:
            yield what, was, now
    yield from _listed("refused", before["refused"], after["refused"])
    yield from _listed("note", before["notes"], after["notes"])


def _wholes(before: PlanView, after: PlanView) -> Iterator[tuple[str, str, str]]:
    was, now = before["after"], after["after"]
    yield "passes", isolated(before["passes"]), isolated(after["passes"])
    yield "steps to run", f"{was['steps']}", f"{now['steps']}"
    yield "parts", f"{len(before['parts'])}", f"{len(after['parts'])}"
    yield "time", total_time(was), total_time(now)
    yield (
        "cost",
        cost_text(was["cost"], before["currency"]),
        cost_text(now["cost"], after["currency"]),
    )
    yield "leaves", bytes_text(was["bytes"]), bytes_text(now["bytes"])
    yield (
        "critical",
        ", ".join(map(isolated, before["critical"])) or _GONE,
        ", ".join(map(isolated, after["critical"])) or _GONE,
    )


def _sizes(
    before: list[SizeView], after: list[SizeView]
) -> Iterator[tuple[str, str, str]]:
    was = {one["of"]: size_line(one) for one in before}
    now = {one["of"]: size_line(one) for one in after}
    for name in {**was, **now}:
        yield f"size in {name}", was.get(name, UNKNOWN), now.get(name, UNKNOWN)


def _rows(before: PlanView, after: PlanView) -> Iterator[tuple[str, str, str]]:
    was = {one["id"]: one for one in before["rows"]}
    now = {one["id"]: one for one in after["rows"]}
    for name in {**was, **now}:
        yield isolated(name), _row(was.get(name)), _row(now.get(name))


def _row(one: RowView | None) -> str:
    if one is None:
        return _GONE
    time = row_time(one)
    return f"{fate_text(one)}, {time}" if time else fate_text(one)


def _listed(
    what: str, before: list[str], after: list[str]
) -> Iterator[tuple[str, str, str]]:
    for one in before:
        if one not in after:
            yield what, isolated(one), _GONE
    for one in after:
        if one not in before:
            yield what, _GONE, isolated(one)
