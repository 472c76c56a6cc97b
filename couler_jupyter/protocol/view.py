"""What is drawn, as JSON: a workflow, a run of it, and where its boxes stand."""

from __future__ import annotations

from typing import Literal, TypeAlias, TypedDict

VERSION = 1

NodeKind: TypeAlias = Literal[
    "container",
    "script",
    "function",
    "job",
    "subworkflow",
    "suspend",
    "foreign",
    "part",
]
GroupKind: TypeAlias = Literal["subworkflow", "part"]
EdgeKind: TypeAlias = Literal["data", "order", "phase", "condition"]
LoopKind: TypeAlias = Literal["", "map", "repeat"]


class NodeView(TypedDict):
    """One box of the drawing.

    Attributes:
        id: path of the step in the workflow, as `train` or `tune/fit`.
        label: what to print, not yet escaped.
        kind: which template; `part` for all steps of a part that is drawn as one box.
        detail: one line, an image or a signature; may be empty.
        group: id of the `GroupView` it stands in, or empty.
        part: the number of the part it is in, from 1; None where nothing is cut, and
            for exit handlers.
        loop: whether one box stands for many runs of a step.
        badges: short marks, as `map ×3`, `when`, `retry 2`.
    """

    id: str
    label: str
    kind: NodeKind
    detail: str
    group: str
    part: int | None
    loop: LoopKind
    badges: list[str]


class EdgeView(TypedDict):
    """One arrow; between two nodes there is at most one.

    Attributes:
        source, target: ids of nodes.
        kind: why one comes after the other.
        cut: whether it leads from one part of the workflow to another.
        label: a word about it; may be empty.
    """

    source: str
    target: str
    kind: EdgeKind
    cut: bool
    label: str


class GroupView(TypedDict):
    """Nodes drawn inside one outline: a sub-workflow, or a part of the workflow.

    Attributes:
        id: path of the step; of a part `part 1`, which no step can be called.
        label: what to print, not yet escaped.
        kind: which of the two.
        parent: the group around it, or empty.
        badges: short marks.
    """

    id: str
    label: str
    kind: GroupKind
    parent: str
    badges: list[str]


class PartView(TypedDict):
    """Steps that an engine is handed together.

    Attributes:
        id: of its group, or of the node that it is drawn as.
        steps: names of its steps, outermost ones only.
        closed: whether it is drawn as one box.
    """

    id: str
    steps: list[str]
    closed: bool


class WorkflowView(TypedDict):
    """All that is needed to draw a workflow; nodes come in a topological order.

    `parts` is empty where nothing is cut.
    """

    type: Literal["workflow"]
    version: int
    name: str
    nodes: list[NodeView]
    edges: list[EdgeView]
    groups: list[GroupView]
    parts: list[PartView]


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

    kind: GroupKind
    tab: BoxView


class CurveView(TypedDict):
    """How an edge runs: SVG path data of its line and of its head.

    `cut` is that of the mark on an edge that leads from part to part, or empty.
    """

    source: str
    target: str
    kind: EdgeKind
    line: str
    head: str
    cut: str
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
