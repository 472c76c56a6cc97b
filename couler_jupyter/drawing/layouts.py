"""One way in: picks how to lay a workflow out, and remembers the result."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass, field

from couler_jupyter.drawing.box import edge_label_width, node_size
from couler_jupyter.drawing.dot import Dot, NoLayout
from couler_jupyter.drawing.layered import layered
from couler_jupyter.drawing.layout import Cluster, Layout, Outline
from couler_jupyter.drawing.ranks import ranks_of, rows_of, runs_across
from couler_jupyter.protocol import WorkflowView

_MOST_NODES = 1000
_MOST_EDGES = 2500
_WIDEST = 40
"""Graphviz is asked for no more; it would take seconds, or rows no screen can show."""
_KEPT = 32


@dataclass(slots=True)
class Layouts:
    """Lays workflows out; one is kept by whoever draws the same ones again.

    Attributes:
        dot: Graphviz; None to do without.
    """

    dot: Dot | None = field(default_factory=Dot)
    _known: OrderedDict[Outline, Layout] = field(default_factory=OrderedDict)

    def of(self, view: WorkflowView) -> Layout:
        """Return the layout of `view`; the same object while nothing changed in it."""
        outline = outline_of(view)
        found = self._known.pop(outline, None) or self._made(outline)
        self._known[outline] = found
        while len(self._known) > _KEPT:
            self._known.popitem(last=False)
        return found

    def _made(self, outline: Outline) -> Layout:
        rows = rows_of(ranks_of(outline))
        across = runs_across(outline, rows)
        small = (
            len(outline.nodes) <= _MOST_NODES
            and len(outline.edges) <= _MOST_EDGES
            and max(map(len, rows), default=0) <= _WIDEST
        )
        if small and self.dot is not None:
            try:
                return self.dot.lay_out(outline, across=across)
            except NoLayout:
                return layered(outline, across=across)
        return layered(outline, across=across)


def outline_of(view: WorkflowView) -> Outline:
    """Return what matters of `view` to its layout."""
    index = {node["id"]: place for place, node in enumerate(view["nodes"])}
    inside: dict[str, list[int]] = {group["id"]: [] for group in view["groups"]}
    parents = {group["id"]: group["parent"] for group in view["groups"]}
    for place, node in enumerate(view["nodes"]):
        group = node["group"]
        while group in inside:
            inside[group].append(place)
            group = parents[group]
    edges = {
        (index[edge["source"]], index[edge["target"]]): edge_label_width(edge["label"])
        for edge in view["edges"]
    }
    return Outline(
        nodes=tuple((node["id"], *node_size(node)) for node in view["nodes"]),
        edges=tuple((s, t, room) for (s, t), room in edges.items() if s != t),
        clusters=tuple(
            Cluster(name, parents[name], tuple(members))
            for name, members in inside.items()
        ),
    )
