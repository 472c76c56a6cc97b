"""What is drawn, as JSON: a workflow, a run of it, and where its boxes stand."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

VERSION = 1

NodeKind: TypeAlias = Literal[
    "container", "script", "function", "job", "subworkflow", "suspend", "foreign"
]
EdgeKind: TypeAlias = Literal["data", "order", "phase", "condition"]
LoopKind: TypeAlias = Literal["", "map", "repeat"]


class NodeView(TypedDict):
    """One box of the drawing.

    Attributes:
        id: path of the step in the workflow, as `train` or `tune/fit`.
        label: what to print, not yet escaped.
        kind: which template.
        detail: one line, an image or a signature; may be empty.
        group: id of the `GroupView` it stands in, or empty.
        loop: whether one box stands for many runs of a step.
        badges: short marks, as `map ×3`, `when`, `retry 2`.
    """

    id: str
    label: str
    kind: NodeKind
    detail: str
    group: str
    loop: LoopKind
    badges: list[str]


class EdgeView(TypedDict):
    """One arrow; between two nodes there is at most one."""

    source: str
    target: str
    kind: EdgeKind
    label: str


class GroupView(TypedDict):
    """Nodes drawn inside one outline; `parent` is the group around it, or empty."""

    id: str
    label: str
    parent: str
    badges: list[str]


class WorkflowView(TypedDict):
    """All that is needed to draw a workflow; nodes come in a topological order."""

    type: Literal["workflow"]
    version: int
    name: str
    nodes: list[NodeView]
    edges: list[EdgeView]
    groups: list[GroupView]


class StepView(TypedDict):
    """Where one step of a run stands.

    Attributes:
        id: path in the run, as `train[0]`, `tune/fit`, `flip#2`.
        node: id of the `NodeView` or `GroupView` that stands for it.
        phase: a value of `Phase`.
        started: seconds since the epoch, or None.
        finished: seconds since the epoch, or None.
        attempts: how often it was tried.
        message: why, in one line; may be empty.
        cpu_seconds: CPU used, or None.
        peak_memory: bytes, or None.
    """

    id: str
    node: str
    phase: str
    started: float | None
    finished: float | None
    attempts: int
    message: str
    cpu_seconds: float | None
    peak_memory: int | None


class RunView(TypedDict):
    """Where a run and each of its steps stand; times are seconds since the epoch."""

    type: Literal["run"]
    version: int
    run_id: str
    workflow: str
    engine: str
    phase: str
    message: str
    started: float | None
    finished: float | None
    steps: list[StepView]


class BoxView(TypedDict):
    """Where something is drawn: its top left corner and size; `text` is cut to fit."""

    id: str
    x: float
    y: float
    width: float
    height: float
    text: str


class NodeBoxView(BoxView):
    """The box of a node; badges are placed relative to it, `room` is for its text."""

    detail: str
    badges: list[BoxView]
    room: float


class GroupBoxView(BoxView):
    """The outline of a group and the tab that its name is on."""

    tab: BoxView


class CurveView(TypedDict):
    """How an edge runs: SVG path data of its line and of its head."""

    source: str
    target: str
    kind: EdgeKind
    line: str
    head: str
    label: BoxView | None


class LayoutView(TypedDict):
    """Where everything of a `WorkflowView` stands, in pixels at scale 1."""

    width: float
    height: float
    nodes: list[NodeBoxView]
    groups: list[GroupBoxView]
    edges: list[CurveView]


class PhaseLook(TypedDict):
    """How a phase is shown; `icon` is an SVG path on a 16 × 16 grid."""

    word: str
    glyph: str
    color: str
    icon: str


class KindLook(TypedDict):
    """How a kind of node is shown; `icon` is an SVG path on a 16 × 16 grid."""

    word: str
    icon: str
