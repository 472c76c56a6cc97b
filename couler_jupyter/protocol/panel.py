"""What a notebook's kernel and the panel beside it say to each other."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, NotRequired, TypedDict

from couler_jupyter.ir import Workflow
from couler_jupyter.protocol.message import DrawingView, Reply, Request
from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import VERSION


class PlaceView(TypedDict):
    """Where something was written.

    Attributes:
        cell: id of the cell in the notebook; empty if it is not known.
        number: what stood in `In [ ]`; None if it was no cell.
        line: in the cell or file, from 1; None if it is not known.
        text: for people, as `cell [3], line 2`; may be empty.
    """

    cell: str
    number: int | None
    line: int | None
    text: str


class WorkflowEntry(TypedDict):
    """One workflow that a kernel holds.

    Attributes:
        name: how it is called.
        steps: how many there are.
        needs: inputs that have no default, so that a run has to be given them.
        place: where it was written.
    """

    name: str
    steps: int
    needs: list[str]
    place: PlaceView


class WorkflowsView(TypedDict):
    """All workflows that a kernel holds, the latest last.

    Attributes:
        session: of the kernel; another one after a restart.
    """

    type: Literal["workflows"]
    version: int
    session: str
    workflows: list[WorkflowEntry]


class PanelRequest(Request):
    """What a panel asks of a kernel.

    Attributes:
        version: of the protocol, that the panel speaks.
        session: that it takes the kernel's to be.
        workflow: the name of the one that is meant.
    """

    version: int
    session: str
    workflow: NotRequired[str]


class Heard(TypedDict):
    """A request has come; its `Reply` follows when it is done."""

    type: Literal["heard"]
    version: int
    session: str
    id: str


class PanelReply(Reply):
    """The answer to a `PanelRequest`.

    Attributes:
        session: of the kernel.
        made: the id of the run that was started.
        drawing: what was asked to be shown.
        places: of its steps, by their ids in the drawing.
    """

    session: str
    made: NotRequired[str]
    drawing: NotRequired[DrawingView]
    places: NotRequired[dict[str, PlaceView]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """One workflow that a kernel holds, and where it was written."""

    workflow: Workflow
    place: PlaceView


def workflows_view(session: str, held: Iterable[Held]) -> WorkflowsView:
    """Return what a kernel holds as JSON."""
    return {
        "type": "workflows",
        "version": VERSION,
        "session": session,
        "workflows": [_entry(one) for one in held],
    }


def place_view(
    *,
    cell: str = "",
    number: int | None = None,
    line: int | None = None,
    text: str = "",
) -> PlaceView:
    """Return a place as JSON; without arguments one that is not known."""
    return {"cell": cell, "number": number, "line": line, "text": one_line(text)}


def heard(session: str, request: Request) -> Heard:
    """Return the sign that `request` has come."""
    return {
        "type": "heard",
        "version": VERSION,
        "session": session,
        "id": request["id"],
    }


def panel_reply(
    session: str,
    reply: Reply,
    *,
    made: str = "",
    drawing: DrawingView | None = None,
    places: Mapping[str, PlaceView] | None = None,
) -> PanelReply:
    """Return the answer of a kernel, with what it came to."""
    answer: PanelReply = {
        "type": "reply",
        "version": reply["version"],
        "id": reply["id"],
        "ok": reply["ok"],
        "error": reply["error"],
        "session": session,
    }
    if made:
        answer["made"] = made
    if drawing is not None:
        answer["drawing"] = drawing
    if places is not None:
        answer["places"] = dict(places)
    return answer


def _entry(held: Held) -> WorkflowEntry:
    workflow = held.workflow
    values = [one.name for one in workflow.parameters if one.default is None]
    files = [
        one.name
        for one in workflow.artifacts
        if one.default is None and not one.optional
    ]
    return {
        "name": workflow.name,
        "steps": len(workflow.steps),
        "needs": [*values, *files],
        "place": held.place,
    }
