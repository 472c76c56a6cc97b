"""From what is known of a run to its view."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.ir.run import Phase
from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import VERSION, RunView, StepView, WorkflowView

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
    boxes: Mapping[str, str] = MappingProxyType({}),
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
        boxes: by step, the part that is drawn as one box in its place.
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
        "steps": [_step(path, state, known, boxes) for path, state in steps.items()],
    }


def boxes_in(view: WorkflowView) -> Mapping[str, str]:
    """Return the part in whose box each step is that is not drawn by itself."""
    return {
        name: part["id"]
        for part in view["parts"]
        if part["closed"]
        for name in part["steps"]
    }


def node_of(
    path: str,
    nodes: Collection[str] = (),
    boxes: Mapping[str, str] = MappingProxyType({}),
) -> str:
    """Return the id of the node that stands for the step at `path` of a run.

    Items and turns are dropped; where that is not drawn by itself, the nearest
    sub-workflow around it is meant, or the part that it is in.

    >>> node_of("tune[0]/fit#2")
    'tune/fit'
    >>> node_of("tune[0]/fit#2", {"load", "tune"})
    'tune'
    >>> node_of("tune[0]/fit#2", {"part 1"}, {"tune": "part 1"})
    'part 1'
    """
    whole = _TURN.sub("", path)
    if boxes and (box := boxes.get(whole.partition("/")[0])):
        return box
    found = whole
    while nodes and found not in nodes:
        found, _, _ = found.rpartition("/")
        if not found:
            return whole
    return found


def run_in(run: RunView, drawn: WorkflowView) -> RunView:
    """Return a run told by the boxes of another drawing of the same workflow."""
    known = {one["id"] for one in (*drawn["nodes"], *drawn["groups"])}
    boxes = boxes_in(drawn)
    steps: list[StepView] = [
        {**step, "node": node_of(step["id"], known, boxes)} for step in run["steps"]
    ]
    return {**run, "steps": steps}


def _step(
    path: str, state: StepState, nodes: Collection[str], boxes: Mapping[str, str]
) -> StepView:
    return {
        "id": path,
        "node": node_of(path, nodes, boxes),
        "phase": state.phase.value,
        "started": state.started,
        "finished": state.finished,
        "attempts": state.attempts,
        "message": one_line(state.message),
        "cpu_seconds": state.cpu_seconds,
        "peak_memory": state.peak_memory,
    }
