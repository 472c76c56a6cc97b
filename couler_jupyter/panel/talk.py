"""One kernel and the panels that show it: tells them what there is, does what they ask."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, Protocol, cast
from uuid import uuid4

from couler_jupyter.drawing import Layouts, drawing_view
from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.panel.cells import Cells
from couler_jupyter.protocol import (
    VERSION,
    Held,
    PanelReply,
    PanelRequest,
    WorkflowsView,
    heard,
    panel_reply,
    reply_to,
    whole_view,
    workflow_view,
    workflows_view,
)
from couler_jupyter.session import Session

TARGET: Final = "couler_jupyter"
"""What the comm is called on both sides."""
_MOST_LAID_OUT: Final = 400
"""What is bigger is grouped by the browser first, and laid out there."""


class Comm(Protocol):
    """What of ipykernel's comm is used here."""

    comm_id: str

    def send(self, data: Mapping[str, object]) -> None:
        """Send a message to the panel."""
        ...

    def close(self) -> None:
        """Tell the panel that nothing more will come."""
        ...

    def on_msg(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Have messages of the panel handed to `callback`."""
        ...

    def on_close(self, callback: Callable[[dict[str, Any]], None]) -> None:
        """Have `callback` called when the panel is gone."""
        ...


class Talk:
    """Every page that shows this kernel's notebook has a comm of its own.

    Attributes:
        id: of this session of the kernel; a panel that knows another one starts anew.
    """

    def __init__(self, session: Callable[[], Session], cells: Cells) -> None:
        """Wait for panels.

        Args:
            session: gives what the notebook holds.
            cells: which were run.
        """
        self.id = uuid4().hex
        self._session = session
        self._cells = cells
        self._comms: dict[str, Comm] = {}
        self._told: WorkflowsView | None = None
        self._layouts = Layouts()
        self._known: Mapping[str, Callable[[PanelRequest], PanelReply]] = {
            "ping": self._ping,
            "run": self._run,
            "show": self._show,
        }

    def opened(self, comm: Comm, _: dict[str, Any]) -> None:
        """A panel is there: tell it what there is, and hear what it asks."""
        self._comms[comm.comm_id] = comm
        comm.on_msg(partial(self._asked, comm))
        comm.on_close(partial(self._left, comm))
        comm.send(self._view())

    def tell(self) -> None:
        """Tell all panels what there is, if that changed."""
        view = self._view()
        if view == self._told:
            return
        self._told = view
        for comm in list(self._comms.values()):
            comm.send(view)

    def close(self) -> None:
        """Tell all panels that the extension is taken out."""
        for comm in list(self._comms.values()):
            comm.close()
        self._comms.clear()

    def _left(self, comm: Comm, _: dict[str, Any]) -> None:
        self._comms.pop(comm.comm_id, None)

    def _view(self) -> WorkflowsView:
        workflows = self._session().workflows.values()
        place = self._cells.of_workflow
        held = (Held(workflow=one, place=place(one)) for one in workflows)
        return workflows_view(self.id, held)

    def _asked(self, comm: Comm, message: dict[str, Any]) -> None:
        request = cast("PanelRequest", message["content"]["data"])
        comm.send(heard(self.id, request))
        try:
            _check_version(request)
            reply = self._chosen(request["type"])(request)
        except CoulerError as error:
            comm.send(self._refusal(request, str(error)))
        except Exception as error:
            comm.send(self._refusal(request, f"{type(error).__name__}: {error}"))
            raise
        else:
            comm.send(reply)

    def _refusal(self, request: PanelRequest, why: str) -> PanelReply:
        return panel_reply(self.id, reply_to(request, why))

    def _chosen(self, name: str) -> Callable[[PanelRequest], PanelReply]:
        if name not in self._known:
            names = ", ".join(sorted(self._known))
            raise UsageFailed(f"no request {name!r}; known: {names}")
        return self._known[name]

    def _ping(self, request: PanelRequest) -> PanelReply:
        return panel_reply(self.id, reply_to(request))

    def _run(self, request: PanelRequest) -> PanelReply:
        run = self._session().submit(self._meant(request))
        return panel_reply(self.id, reply_to(request), made=run.id)

    def _show(self, request: PanelRequest) -> PanelReply:
        workflow = self._meant(request)
        drawn = workflow_view(workflow)
        small = len(drawn["nodes"]) <= _MOST_LAID_OUT
        layout = self._layouts.of(drawn) if small else None
        return panel_reply(
            self.id,
            reply_to(request),
            drawing=drawing_view(layout, drawn, whole=whole_view(workflow)),
            places=self._cells.of_steps(workflow),
        )

    def _meant(self, request: PanelRequest) -> Workflow:
        return self._session().find(request.get("workflow", ""))


def _check_version(request: PanelRequest) -> None:
    theirs = request.get("version")
    if theirs != VERSION:
        raise UsageFailed(
            f"the panel speaks version {theirs} of the protocol, this kernel "
            f"{VERSION}; install the same couler-jupyter for both"
        )
