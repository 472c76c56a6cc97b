"""A graph too wide for lanes, as a list by level: each step names what it comes after."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from couler_jupyter.drawing.looks import PHASES
from couler_jupyter.drawing.markup import isolated
from couler_jupyter.drawing.measure import fitted_columns
from couler_jupyter.drawing.rows import about, mark_of, padded
from couler_jupyter.drawing.standing import Standing
from couler_jupyter.protocol import NodeView, WorkflowView

_MOST_OF_LEVEL = 12
_MOST_LEVELS = 60
_MOST_NAMED = 3


def listed(
    view: WorkflowView, stand: Mapping[str, Standing], width: int, name_width: int
) -> Iterator[str]:
    """Yield the lines; of a level with many steps the first ones and a tally."""
    after: dict[str, list[str]] = {node["id"]: [] for node in view["nodes"]}
    for edge in view["edges"]:
        after[edge["target"]].append(edge["source"])
    levels = _levels(view["nodes"], after)
    for number, level in enumerate(levels[:_MOST_LEVELS], start=1):
        yield f"level {number} · {_count(len(level))}"
        for node in level[:_MOST_OF_LEVEL]:
            standing = stand.get(node["id"])
            name = padded(isolated(node["id"]), name_width)
            parts = [_after(after[node["id"]]), about(node, standing)]
            told = " · ".join(part for part in parts if part)
            yield fitted_columns(
                f"  {mark_of(standing)} {name}  {told}".rstrip(), width
            )
        if rest := level[_MOST_OF_LEVEL:]:
            yield f"  … and {len(rest)} more{_tally(rest, stand)}"
    if rest_levels := levels[_MOST_LEVELS:]:
        rest = [node for level in rest_levels for node in level]
        levels_left = (
            f"{len(rest_levels)} more level{'s' if len(rest_levels) > 1 else ''}"
        )
        yield f"… and {levels_left} · {_count(len(rest))}{_tally(rest, stand)}"


def _levels(
    nodes: Sequence[NodeView], after: Mapping[str, Sequence[str]]
) -> list[list[NodeView]]:
    level_of: dict[str, int] = {}
    levels: list[list[NodeView]] = []
    for node in nodes:
        level = max((level_of[one] + 1 for one in after[node["id"]]), default=0)
        level_of[node["id"]] = level
        if level == len(levels):
            levels.append([])
        levels[level].append(node)
    return levels


def _after(names: Sequence[str]) -> str:
    if not names:
        return ""
    shown = ", ".join(isolated(name) for name in names[:_MOST_NAMED])
    more = len(names) - _MOST_NAMED
    return f"after {shown}{f' and {more} more' if more > 0 else ''}"


def _tally(nodes: Sequence[NodeView], stand: Mapping[str, Standing]) -> str:
    counts = Counter(
        PHASES[stand[node["id"]].phase]["word"] for node in nodes if node["id"] in stand
    )
    told = ", ".join(f"{count} {word}" for word, count in counts.items())
    return f": {told}" if told else ""


def _count(count: int) -> str:
    return f"{count} step{'s' if count != 1 else ''}"
