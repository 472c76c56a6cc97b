"""Simulations that need no history: scenarios by name, and runs from a file."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from couler_jupyter.drawing import size_text
from couler_jupyter.errors import UnknownName, UsageFailed

if TYPE_CHECKING:
    from couler_jupyter.caching.simulate import Asked, Finding

POLICIES = ("lru", "fifo", "gdsf", "couler", "value", "oracle")
_SHARES = (0.05, 0.2, 0.5, 1.0)
"""Budgets for runs from a file, as shares of all bytes that they leave."""


def findings(
    scenario: str, seeds: int, *, budgets: Sequence[int], policies: Sequence[str]
) -> tuple[Finding, ...]:
    """Return what policies come to in a scenario.

    Args:
        scenario: its name; or a file of runs, as `trace_from_json` reads them.
        seeds: how many draws of it.
        budgets: in bytes; the scenario's own if none are given.
        policies: by text, `oracle` among them; the usual ones if none are given.

    Raises:
        UsageFailed: the file holds no runs.
        UnknownName, BadPolicy: there is no such scenario, or no such policy.
    """
    from couler_jupyter.caching.simulate import study
    from couler_jupyter.caching.simulate.scenario import SCENARIOS

    if scenario in SCENARIOS:
        found = SCENARIOS[scenario]
        traces = [found.trace(seed) for seed in range(seeds)]
        return study(traces, budgets or found.budgets, policies or POLICIES)
    if not Path(scenario).is_file():
        raise UnknownName("scenario or file", scenario, SCENARIOS)
    trace = _read(Path(scenario))
    whole = sum({one.key: one.size for run in trace for one in run.artifacts}.values())
    some = budgets or tuple(int(whole * share) for share in _SHARES)
    return study([trace], some, policies or POLICIES)


def finding_lines(found: Sequence[Finding], seeds: int) -> Iterator[str]:
    """Yield a table of findings."""
    first = found[0].policy
    draws = f"{seeds} draw{'s' if seeds != 1 else ''}"
    yield (
        f"time as a share of that without a cache, over that of {first}, and the share "
        f"of avoidable seconds saved; {draws}, 95 % intervals from resampling them"
    )
    width = max(len(one.policy) for one in found)
    for one in found:
        share = f"{one.share:.3f} ({one.low:.3f}-{one.high:.3f})"
        over = f"{one.over:.3f} ({one.over_low:.3f}-{one.over_high:.3f})"
        size = size_text(one.budget)
        yield f"{size:>8}  {one.policy:<{width}}  {share}  {over}  {one.saved:.0%}"


def _read(path: Path) -> tuple[Asked, ...]:
    from couler_jupyter.caching.simulate import trace_from_json

    try:
        trace = trace_from_json(json.loads(path.read_text("utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise UsageFailed(f"{path}: {error}") from None
    if not trace:
        raise UsageFailed(f"{path}: it has no runs")
    return trace
