"""How a task or a run stands, in the words that all engines use."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.following.standing import Standing, at, one_line
from couler_jupyter.engines.kube.troubles import Fault, trouble_in
from couler_jupyter.engines.kubeflow.live import seen as words
from couler_jupyter.engines.kubeflow.live.seen import Seen
from couler_jupyter.ir import Json, Phase

_PHASES: Mapping[str, Phase] = MappingProxyType(
    {
        "": Phase.PENDING,
        words.PENDING: Phase.PENDING,
        words.SUCCEEDED: Phase.SUCCEEDED,
        words.CACHED: Phase.CACHED,
        words.SKIPPED: Phase.SKIPPED,
        words.FAILED: Phase.FAILED,
        words.CANCELED: Phase.CANCELLED,
        "PAUSED": Phase.SUSPENDED,
    }
)
_EXIT = re.compile(r"exit (?:code|status):? (\d+)")
_LONGEST = 500


def standing_of(seen: Seen) -> Standing:
    """Return how a task stands."""
    phase = _PHASES.get(seen.state, Phase.RUNNING)
    message = seen.message[:_LONGEST]
    waits = phase in (Phase.PENDING, Phase.RUNNING)
    trouble = trouble_in(message) if message and (phase.bad or waits) else None
    if trouble is not None:
        message = f"{message}; {trouble.advice}"
        if phase is Phase.FAILED and trouble.fault is Fault.ENVIRONMENT:
            phase = Phase.ERRORED
    tried = phase not in (Phase.PENDING, Phase.SKIPPED)
    code = _EXIT.search(message) if phase.bad else None
    return Standing(
        phase=phase,
        attempt=max(1, len(seen.pods)) if tried else 0,
        message=message,
        exit_code=None if code is None else int(code[1]),
        started=seen.started if tried else None,
        finished=seen.finished if phase.ended else None,
    )


def run_standing(run: Mapping[str, Json]) -> Standing:
    """Return how a run stands, as the server tells it."""
    phase = _PHASES.get(str(run.get("state") or ""), Phase.RUNNING)
    told = (run.get("error") or {}).get("message") or ""
    return Standing(
        phase=phase,
        message=one_line(str(told))[:_LONGEST],
        started=at(run.get("created_at")),
        finished=at(run.get("finished_at")) if phase.ended else None,
    )


def with_reason(
    run: Standing, steps: Mapping[str, Standing], names: list[str]
) -> Standing:
    """Return how a run stands, and which of its own steps made it fail."""
    if run.phase is not Phase.FAILED:
        return run
    bad = [(name, steps[name]) for name in names if name in steps]
    bad = [one for one in bad if one[1].phase in (Phase.FAILED, Phase.ERRORED)]
    if not bad:
        return run
    name, first = next((b for b in bad if b[1].phase is Phase.FAILED), bad[0])
    more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
    message = f"step {name!r} failed: {first.message or first.phase}{more}"
    return Standing(
        phase=first.phase, message=message, started=run.started, finished=run.finished
    )
