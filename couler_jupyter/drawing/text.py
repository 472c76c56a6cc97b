"""The drawing as plain text, for terminals and for pages that show nothing else."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.drawing.amount import span_text
from couler_jupyter.drawing.lanes import Line, TooWide, lanes_of
from couler_jupyter.drawing.levels import listed
from couler_jupyter.drawing.looks import PHASES
from couler_jupyter.drawing.markup import isolated
from couler_jupyter.drawing.measure import columns, fitted_columns
from couler_jupyter.drawing.rows import about, mark_of, padded
from couler_jupyter.drawing.standing import Standing, standings
from couler_jupyter.ir.run import Phase
from couler_jupyter.protocol import RunView, WorkflowView

_MOST_LANES = 14
_LONGEST_NAME = 48
_MANY = 300


def workflow_text(view: WorkflowView, *, width: int = 100) -> str:
    """Return a workflow as text, `width` columns wide at the most.

    The edges are drawn as lanes; where they would be too many, each step names the
    ones it comes after instead.
    """
    return "\n".join((heading(view), *_body(view, {}, width)))


def run_text(view: WorkflowView, run: RunView, *, width: int = 100) -> str:
    """Return a workflow as text, with the phase and duration of each step."""
    return "\n".join((heading(view, run), *_body(view, standings(run), width)))


def heading(view: WorkflowView, run: RunView | None = None) -> str:
    """Return the first line: the workflow, and where the run stands."""
    count = len(view["nodes"])
    if view["parts"]:
        count += sum(len(one["steps"]) - 1 for one in view["parts"] if one["closed"])
    name = f"{isolated(view['name'])} · {count} step{'s' if count != 1 else ''}"
    if view["parts"]:
        name += f" · {_parts(view)}"
    if run is None:
        return name
    look = PHASES[Phase(run["phase"])]
    parts = [f"{look['glyph']} {name}", f"run {isolated(run['run_id'])}", look["word"]]
    if span := span_text(run["started"], run["finished"]):
        parts.append(span)
    if run["message"]:
        parts.append(isolated(run["message"]))
    return " · ".join(parts)


def _parts(view: WorkflowView) -> str:
    cut = sum(edge["cut"] for edge in view["edges"])
    parts = len(view["parts"])
    if any(one["closed"] for one in view["parts"]):
        return f"{parts} part{'s' * (parts != 1)}"
    edges = f"{cut} edge{'s' * (cut != 1)} between them"
    return f"{parts} part{'s' * (parts != 1)}, {edges}"


def _body(
    view: WorkflowView, stand: Mapping[str, Standing], width: int
) -> Iterator[str]:
    nodes = {node["id"]: node for node in view["nodes"]}
    longest = max((columns(isolated(name)) for name in nodes), default=0)
    name_width = min(longest, _LONGEST_NAME)
    try:
        lines = _lanes(view, stand)
    except TooWide:
        yield from listed(view, stand, width, name_width)
        return
    margin = max((columns(line.lanes) for line in lines), default=0) + 2
    for line in lines:
        row = line.lanes
        if line.node:
            name = padded(isolated(line.node), name_width)
            told = about(nodes[line.node], stand.get(line.node))
            row = f"{padded(row, margin)}{name}  {told}"
        yield fitted_columns(row.rstrip(), width)


def _lanes(view: WorkflowView, stand: Mapping[str, Standing]) -> list[Line]:
    if len(view["nodes"]) > _MANY:
        raise TooWide
    return lanes_of(
        [node["id"] for node in view["nodes"]],
        [(edge["source"], edge["target"]) for edge in view["edges"]],
        {node["id"]: mark_of(stand.get(node["id"])) for node in view["nodes"]},
        _MOST_LANES,
    )
