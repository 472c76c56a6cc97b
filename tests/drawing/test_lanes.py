from __future__ import annotations

import pytest
from hypothesis import given, settings

from couler_jupyter.drawing.lanes import Line, TooWide, lanes_of
from couler_jupyter.protocol import WorkflowView
from tests.drawing.graphs import fan, graphs, numbered

LEFT, RIGHT = set("─┤┼╮╯┴┬"), set("─├┼╭╰┴┬")
DOWN = set("│├┤┼╮╭┬")


def drawn(view: WorkflowView, most: int = 99) -> list[Line]:
    names = [node["id"] for node in view["nodes"]]
    return lanes_of(names, pairs(view), dict.fromkeys(names, "o"), most)


def pairs(view: WorkflowView) -> list[tuple[str, str]]:
    return [(edge["source"], edge["target"]) for edge in view["edges"]]


def read(lines: list[Line]) -> list[tuple[str, str]]:
    """Return the edges that the picture shows, by following its lines."""
    lanes: dict[int, set[str]] = {}
    last = ""
    found: list[tuple[str, str]] = []
    for line in lines:
        if line.node:
            column = line.lanes.index("o")
            found += [(source, line.node) for source in lanes.get(column, ())]
            lanes = {at: lanes[at] for at, mark in enumerate(line.lanes) if mark == "│"}
            lanes[column], last = {line.node}, line.node
        else:
            lanes = joined(line.lanes, lanes, last) if line.lanes else {}
    return found


def joined(text: str, lanes: dict[int, set[str]], node: str) -> dict[int, set[str]]:
    """Return the lanes below a line that forks and joins the lane of `node`."""
    start = next(at for at, sources in lanes.items() if sources == {node})
    below: dict[int, set[str]] = {}
    for at, mark in enumerate(text):
        reached = mark != "│" and mark in DOWN and at % 2 == 0
        if reached and at != start and connected(text, start, at):
            crossing = lanes.get(at, set()) if mark in "├┤┼" else set()
            below[at] = crossing | {node}
        elif mark in DOWN:
            below[at] = lanes[at]
    return below


def connected(text: str, one: int, other: int) -> bool:
    first, last = sorted((one, other))
    inner = (mark in LEFT or mark == "│" for mark in text[first + 1 : last])
    return text[first] in RIGHT and text[last] in LEFT and all(inner)


@settings(deadline=None, max_examples=300)
@given(graphs(most=9))
def test_the_picture_shows_the_edges_and_no_others(view: WorkflowView) -> None:
    lines = drawn(view)
    assert sorted(line.node for line in lines if line.node) == sorted(
        node["id"] for node in view["nodes"]
    )
    assert sorted(read(lines)) == sorted(pairs(view)), "\n".join(
        f"{line.lanes:20} {line.node}" for line in lines
    )


def test_a_diamond() -> None:
    view = numbered(4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    assert [line.lanes for line in drawn(view)] == [
        "o",
        "├─╮",
        "o │",
        "│ o",
        "├─╯",
        "o",
    ]


def test_what_is_not_connected_does_not_look_so() -> None:
    loose = numbered(4, [(0, 1), (2, 3)])
    assert [line.lanes for line in drawn(loose)] == ["o", "o", "", "o", "o"]


def test_too_many_lanes_are_refused() -> None:
    assert drawn(fan(10), most=8)
    with pytest.raises(TooWide):
        drawn(fan(11), most=8)
