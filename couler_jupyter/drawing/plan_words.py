"""The words of a plan: numbers for people, with "unknown" where nobody knows."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.drawing.amount import amount_text, duration_text, size_text
from couler_jupyter.drawing.markup import isolated
from couler_jupyter.protocol import (
    PartPlanView,
    PlanView,
    RowView,
    SizeView,
    SpanView,
    TotalView,
)

UNKNOWN = "unknown"
_MOST_PARTS = 12
_MOST_CRITICAL = 12
_MOST_WAITS = 6
_HANDED = {
    "window": "at most {live} unfinished at once",
    "barrier": "each when those it waits for have ended, at most {live} at once",
}
_WIDE = 0.1
"""How far apart the shortest and the longest have to be for both to be told."""


def fate_text(row: RowView) -> str:
    """Return what becomes of a step."""
    to = isolated(row["to"])
    match row["fate"]:
        case "run":
            told = "will run"
        case "reused":
            told = f"reused from {to}" if to else "reused"
        case "merged" | "folded":
            told = f"{row['fate']} into {to}"
        case "left out":
            told = "left out"
    return told if row["part"] is None else f"{told}, part {row['part']}"


def span_words(span: SpanView | None) -> str:
    """Return seconds as a duration, from shortest to longest where they differ."""
    if span is None:
        return UNKNOWN
    low, middle, high = span["low"], span["middle"], span["high"]
    if high - low <= _WIDE * middle or duration_text(low) == duration_text(high):
        return duration_text(middle)
    return f"{duration_text(middle)} ({duration_text(low)} to {duration_text(high)})"


def row_time(row: RowView) -> str:
    """Return how long a step takes: how often it runs, and each time."""
    if row["fate"] in {"merged", "folded", "left out"}:
        return ""
    told = span_words(row["seconds"])
    if row["fate"] == "reused":
        return f"saves {told}" if row["seconds"] is not None else ""
    times = row["times"]
    if times is None:
        return f"each {told}" if row["seconds"] is not None else told
    return told if times == 1 else f"{times:g} × {told}"


def cost_text(cost: float | None, currency: str) -> str:
    """Return a cost with its currency."""
    if cost is None:
        return UNKNOWN
    return f"{amount_text(cost)} {isolated(currency)}".rstrip()


def bytes_text(size: int | None) -> str:
    """Return what is left behind."""
    return UNKNOWN if size is None else size_text(size)


def total_time(total: TotalView) -> str:
    """Return how long a run takes, or at least takes."""
    if not total["unknown"]:
        return span_words(total["seconds"])
    if total["seconds"] is None:
        return UNKNOWN
    count = total["unknown"]
    told = duration_text(total["seconds"]["low"])
    return f"at least {told} ({count} step{'s' * (count > 1)} unknown)"


def size_line(size: SizeView) -> str:
    """Return a size against its limit."""
    amount = UNKNOWN if size["amount"] is None else f"{size['amount']:,}"
    if size["most"] is None:
        return f"{amount} {size['of']}"
    told = f"{amount} of {size['most']:,} {size['of']}"
    if size["amount"] is None:
        return told
    return f"{told}, {size['amount'] / size['most']:.0%}"


def heading(plan: PlanView) -> str:
    """Return the first line: the workflow, the engine, and what is run."""
    total, rows = plan["after"], plan["rows"]
    parts = [f"plan of {isolated(plan['workflow'])} on {isolated(plan['engine'])}"]
    tally: dict[str, int] = {}
    for row in rows:
        if row["fate"] != "run":
            tally[row["fate"]] = tally.get(row["fate"], 0) + 1
    parts.append(f"{total['steps']} to run")
    parts += [f"{count} {fate}" for fate, count in tally.items()]
    if plan["parts"]:
        parts.append(f"{len(plan['parts'])} parts")
    return " · ".join(parts)


def total_lines(plan: PlanView) -> Iterator[tuple[str, str]]:
    """Yield what there is to say of the whole, each with its name."""
    before, after = plan["before"], plan["after"]
    workers = plan["workers"]
    at_once = f" with {workers} steps at once" if workers is not None else ""
    if start := plan["start_seconds"]:
        at_once += f", {duration_text(start)} before each starts"
    yield (
        "time",
        f"{total_time(after)}{at_once}; with nothing reused {total_time(before)}",
    )
    if plan["currency"]:
        cost = cost_text(after["cost"], plan["currency"])
        was = cost_text(before["cost"], plan["currency"])
        yield "cost", f"{cost}; with nothing reused {was}"
    else:
        yield "cost", f"{UNKNOWN}, as no prices are given"
    yield "leaves", bytes_text(after["bytes"])
    waves, widest = plan["waves"], plan["widest"]
    yield "waves", f"{waves}, up to {widest} step{'s' * (widest > 1)} at once"
    if plan["critical"]:
        yield "critical", _way(plan["critical"])
    if plan["sizes"]:
        yield "size", "; ".join(map(size_line, plan["sizes"]))
    yield from part_lines(plan)
    yield "passes", isolated(plan["passes"])


def _way(steps: list[str]) -> str:
    """Return a way through the steps; of a long one where it begins and ends."""
    shown = [isolated(one) for one in steps]
    if len(shown) > _MOST_CRITICAL:
        half = _MOST_CRITICAL // 2
        left_out = f"({len(shown) - 2 * half} more)"
        shown = [*shown[:half], left_out, *shown[-half:]]
    return " → ".join(shown)


def part_lines(plan: PlanView) -> Iterator[tuple[str, str]]:
    """Yield how the workflow is handed over, and what there is to say of each part."""
    parts, handing = plan["parts"], plan["handing"]
    if not parts or handing is None:
        return
    edges = sum(one["edges"] for one in parts)
    told = [f"{len(parts)}, {edges} edge{'s' * (edges != 1)} between them"]
    told.append(_HANDED[handing["mode"]].format(live=handing["live"]))
    if same := [one for one in parts if one["since"]]:
        done = sum(one["done"] for one in same)
        runs = " and ".join(dict.fromkeys(isolated(one["since"]) for one in same))
        told.append(f"{len(same)} as they were in {runs}, {done} of them done")
    yield "parts", "; ".join(told)
    for one in parts[:_MOST_PARTS]:
        yield f"part {one['number']}", _part_words(one)
    if len(parts) > _MOST_PARTS:
        yield "", f"… and {len(parts) - _MOST_PARTS} more parts"


def _part_words(part: PartPlanView) -> str:
    told = [size_line(one) for one in part["sizes"] if one["amount"] is not None]
    waits = part["waits_for"]
    shown = ", ".join(map(str, waits[:_MOST_WAITS]))
    more = f" and {len(waits) - _MOST_WAITS} more" if len(waits) > _MOST_WAITS else ""
    told.append(f"waits for part {shown}{more}" if waits else "waits for no other")
    if part["since"]:
        how = "and done " if part["done"] else ""
        told.append(f"as it was {how}in {isolated(part['since'])}")
    return "; ".join(told)
