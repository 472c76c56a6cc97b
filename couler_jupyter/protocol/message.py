"""What goes back and forth while a view is open: patches, requests, replies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, TypedDict

from couler_jupyter.protocol.plan import PlanView
from couler_jupyter.protocol.view import (
    VERSION,
    KindLook,
    LayoutView,
    PhaseLook,
    RunView,
    StepView,
    WorkflowView,
)


class DrawingView(TypedDict):
    """What a widget starts from: a workflow, its layout, and a run if there is one.

    Attributes:
        workflow: all of it, or what is drawn of it.
        layout: of what is seen while the groups in `closed` are one box each; without
            nodes where that is too big to be laid out here.
        closed: ids of groups that are not open at first.
        plan: of that workflow, if there is one.
        requests: what may be asked of whoever shows it, as `cancel` and `log`.
    """

    type: Literal["drawing"]
    version: int
    workflow: WorkflowView
    layout: LayoutView
    phases: dict[str, PhaseLook]
    kinds: dict[str, KindLook]
    closed: list[str]
    run: RunView | None
    plan: PlanView | None
    requests: list[str]


class RunChange(TypedDict, total=False):
    """The fields of a run, beside its steps, that changed."""

    phase: str
    message: str
    started: float | None
    finished: float | None


class RunPatch(TypedDict):
    """What changed in a run: whole `StepView`s, matched by id; new ones come last.

    `sent` is the kernel's clock, so that a browser whose clock differs can tell
    how long a step has been running.
    """

    type: Literal["patch"]
    version: int
    run_id: str
    run: RunChange
    steps: list[StepView]
    sent: NotRequired[float]


class Alive(TypedDict):
    """Nothing changed, but the run is still followed; sent every few seconds."""

    type: Literal["alive"]
    version: int
    sent: float


class Request(TypedDict):
    """What a view asks of the kernel; `id` comes back in the reply."""

    id: str
    type: str
    run_id: NotRequired[str]
    step: NotRequired[str]
    artifact: NotRequired[str]
    name: NotRequired[str]
    attempt: NotRequired[int]
    offset: NotRequired[int]
    tail: NotRequired[int]


class Reply(TypedDict):
    """The answer to the request of the same `id`; `error` is empty if all went well.

    `answer` is there where more was asked for than that something be done.
    """

    type: Literal["reply"]
    version: int
    id: str
    ok: bool
    error: str
    answer: NotRequired[Mapping[str, Any]]


def patch_of(before: RunView, after: RunView) -> RunPatch | None:
    """Return what turns `before` into `after`; None where nothing changed.

    Raises:
        ValueError: they are of two runs, or a step is gone; then send `after` whole.
    """
    if before["run_id"] != after["run_id"]:
        raise ValueError(f"{after['run_id']!r} is not the run {before['run_id']!r}")
    known = {step["id"]: step for step in before["steps"]}
    if lost := known.keys() - {step["id"] for step in after["steps"]}:
        raise ValueError(f"a patch cannot take away steps: {', '.join(sorted(lost))}")
    steps = [step for step in after["steps"] if known.get(step["id"]) != step]
    run = _change(before, after)
    if not steps and not run:
        return None
    return {
        "type": "patch",
        "version": VERSION,
        "run_id": after["run_id"],
        "run": run,
        "steps": steps,
    }


def patched(view: RunView, patch: RunPatch) -> RunView:
    """Return `view` with `patch` applied; `view` stays as it is."""
    steps = {step["id"]: step for step in view["steps"]}
    steps.update((step["id"], step) for step in patch["steps"])
    return {**view, **patch["run"], "steps": list(steps.values())}


def _change(before: RunView, after: RunView) -> RunChange:
    change = RunChange()
    if before["phase"] != after["phase"]:
        change["phase"] = after["phase"]
    if before["message"] != after["message"]:
        change["message"] = after["message"]
    if before["started"] != after["started"]:
        change["started"] = after["started"]
    if before["finished"] != after["finished"]:
        change["finished"] = after["finished"]
    return change


def reply_to(
    request: Request, error: str = "", answer: Mapping[str, Any] | None = None
) -> Reply:
    """Return the answer to `request`: done, or why not."""
    reply: Reply = {
        "type": "reply",
        "version": VERSION,
        "id": request["id"],
        "ok": not error,
        "error": error,
    }
    if answer is not None:
        reply["answer"] = answer
    return reply
