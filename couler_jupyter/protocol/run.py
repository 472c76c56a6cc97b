"""From what is known of a run to its view."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from couler_jupyter.ir.run import Phase
from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import VERSION, RunView, StepView

_TURN = re.compile(r"\[[^\]/]*\]|#\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class StepState:
    """Where one step of a run stands; the fields are those of `StepView`."""

    phase: Phase
    started: float | None = None
    finished: float | None = None
    attempts: int = 0
    message: str = ""
    cpu_seconds: float | None = None
    peak_memory: int | None = None


def run_view(
    *,
    run_id: str,
    workflow: str,
    engine: str,
    phase: Phase,
    steps: Mapping[str, StepState],
    nodes: Collection[str] = (),
    message: str = "",
    started: float | None = None,
    finished: float | None = None,
) -> RunView:
    """Return a run as JSON.

    Args:
        run_id: as `%couler` names it.
        workflow: its name.
        engine: where it runs.
        phase: where the run stands.
        steps: path in the run to where that step stands.
        nodes: ids of nodes and groups that are drawn, see `node_of`.
        message: why it stands there, in one line.
        started: seconds since the epoch.
        finished: seconds since the epoch.
    """
    known = frozenset(nodes)
    return {
        "type": "run",
        "version": VERSION,
        "run_id": run_id,
        "workflow": workflow,
        "engine": engine,
        "phase": phase.value,
        "message": one_line(message),
        "started": started,
        "finished": finished,
        "steps": [_step(path, state, known) for path, state in steps.items()],
    }


def node_of(path: str, nodes: Collection[str] = ()) -> str:
    """Return the id of the node that stands for the step at `path` of a run.

    Items and turns are dropped; where that is not drawn by itself, the nearest
    sub-workflow around it is meant.

    >>> node_of("tune[0]/fit#2")
    'tune/fit'
    >>> node_of("tune[0]/fit#2", {"load", "tune"})
    'tune'
    """
    whole = _TURN.sub("", path)
    found = whole
    while nodes and found not in nodes:
        found, _, _ = found.rpartition("/")
        if not found:
            return whole
    return found


def _step(path: str, state: StepState, nodes: Collection[str]) -> StepView:
    return {
        "id": path,
        "node": node_of(path, nodes),
        "phase": state.phase.value,
        "started": state.started,
        "finished": state.finished,
        "attempts": state.attempts,
        "message": one_line(state.message),
        "cpu_seconds": state.cpu_seconds,
        "peak_memory": state.peak_memory,
    }
