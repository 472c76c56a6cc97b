"""Walking, folding, searching and looking into a DAG, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.drawing import Layouts, drawing_view
from couler_jupyter.ir import Phase, Step, SubWorkflow, Workflow
from couler_jupyter.protocol import (
    RunView,
    StepState,
    WorkflowView,
    patch_of,
    run_in,
    run_view,
    whole_view,
    workflow_view,
)
from couler_jupyter.widgets import RunWidget
from tests.drawing.graphs import HOSTILE, chain, hostile, numbered
from tests.protocol.cases import START, function, nested, pick_best, running
from tests.widgets.conftest import Staged

pytestmark = [pytest.mark.browser]

AXE = Path(__file__).parents[2] / "labextension/node_modules/axe-core/axe.min.js"
SERIOUS = {"serious", "critical"}
DARK = """:root { --jp-ui-font-color1: rgba(255, 255, 255, 0.87);
--jp-ui-font-color2: rgba(255, 255, 255, 0.54); --jp-layout-color1: #212121;
--jp-layout-color2: #424242; --jp-border-color1: #616161; --jp-brand-color1: #64b5f6; }
body { background: #111; }"""
ASKED = ("cancel", "retry", "step", "log", "outputs", "artifact")


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(RunWidget, "Fold", "AnsiLines")


def start(
    page: Any,
    drawn: WorkflowView,
    run: RunView | None = None,
    *,
    whole: WorkflowView | None = None,
    requests: tuple[str, ...] = ASKED,
) -> None:
    small = len(drawn["nodes"]) <= 1000
    layout = Layouts(dot=None).of(drawn) if small else None
    view = drawing_view(layout, drawn, run, requests=requests, whole=whole)
    page.evaluate("start", json.loads(json.dumps(view)))


def big_nested() -> Workflow:
    """Two sub-workflows of two steps each, between a first and a last step."""
    inner = Workflow(
        name="inner",
        steps=(
            Step(name="fit", template=function("fit")),
            Step(name="score", template=function("score"), after=("fit",)),
        ),
    )
    sub = SubWorkflow(workflow=inner)
    return Workflow(
        name="both",
        steps=(
            Step(name="load", template=function("load")),
            Step(name="left", template=sub, after=("load",)),
            Step(name="right", template=sub, after=("load",)),
            Step(name="report", template=function("report"), after=("left", "right")),
        ),
    )


def run_of(view: WorkflowView, phases: Mapping[str, Phase]) -> RunView:
    steps = {
        name: StepState(phase=phase, started=START, finished=START + 1, attempts=1)
        for name, phase in phases.items()
    }
    run = run_view(
        run_id="r",
        workflow=view["name"],
        engine="local",
        phase=Phase.RUNNING,
        steps=steps,
        started=START,
    )
    return run_in(run, view)


def nodes(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        ".couler-node", "(all) => all.map((one) => one.dataset.node)"
    )
    return found


def focused(page: Any) -> str:
    found: str = page.evaluate("document.activeElement.dataset.node ?? ''")
    return found


def press(page: Any, *keys: str) -> str:
    for key in keys:
        page.keyboard.press(key)
    return focused(page)


def answer(page: Any, kind: str, what: object) -> Any:
    """Answer the last request of a kind and return it."""
    page.wait_for_function("(k) => sent.some((one) => one.type === k)", arg=kind)
    request = page.evaluate("(k) => sent.findLast((one) => one.type === k)", kind)
    reply = {"type": "reply", "id": request["id"], "ok": True, "error": ""}
    page.evaluate("tell", {**reply, "answer": what})
    return request


def test_a_fold_shows_what_python_draws(page: Any) -> None:
    whole = whole_view(big_nested())
    for most in (1, 5, 60):
        drawn = workflow_view(big_nested(), most=most)
        view = drawing_view(Layouts(dot=None).of(drawn), drawn, whole=whole)
        made = page.evaluate(
            "([whole, closed]) => { const fold = new parts.Fold(whole, closed); return ["
            "fold.nodes.map((one) => one.id),"
            "fold.edges.map((one) => [one.source, one.target])]; }",
            [whole, view["closed"]],
        )
        assert sorted(made[0]) == sorted(one["id"] for one in drawn["nodes"])
        pairs = [[one["source"], one["target"]] for one in drawn["edges"]]
        assert sorted(made[1]) == sorted(pairs)


def test_groups_close_and_open(page: Any) -> None:
    workflow = big_nested()
    whole = whole_view(workflow)
    run = run_of(
        whole, {"left/fit": Phase.FAILED, "left/score": Phase.OMITTED, "right": Phase.PENDING}
    )  # fmt: skip
    start(page, workflow_view(workflow), run, whole=whole)
    assert len(nodes(page)) == 6
    page.locator('[data-close="left"]').click()
    assert nodes(page) == ["load", "left", "right/fit", "right/score", "report"]
    left = page.locator('[data-node="left"]')
    assert "1 failed, 1 omitted" in left.locator("> title").text_content()
    assert left.locator(".couler-counts rect").count() == 2
    page.get_by_role("button", name="Close all").click()
    assert nodes(page) == ["load", "left", "right", "report"]
    page.locator('[data-open="right"]').click()
    assert nodes(page) == ["load", "left", "right/fit", "right/score", "report"]
    page.get_by_role("button", name="Open all").click()
    assert len(nodes(page)) == 6


def test_what_is_closed_at_first_opens_by_key(page: Any) -> None:
    workflow = big_nested()
    start(page, workflow_view(workflow, most=1), whole=whole_view(workflow))
    assert nodes(page) == ["load", "left", "right", "report"]
    page.locator('[data-node="left"]').focus()
    assert press(page, "o") == "left/fit"
    assert len(nodes(page)) == 5
    assert press(page, "o") == "left"
    assert len(nodes(page)) == 4


def test_arrows_walk_along_edges_and_to_the_sides(page: Any) -> None:
    start(page, numbered(4, [(0, 1), (0, 2), (1, 3), (2, 3)]))
    page.locator('[data-node="s0"]').focus()
    first = press(page, "ArrowDown")
    assert first in {"s1", "s2"}
    right = press(page, "ArrowRight")
    left = press(page, "ArrowLeft")
    assert {first, right, left} == {"s1", "s2"}
    assert press(page, "ArrowDown") == "s3"
    assert press(page, "ArrowDown") == "s3"
    assert press(page, "Home") == "s0"
    assert press(page, "End") == "s3"


def test_enter_tells_and_escape_stops(page: Any) -> None:
    start(page, chain(3), requests=())
    page.locator('[data-node="s1"]').focus()
    press(page, "Enter")
    about = page.locator(".couler-about")
    assert about.is_visible()
    assert page.locator(".couler-lighting").count() == 1
    about.get_by_role("button", name="s2").click()
    assert about.locator("strong").text_content() == "s1"
    assert focused(page) == "s2"
    press(page, "Escape")
    assert not about.is_visible()
    assert page.locator(".couler-lighting").count() == 0


def test_a_nodes_family_stands_out(page: Any) -> None:
    start(page, numbered(5, [(0, 1), (1, 2), (0, 3), (3, 4)]))
    page.locator('[data-node="s1"]').click()
    lit = page.locator(".couler-node.couler-lit")
    names = lit.evaluate_all("(all) => all.map((one) => one.dataset.node)")
    assert sorted(names) == ["s0", "s1", "s2"]


def test_the_critical_path_is_what_takes_longest(page: Any) -> None:
    view = numbered(4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    steps = {
        f"s{n}": StepState(phase=Phase.SUCCEEDED, started=START, finished=START + took)
        for n, took in enumerate((1, 2, 9, 1))
    }
    run = run_view(
        run_id="r", workflow="graph", engine="local", phase=Phase.SUCCEEDED, steps=steps
    )
    start(page, view, run)
    page.get_by_role("button", name="Critical path").click()
    lit = page.locator(".couler-critical .couler-node.couler-lit")
    names = lit.evaluate_all("(all) => all.map((one) => one.dataset.node)")
    assert sorted(names) == ["s0", "s2", "s3"]
    assert page.locator(".couler-edge.couler-lit").count() == 2


def test_steps_are_found_by_name_and_phase_also_inside_groups(page: Any) -> None:
    workflow = big_nested()
    whole = whole_view(workflow)
    run = run_of(whole, {"left/score": Phase.FAILED, "right/score": Phase.SUCCEEDED})
    start(page, workflow_view(workflow, most=1), run, whole=whole)
    field = page.get_by_role("searchbox")
    field.fill("score")
    hits = page.locator(".couler-search [role=status]")
    assert hits.text_content() == "– of 2"
    assert page.locator(".couler-found").count() == 2
    field.press("Enter")
    assert hits.text_content() == "1 of 2"
    assert page.locator(".couler-selected").get_attribute("data-node") == "left/score"
    page.get_by_role("button", name="next match").click()
    assert page.locator(".couler-selected").get_attribute("data-node") == "right/score"
    field.fill("score failed")
    assert hits.text_content() == "– of 1"
    field.fill("nowhere")
    assert hits.text_content() == "nothing found"
    field.press("Escape")
    assert hits.text_content() == ""


def test_all_about_a_step_is_asked_for(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    page.locator('[data-node="load"]').click()
    detail = {
        "origin": "cell [2], line 3",
        "template": [{"name": "source", "text": "def load():\n    return 1"}],
        "arguments": [{"name": "rows", "text": "10"}],
        "outputs": ["result"],
        "decision": ["reused from run r-0"],
    }
    request = answer(page, "step", detail)
    assert (request["step"], request["run_id"]) == ("load", "pick-best-1")
    about = page.locator(".couler-about")
    about.get_by_text("cell [2], line 3").wait_for()
    about.get_by_text("reused from run r-0").wait_for()
    assert about.locator("pre", has_text="def load").count() == 1
    one = {"step": "load", "name": "table", "kind": "artifact", "value": None}
    more = {"text": "a file", "cut": False, "size": 12, "preview": True}
    answer(page, "outputs", {"outputs": [{**one, **more}], "hidden": 0})
    about.get_by_text("a file 12 B").click()
    beginning = {
        "name": "table",
        "media": "text/plain",
        "text": "a,b\n1,2",
        "base64": "",
    }
    asked = answer(page, "artifact", {**beginning, "size": 12, "cut": False})
    assert (asked["step"], asked["name"]) == ("load", "table")
    about.get_by_text("a,b").wait_for()


def piece(text: str, offset: int = 0, **more: Any) -> dict[str, Any]:
    end = offset + len(text.encode())
    where = {"offset": offset, "next": end, "size": end}
    return {"text": text, **where, "ended": True, **more}


def test_a_log_is_followed(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    page.locator('[data-node="train"]').click()
    shown = page.locator(".couler-log[role=log]")
    first = answer(page, "log", piece("\x1b[31mone\x1b[0m\ntw", ended=False))
    assert (first["step"], first["tail"]) == ("train[1]", 65536)
    page.wait_for_function("sent.filter((one) => one.type === 'log').length === 2")
    second = answer(page, "log", piece("o\nthree\n", first_end := 15))
    assert (second["offset"], "tail" in second) == (first_end, False)
    shown.get_by_text("three").wait_for()
    assert shown.text_content() == "one\ntwo\nthree\n"
    assert shown.locator(".couler-ink1").text_content() == "one"
    page.locator(".couler-about select").select_option("train[0]")
    third = answer(page, "log", piece("other"))
    assert third["step"] == "train[0]"
    shown.get_by_text("other").wait_for()
    assert shown.text_content() == "other"


def test_a_line_of_a_megabyte_is_cut_and_said(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    page.locator('[data-node="train"]').click()
    line = "\x1b[32mx" * 200_000
    answer(page, "log", piece(f"{line}\nend\n", size=1_000_000))
    shown = page.locator(".couler-log[role=log]")
    shown.get_by_text("end").wait_for()
    text = shown.text_content()
    assert len(text) < 2100
    assert "198000 more characters" in text


def test_colours_and_escapes_of_a_log(page: Any) -> None:
    read = (
        "(parts_) => { const reader = new parts.AnsiLines(); let last;"
        " const lines = []; for (const part of parts_) { const got = reader.take(part);"
        " lines.push(...got.whole); last = got.last; }"
        " return [...lines, last].map((line) => line.map((one) => [one.text, one.names]));}"
    )
    assert page.evaluate(read, ["a\x1b[1;3", "2mb\x1b[0mc\n", "d\r12%\r99%\ne"]) == [
        [["a", ""], ["b", "couler-ink2 couler-bold"], ["c", ""]],
        [["99%", ""]],
        [["e", ""]],
    ]
    odd = "\x1b]0;title\x07x\x1b[2Jy\x1b(Bz\x07\u202eno\x1b[38;5;9mw\n"
    assert page.evaluate(read, [odd]) == [[["xyzno", ""], ["w", ""]], []]


def test_hostile_answers_are_text(page: Any) -> None:
    start(page, hostile())
    page.locator(".couler-node").first.click()
    bad = HOSTILE[0]
    facts = [{"name": text, "text": text} for text in HOSTILE if "\ud800" not in text]
    answer(
        page,
        "step",
        {
            "origin": bad,
            "template": facts,
            "arguments": facts,
            "outputs": [bad],
            "decision": [bad],
        },
    )
    page.locator(".couler-about h4").first.wait_for()
    assert page.locator("script").count() == 1
    assert page.evaluate("window.hit") is None
    assert page.locator(".couler-about li").text_content() == bad


def test_a_late_patch_reaches_a_closed_group(page: Any) -> None:
    workflow = big_nested()
    whole = whole_view(workflow)
    before = run_of(whole, {"left/fit": Phase.RUNNING})
    after = run_of(whole, {"left/fit": Phase.SUCCEEDED, "left/score": Phase.FAILED})
    start(page, workflow_view(workflow, most=1), before, whole=whole)
    label = page.locator('[data-node="left"] > title')
    assert "running" in label.text_content()
    page.evaluate("tell", patch_of(before, after))
    page.wait_for_function(
        "document.querySelector('[data-node=left] > title').textContent.includes('failed')"
    )
    assert page.locator(".couler-bar").get_attribute("aria-valuetext") == (
        "2 of 2 steps: 1 succeeded, 1 failed"
    )


def test_many_patches_are_drawn_together_and_the_last_one_counts(page: Any) -> None:
    view = chain(3)
    at = [run_of(view, {"s0": Phase.RUNNING, "s1": Phase.PENDING})]
    for phase in (Phase.RUNNING, Phase.SUCCEEDED, Phase.FAILED):
        at.append(run_of(view, {"s0": Phase.SUCCEEDED, "s1": phase}))
    start(page, view, at[0])
    patches = [patch_of(one, other) for one, other in pairwise(at)]
    page.evaluate("(all) => all.forEach(tell)", patches)
    page.wait_for_function(
        "document.querySelector('[data-node=s1] > title').textContent.includes('failed')"
    )


@pytest.mark.parametrize("count", [5_000, 10_000])
def test_thousands_of_steps_start_in_stretches_of_levels(page: Any, count: int) -> None:
    pairs = [(max(0, n - 20 - n % 7), n) for n in range(20, count)]
    view = numbered(count, pairs)
    run = run_of(view, {"s0": Phase.SUCCEEDED, f"s{count - 1}": Phase.FAILED})
    start(page, view, run)
    shown = nodes(page)
    assert 2 < len(shown) <= 60
    assert all(one.startswith("level") for one in shown)
    failed = page.locator(".couler-node:has(> title:text('failed'))")
    assert failed.count() == 1
    failed.focus()
    press(page, "o")
    assert f"s{count - 1}" in nodes(page)
    scale: str = page.locator(".couler-world").get_attribute("transform")
    assert float(scale.removeprefix("scale(").partition(")")[0]) > 0.1
    page.get_by_role("searchbox").fill("s17")
    page.get_by_role("button", name="next match").click()
    assert "s17" in nodes(page)


def test_the_plan_says_what_is_left(page: Any) -> None:
    view = numbered(4, [(0, 1), (0, 2), (1, 3), (2, 3)])
    rows = [
        {"id": "s0", "fate": "reused", "to": "r-0", "why": "kept", "seconds": None},
        {"id": "s1", "fate": "run", "to": "", "why": "", "seconds": None},
        {"id": "s2", "fate": "merged", "to": "s1", "why": "the same", "seconds": None},
        {"id": "s3", "fate": "run", "to": "", "why": "", "seconds": None},
    ]
    drawing = drawing_view(Layouts(dot=None).of(view), view)
    plan = {"rows": rows, "critical": ["s0", "s1", "s3"], "engine": "local"}
    page.evaluate("start", json.loads(json.dumps({**drawing, "plan": plan})))
    assert len(nodes(page)) == 4
    page.get_by_role("button", name="As planned").click()
    assert nodes(page) == ["s0", "s1", "s3"]
    assert (
        page.locator('[data-node="s0"]').get_by_text("reused", exact=True).count() == 1
    )
    assert page.locator(".couler-head").count() == 2
    page.locator('[data-node="s0"]').click()
    page.get_by_text("reused, r-0, kept").wait_for()
    page.get_by_role("button", name="As planned").click()
    assert len(nodes(page)) == 4


def test_the_map_shows_where_one_looks_and_leads_there(page: Any) -> None:
    start(page, chain(60))
    small = page.locator(".couler-map")
    assert not small.is_visible()
    for _ in range(6):
        page.get_by_role("button", name="zoom in").click()
    assert small.is_visible()
    before = page.locator(".couler-world").get_attribute("transform")
    box = small.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + 6)
    assert page.locator(".couler-world").get_attribute("transform") != before


@pytest.mark.skipif(not AXE.exists(), reason="axe-core comes with labextension's npm")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nobody_is_kept_out(page: Any, theme: str) -> None:
    if theme == "dark":
        page.add_style_tag(content=DARK)
    workflow = big_nested()
    whole = whole_view(workflow)
    run = run_of(whole, {"load": Phase.SUCCEEDED, "left/fit": Phase.FAILED})
    start(page, workflow_view(workflow), run, whole=whole)
    page.locator('[data-close="right"]').click()
    page.locator('[data-node="load"]').click()
    page.get_by_role("searchbox").fill("fit")
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run(document.querySelector('.couler'))")
    bad = [one for one in found["violations"] if one["impact"] in SERIOUS]
    assert [(one["id"], one["nodes"][0]["html"]) for one in bad] == []


def test_a_view_is_as_it_was_left(page: Any) -> None:
    workflow = nested()
    start(page, workflow_view(workflow), whole=whole_view(workflow))
    page.evaluate(
        "stop(); document.body.replaceChildren(); window.one = couler();"
        " one.initialize({ model }); window.el = document.body.appendChild("
        "document.createElement('div')); window.stop = one.render({ model, el });"
    )
    page.locator('[data-close="tune"]').click()
    page.locator('[data-node="load"]').click()
    page.get_by_role("button", name="zoom in").click()
    camera = page.locator(".couler-world").get_attribute("transform")
    page.evaluate("stop(); el.replaceChildren(); one.render({ model, el })")
    assert nodes(page) == ["load", "tune", "report"]
    assert page.locator(".couler-selected").get_attribute("data-node") == "load"
    assert page.locator(".couler-world").get_attribute("transform") == camera
