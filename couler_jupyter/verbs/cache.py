"""cache: what is kept of earlier runs, what it is worth, and how much there may be."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict, replace
from typing import ClassVar

from couler_jupyter.caching import POLICIES
from couler_jupyter.errors import UsageFailed
from couler_jupyter.reusing import (
    Config,
    load_config,
    open_store,
    read_size,
    save_config,
)
from couler_jupyter.reusing.overview import Overview, Row
from couler_jupyter.reusing.what_if import compare
from couler_jupyter.session import Session
from couler_jupyter.store import Store
from couler_jupyter.verbs.base import Console, Parser

_BAR = 30
_OF_ARTIFACT = frozenset({"pin", "unpin", "drop", "why"})
_WHAT = (
    "table",
    "pin",
    "unpin",
    "drop",
    "clear",
    "budget",
    "policy",
    "policies",
    "why",
)


class Cache:
    """Show what is kept of earlier runs and what it is worth, and change how much."""

    name: ClassVar[str] = "cache"
    help: ClassVar[str] = "show and change what is kept of earlier runs"

    def declare(self, parser: Parser) -> None:
        """Add what to do, and with which artifact."""
        parser.add_argument(
            "what",
            nargs="?",
            default="table",
            choices=(*_WHAT, "simulate"),
            metavar="WHAT",
            help="table, pin, unpin, drop, why ARTIFACT; clear; budget SIZE; "
            "policy NAME; policies; simulate",
        )
        parser.add_argument(
            "value", nargs="?", default="", metavar="ARTIFACT|SIZE|NAME"
        )
        parser.add_argument("--budget", default="", help="to simulate, as 20G")
        parser.add_argument("--policy", default="", help="to simulate")
        parser.add_argument("--json", action="store_true", help="the table as JSON")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Do it."""
        del session
        config = load_config()
        if given.what == "policies":
            for name in POLICIES.names():
                mark = "*" if name == config.policy else " "
                told = (POLICIES.get(name).__doc__ or "").partition("\n")[0]
                console.say(f"{mark} {name:<15} {told}")
            return 0
        if given.what == "policy" and given.value:
            POLICIES.get(given.value)
            path = save_config(replace(load_config(written=True), policy=given.value))
            console.say(f"policy {given.value} from the next run on, says {path}")
            return 0
        store = open_store(config)
        try:
            self._do(store, config, given, console)
        finally:
            store.close()
        return 0

    def _do(
        self, store: Store, config: Config, given: argparse.Namespace, console: Console
    ) -> None:
        if given.what in _OF_ARTIFACT:
            _with_artifact(Overview(store, config), given.what, given.value, console)
        elif given.what == "clear":
            console.say(f"{told_size(store.clear())} freed; all is forgotten")
        elif given.what == "budget" and given.value:
            store.set_budget(read_size(given.value))
            Overview(store, config).rows()  # what no longer fits is given up
            console.say(bar(store.used, store.budget))
        elif given.what == "simulate":
            _simulate(store, config, given, console)
        elif given.what in ("budget", "policy"):
            console.say(f"{bar(store.used, store.budget)}; policy {config.policy}")
        else:
            _table(store, config, given, console)


def told_size(size: float) -> str:
    """Return bytes as people read them.

    >>> told_size(1_500_000)
    '1.5 MB'
    """
    for unit in ("B", "kB", "MB", "GB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.3g} TB"


def told_seconds(seconds: float) -> str:
    """Return a duration as people read it.

    >>> told_seconds(95), told_seconds(7200)
    ('95 s', '2 h')
    """
    for most, unit, length in ((120, "s", 1), (7200, "min", 60), (172_800, "h", 3600)):
        if seconds < most:
            return f"{seconds / length:.3g} {unit}"
    return f"{seconds / 86_400:.3g} d"


def bar(used: int, budget: int) -> str:
    """Return how much of the budget is used, as a bar.

    >>> bar(250, 1000)
    '[########----------------------] 250 B of 1 kB, 25%'
    """
    share = used / budget if budget else 1.0
    full = min(round(share * _BAR), _BAR)
    drawn = "#" * full + "-" * (_BAR - full)
    return f"[{drawn}] {told_size(used)} of {told_size(budget)}, {share:.0%}"


def _with_artifact(overview: Overview, what: str, name: str, console: Console) -> None:
    if not name:
        raise UsageFailed(
            f"cache {what} needs an artifact: a step, or how its key starts"
        )
    row = overview.find(name)
    if what == "why":
        for line in _why(row, overview.policy):
            console.say(line)
    elif what == "drop":
        overview.drop(row)
        console.say(
            f"{row.name}: {told_size(row.size)} given up; it will be made again"
        )
    elif not row.kept:
        raise UsageFailed(f"{row.name} is not kept; only what is can be {what}ned")
    else:
        overview.pin(row, pinned=what == "pin")
        console.say(f"{row.name}: {'stays' if what == 'pin' else 'may go'}")


def _why(row: Row, policy: str) -> list[str]:
    state = "pinned" if row.pinned else "kept" if row.kept else "not kept"
    lines = [f"{row.name} ({row.key[:12]}): {state}, {told_size(row.size)}"]
    lines.append(f"  in run {row.run}: {row.reason}" if row.run else f"  {row.reason}")
    lines.append(f"  the step took {told_seconds(row.seconds)}")
    if row.kept:
        lines.append(f"  score {row.score:.4g} by the policy {policy}:")
    lines += [f"    {one.name:<8} {one.number:.4g}  {one.words}" for one in row.terms]
    return lines


def _table(
    store: Store, config: Config, given: argparse.Namespace, console: Console
) -> None:
    rows = Overview(store, config).rows()
    if given.json:
        for row in rows:
            console.say(json.dumps(asdict(row), ensure_ascii=False))
        return
    console.say(f"{bar(store.used, store.budget)}; policy {config.policy}")
    if not rows:
        console.say("nothing is kept yet")
        return
    width = max(len(row.name) for row in rows)
    head = f"{'artifact':<{width}}  {'size':>8}  {'age':>8}  {'score':>9}  "
    console.say(f"{head}{'rebuild':>8}  why")
    for row in rows:
        console.say(_line(row, width))


def _line(row: Row, width: int) -> str:
    terms = {one.name: one.number for one in row.terms}
    age = "" if row.age is None else told_seconds(row.age)
    score = f"{row.score:.3g}" if row.kept else "not kept"
    rebuild = told_seconds(terms.get("rebuild", row.seconds))
    words = ", ".join(f"{name} {number:.3g}" for name, number in terms.items())
    why = "; ".join(part for part in (row.reason, words) if part)
    pin = "pinned; " * row.pinned
    size = told_size(row.size)
    start = f"{row.name:<{width}}  {size:>8}  {age:>8}  {score:>9}  {rebuild:>8}"
    return f"{start}  {pin}{why}"


def _simulate(
    store: Store, config: Config, given: argparse.Namespace, console: Console
) -> None:
    budget = read_size(given.budget) if given.budget else store.budget
    policy = given.policy or config.policy
    found = compare(store, config.policy, budget=budget, other=policy)
    share = 1 - found.then / found.now if found.now else 0.0
    change = f"{abs(share):.0%} {'less' if share >= 0 else 'more'}"
    console.say(
        f"with {told_size(budget)} and the policy {policy} the last {found.runs} runs "
        f"would have taken {told_seconds(found.then)}, {change} than with "
        f"{told_size(store.budget)} and {config.policy} ({told_seconds(found.now)})"
    )
