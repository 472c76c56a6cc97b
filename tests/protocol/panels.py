"""What kernels and panels say to each other, in examples."""

from __future__ import annotations

from couler_jupyter.drawing import Layouts, drawing_view
from couler_jupyter.ir import (
    Constant,
    Container,
    InputArtifact,
    InputParameter,
    Step,
    Workflow,
)
from couler_jupyter.protocol import (
    Held,
    PanelReply,
    PanelRequest,
    WorkflowsView,
    panel_reply,
    place_view,
    reply_to,
    workflow_view,
    workflows_view,
)

SESSION = "3f2a"
REQUEST = PanelRequest(
    id="7", type="show", version=1, session=SESSION, workflow="pick-best"
)
PLACE = place_view(cell="c-1", number=3, line=2, text="cell [3], line 2")


def small(name: str = "pick-best") -> Workflow:
    return Workflow(
        name=name,
        steps=(Step(name="load", template=Container(image="busybox")),),
        parameters=(
            InputParameter(name="lr", default=Constant.of(0.1)),
            InputParameter(name="day"),
        ),
        artifacts=(InputArtifact(name="table"), InputArtifact(name="x", optional=True)),
    )


def two_workflows() -> WorkflowsView:
    held = (
        Held(workflow=small(), place=PLACE),
        Held(
            workflow=small("later"), place=place_view(text="flows.py, line 9", line=9)
        ),
    )
    return workflows_view(SESSION, held)


def shown() -> PanelReply:
    drawn = workflow_view(small())
    return panel_reply(
        SESSION,
        reply_to(REQUEST),
        drawing=drawing_view(Layouts(dot=None).of(drawn), drawn),
        places={"load": PLACE},
    )


def refused() -> PanelReply:
    return panel_reply(SESSION, reply_to(REQUEST, "no workflow named 'pick'"))


def started() -> PanelReply:
    return panel_reply(SESSION, reply_to(REQUEST), made="20261122-140501-ab12")
