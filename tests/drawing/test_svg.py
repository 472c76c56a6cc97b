from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from couler_jupyter.drawing import PHASES, Layouts, drawing_view, svg
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import (
    RunView,
    StepState,
    WorkflowView,
    boxes_in,
    run_view,
    workflow_view,
)
from tests.drawing.graphs import HOSTILE, hostile, numbered
from tests.protocol import golden
from tests.protocol.cases import CASES, START, parted, pick_best, running

SVG = "{http://www.w3.org/2000/svg}"


def drawn(view: WorkflowView, run: RunView | None = None) -> str:
    return svg(Layouts(dot=None).of(view), view, run)


def texts(markup: str) -> list[str]:
    return [one.text or "" for one in ET.fromstring(markup).iter(f"{SVG}text")]


@pytest.mark.parametrize("case", sorted(CASES))
def test_drawing_is_what_it_was(case: str) -> None:
    markup = drawn(workflow_view(CASES[case]()))
    golden.check(f"drawing/{case}.svg", markup.replace("><", ">\n<") + "\n")


def test_drawing_of_a_run_is_what_it_was() -> None:
    markup = drawn(workflow_view(pick_best()), running())
    golden.check("drawing/run_pick_best.svg", markup.replace("><", ">\n<") + "\n")


def test_hostile_text_is_text() -> None:
    view = hostile()
    steps = {text: StepState(phase=Phase.FAILED, message=text) for text in HOSTILE}
    run = run_view(
        run_id=HOSTILE[0],
        workflow=HOSTILE[0],
        engine="local",
        phase=Phase.FAILED,
        steps=steps,
    )
    markup = drawn(view, run)
    markup.encode()
    allowed = {"svg", "title", "g", "rect", "path", "circle", "text"}
    root = ET.fromstring(markup)
    assert {one.tag.removeprefix(SVG) for one in root.iter()} == allowed
    assert "<script>alert(1)</script>" in texts(markup)
    assert "\u2068שלום עולם\u2069" in texts(markup)
    assert "\x1b" not in markup


def test_nothing_in_it_clashes_or_reaches_out() -> None:
    markup = drawn(workflow_view(pick_best()), running())
    for one in ET.fromstring(markup).iter():
        assert not {"id", "href", "class", "style", "onload"} & one.attrib.keys()
    assert "url(" not in markup


@pytest.mark.parametrize("phase", list(Phase))
def test_a_phase_is_a_word_and_an_icon_beside_its_colour(phase: Phase) -> None:
    run = run_view(
        run_id="r",
        workflow="graph",
        engine="local",
        phase=phase,
        steps={"s0": StepState(phase=phase, started=START, finished=START + 2)},
    )
    markup = drawn(numbered(1, []), run)
    look = PHASES[phase]
    assert any(text.startswith(look["word"]) for text in texts(markup))
    assert f'd="{look["icon"]}"' in markup
    assert f'fill="{look["color"]}"' in markup


def test_phases_are_told_apart_by_more_than_colour() -> None:
    for field in ("word", "glyph", "icon"):
        assert len({look[field] for look in PHASES.values()}) == len(Phase)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_white_icon_can_be_read_on_each_colour(phase: Phase) -> None:
    color = PHASES[phase]["color"]
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    linear = [
        p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
    ]
    luminance = sum(
        w * p for w, p in zip((0.2126, 0.7152, 0.0722), linear, strict=True)
    )
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_who_does_not_see_it_is_told() -> None:
    root = ET.fromstring(drawn(workflow_view(pick_best()), running()))
    assert root.get("role") == "img"
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "workflow pick-best: 4 steps; 1 cached, 1 running, 2 pending"
    told = [one.text or "" for one in root.iter(f"{SVG}title")]
    assert any("train(model, data); map ×3; retry 2; running" in one for one in told)


def test_a_thousand_steps_stay_small() -> None:
    view = numbered(1000, [(index // 3, index) for index in range(1, 1000)])
    assert len(drawn(view)) < 1_000_000


def test_a_browser_is_sent_what_was_measured_here() -> None:
    view = workflow_view(pick_best())
    drawing = drawing_view(
        Layouts(dot=None).of(view), view, requests={"retry", "cancel"}
    )
    assert drawing["requests"] == ["cancel", "retry"]
    assert drawing["run"] is None
    assert set(drawing["phases"]) == {phase.value for phase in Phase}
    boxes = {box["id"]: box for box in drawing["layout"]["nodes"]}
    assert boxes["train"]["detail"] == "train(model, data)"
    assert [badge["text"] for badge in boxes["train"]["badges"]] == [
        "map ×3",
        "retry 2",
    ]
    labels = [
        edge["label"]["text"] for edge in drawing["layout"]["edges"] if edge["label"]
    ]
    assert labels == ["max_of.result > 0.9"]


def test_badges_that_do_not_fit_are_counted() -> None:
    view = numbered(1, [])
    view["nodes"][0]["badges"] = [f"a badge {index}" for index in range(9)]
    shown = [text for text in texts(drawn(view)) if "badge" in text or "+" in text]
    assert shown[-1] == f"+{9 - (len(shown) - 1)}"
    assert 1 < len(shown) < 9


def test_edges_between_parts_are_marked_and_the_mark_is_told() -> None:
    view = workflow_view(parted())
    markup = drawn(view)
    drawing = drawing_view(Layouts(dot=None).of(view), view)
    marked = {
        (e["source"], e["target"]) for e in drawing["layout"]["edges"] if e["cut"]
    }
    assert marked == {(e["source"], e["target"]) for e in view["edges"] if e["cut"]}
    for edge in drawing["layout"]["edges"]:
        assert not edge["cut"] or f'd="{edge["cut"]}"' in markup
    assert "from one part to another" in texts(markup)
    titles = [one.text or "" for one in ET.fromstring(markup).iter(f"{SVG}title")]
    assert "fit-b; function; fit(x); part 2" in titles
    whole = drawn(workflow_view(pick_best()))
    assert "from one part to another" not in texts(whole)


def test_a_closed_part_stands_where_its_steps_do() -> None:
    view = workflow_view(parted(), closed={"part 1"})
    states = {
        "load": StepState(phase=Phase.SUCCEEDED, started=START, finished=START + 2),
        "fit-a": StepState(phase=Phase.FAILED, started=START, finished=START + 5),
    }
    run = run_view(
        run_id="r",
        workflow="parted",
        engine="local",
        phase=Phase.FAILED,
        steps=states,
        nodes={one["id"] for one in view["nodes"]},
        boxes=boxes_in(view),
    )
    assert any(
        text.startswith("failed · 5.0 s · 1/2") for text in texts(drawn(view, run))
    )
    root = ET.fromstring(drawn(view))
    title = root.find(f"{SVG}title")
    assert title is not None
    assert title.text == "workflow parted: 7 steps in 3 parts"
