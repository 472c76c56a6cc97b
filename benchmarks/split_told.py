"""What was measured of cuts: beside what was to be reached, and as tables."""

from __future__ import annotations

import statistics
from typing import Any

from couler_jupyter.testing.graphs import FAMILIES

GOAL_FAMILIES = tuple(name for name in FAMILIES if name != "scattered")
Row = dict[str, Any]


def goals(rows: list[Row]) -> list[Row]:
    """Return what was to be reached, what was, and whether that is enough."""
    ok = [row for row in rows if "missing" not in row]
    of = {(r["way"], r["family"], r["n"], r["seed"]): r for r in ok}
    window = [r for r in ok if r["way"] == "window" and r["family"] in GOAL_FAMILIES]
    barrier = [r for r in ok if r["way"] == "barrier" and r["family"] in GOAL_FAMILIES]
    found: list[Row] = []

    def say(what: str, value: float, most: float) -> None:
        found.append({"goal": what, "is": value, "most": most, "met": value <= most})

    if not window or not barrier:
        return found
    times = [r["window"] for r in window]
    say("window, median time", statistics.median(times), 1.03)
    say("window, worst time", max(times), 1.08)
    say("window, live parts", max(r["live"] for r in window), 8)
    say("parts in a ring or over budget", sum(_bad(r) for r in window + barrier), 0)
    worse = [
        _score(r) - _score(of["levels", r["family"], r["n"], r["seed"]], "barrier")
        for r in barrier
        if ("levels", r["family"], r["n"], r["seed"]) in of
    ]
    say("barrier, score above levels", max(worse, default=0.0), 1e-9)
    local = [r for r in barrier if r["family"] == "layered local" and r["n"] == 10_000]
    if local:
        say("barrier, layered local 10,000", max(r["barrier"] for r in local), 1.45)
    beside = [
        r["edges"] / of["paper", r["family"], r["n"], r["seed"]]["edges"]
        for r in window
        if r["family"] == "layered local" and r["n"] >= 10_000
    ]
    say("cut beside the paper's, layered local", max(beside, default=0.0), 0.75)
    say("parts beside the least", max(r["parts"] / r["least"] for r in window), 1.08)
    for count, most in ((1_000, 0.2), (10_000, 2.5), (100_000, 20.0)):
        both = [r["cpu"] for r in window + barrier if r["n"] == count]
        if both:
            say(f"CPU seconds, {count:,}, median", statistics.median(both), most)
            say(f"CPU seconds, {count:,}, worst", max(both), most)
    say("memory in MB", max(r["peak"] for r in window + barrier), 400)
    return found


def _bad(row: Row) -> int:
    return int(row["in a ring"] + row["backward"] + row["over"])


def _score(row: Row, mode: str = "barrier") -> float:
    share = row["edges"] / max(1, row["of edges"])
    return float(row[mode] + 0.5 * share + 0.1 * row["parts"] / row["least"])


def as_text(found: dict[str, list[Row]]) -> str:
    """Return all of it as Markdown tables."""
    return "\n\n".join(_table(name, rows) for name, rows in found.items() if rows)


def _table(name: str, rows: list[Row]) -> str:
    made = _medians(rows) if name == "table" else rows
    heads = list(made[0])
    lines = [
        f"## {name}",
        "",
        "| " + " | ".join(heads) + " |",
        "|---" * len(heads) + "|",
    ]
    lines += [
        "| " + " | ".join(_word(row[head]) for head in heads) + " |" for row in made
    ]
    return "\n".join(lines)


def _medians(rows: list[Row]) -> list[Row]:
    groups: dict[tuple[int, str, str], list[Row]] = {}
    for row in rows:
        if "missing" not in row:
            groups.setdefault((row["n"], row["family"], row["way"]), []).append(row)
    return [
        {
            "n": count,
            "family": family,
            "way": way,
            "parts": statistics.median(r["parts"] for r in some),
            "least": statistics.median(r["least"] for r in some),
            "cut": statistics.median(r["edges"] / max(1, r["of edges"]) for r in some),
            "window": _median(some, "window"),
            "live": max(r["live"] for r in some),
            "barrier": _median(some, "barrier"),
            "CPU s": statistics.median(r["cpu"] for r in some),
            "MB": max(r["peak"] for r in some),
        }
        for (count, family, way), some in groups.items()
    ]


def _median(rows: list[Row], key: str) -> float | str:
    values: list[float] = [row[key] for row in rows if row[key] is not None]
    dead = len(rows) - len(values)
    if dead:
        return "dead" if not values else f"{statistics.median(values):.2f}, {dead} dead"
    return statistics.median(values)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return f"{value:.2f}" if value < 100 else f"{value:,.0f}"
    return f"{value:,}" if isinstance(value, int) else str(value)
