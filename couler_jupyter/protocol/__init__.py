"""The JSON that kernel and browser exchange: views, patches, requests, replies.

Each message has a `type` and a `version`. A view is made by a pure function and holds
no Python objects, so that a widget, a comm and a REST answer carry the same.
"""

from couler_jupyter.protocol.cache import (
    ArtifactState,
    ArtifactView,
    CacheView,
    TermView,
    cache_view,
)
from couler_jupyter.protocol.condition import condition_text, value_text
from couler_jupyter.protocol.message import (
    Alive,
    DrawingView,
    Reply,
    Request,
    RunChange,
    RunPatch,
    patch_of,
    patched,
    reply_to,
)
from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.plan import (
    DecisionView,
    FateWord,
    PlanView,
    RowView,
    SizeView,
    SpanView,
    TotalView,
    is_plan,
)
from couler_jupyter.protocol.run import StepState, node_of, run_view
from couler_jupyter.protocol.view import (
    VERSION,
    BoxView,
    CurveView,
    EdgeKind,
    EdgeView,
    GroupBoxView,
    GroupView,
    KindLook,
    LayoutView,
    LoopKind,
    NodeBoxView,
    NodeKind,
    NodeView,
    PhaseLook,
    RunView,
    StepView,
    WorkflowView,
)
from couler_jupyter.protocol.workflow import workflow_view

__all__ = [
    "VERSION",
    "Alive",
    "ArtifactState",
    "ArtifactView",
    "BoxView",
    "CacheView",
    "CurveView",
    "DecisionView",
    "DrawingView",
    "EdgeKind",
    "EdgeView",
    "FateWord",
    "GroupBoxView",
    "GroupView",
    "KindLook",
    "LayoutView",
    "LoopKind",
    "NodeBoxView",
    "NodeKind",
    "NodeView",
    "PhaseLook",
    "PlanView",
    "Reply",
    "Request",
    "RowView",
    "RunChange",
    "RunPatch",
    "RunView",
    "SizeView",
    "SpanView",
    "StepState",
    "StepView",
    "TermView",
    "TotalView",
    "WorkflowView",
    "cache_view",
    "condition_text",
    "is_plan",
    "node_of",
    "one_line",
    "patch_of",
    "patched",
    "reply_to",
    "run_view",
    "value_text",
    "workflow_view",
]
