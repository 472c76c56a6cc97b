"""Runs as the run store remembers them, without anything having run."""

from __future__ import annotations

from collections.abc import Mapping

from couler_jupyter.ir import Phase, RunEvent, Workflow, to_json
from couler_jupyter.runs import RunStore


def remember(
    store: RunStore,
    workflow: Workflow,
    seconds: Mapping[str, float],
    *,
    engine: str = "local",
    phase: Phase = Phase.SUCCEEDED,
    peak: int | None = None,
) -> str:
    """Write down a run whose steps took so long, by path in the run; return its id."""
    run = store.create(
        workflow=workflow.name, engine=engine, document=to_json(workflow)
    )
    events = [RunEvent(step="", phase=Phase.RUNNING, time=0.0)]
    for path, took in seconds.items():
        events.append(RunEvent(step=path, phase=Phase.RUNNING, time=100.0, attempt=1))
        events.append(
            RunEvent(
                step=path,
                phase=phase,
                time=100.0 + took,
                attempt=1,
                cpu_seconds=took / 2,
                peak_memory=peak,
            )
        )
    events.append(RunEvent(step="", phase=Phase.SUCCEEDED, time=1000.0))
    store.record(run.id, events)
    return run.id
