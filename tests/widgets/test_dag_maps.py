"""A map that opens into its items, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.drawing import Layouts, drawing_view
from couler_jupyter.ir import Constant, Items, Map, Phase, Step, Workflow
from couler_jupyter.protocol import RunView, StepState, run_in, run_view, workflow_view
from couler_jupyter.widgets import RunWidget
from tests.protocol.cases import START, function
from tests.widgets.conftest import Staged
from tests.widgets.looks import shots

pytestmark = [pytest.mark.browser]

DRAWN = workflow_view(
    Workflow(
        name="mapped",
        steps=(
            Step(name="load", template=function("load")),
            Step(
                name="train",
                template=function("train"),
                after=("load",),
                loop=Map(over=Items(items=tuple(map(Constant.of, range(50))))),
            ),
            Step(name="best", template=function("best"), after=("train",)),
        ),
    )
)


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(RunWidget)


def run(count: int, phase: Phase = Phase.SUCCEEDED) -> RunView:
    """Return a run in which so many items of the map are known."""
    names = ["load", "train", *(f"train[{n}]" for n in range(count))]
    steps = {
        name: StepState(phase=Phase.SUCCEEDED, started=START, finished=START + 1)
        for name in names
    }
    steps["train"] = StepState(phase=Phase.RUNNING, started=START)
    steps["train[1]"] = StepState(phase=phase, started=START, attempts=1)
    view = run_view(
        run_id="r",
        workflow="mapped",
        engine="local",
        phase=Phase.RUNNING,
        steps=steps,
        started=START,
    )
    return run_in(view, DRAWN)


def start(page: Any, run: RunView) -> None:
    view = drawing_view(
        Layouts(dot=None).of(DRAWN), DRAWN, run, requests=("step", "log", "outputs")
    )
    page.evaluate("start", json.loads(json.dumps(view)))


def boxes(page: Any) -> list[str]:
    found: list[str] = page.eval_on_selector_all(
        ".couler-node .couler-label", "(all) => all.map((one) => one.textContent)"
    )
    return found


def test_a_map_opens_into_its_first_items_and_closes(page: Any) -> None:
    start(page, run(50, Phase.FAILED))
    assert boxes(page) == ["load", "train", "best"]
    page.locator("[data-open=train]").click()
    shown = boxes(page)
    assert len(shown) == 2 + 21
    assert shown[1:3] == ["train[0]", "train[1]"]
    assert "30 more" in shown
    assert page.evaluate("document.activeElement.dataset.node") == "train[0]"
    failed = page.locator('[data-node="train[1]"]')
    assert "failed" in str(failed.locator("title").first.text_content())
    more = page.locator('[data-node="train more"]')
    assert "30/30" in str(more.locator(".couler-detail").text_content())
    assert not page.locator('[data-node="train more"] [data-open]').count()
    page.locator(".couler").screenshot(path=shots() / "dag-map-open.png")
    page.locator("[data-close=train]").click()
    assert boxes(page) == ["load", "train", "best"]


def test_an_item_is_told_of_as_what_it_is(page: Any) -> None:
    start(page, run(3, Phase.FAILED))
    page.locator("[data-node=train]").focus()
    page.keyboard.press("o")
    page.locator('[data-node="train[1]"]').click()
    about = page.locator(".couler-about")
    assert about.locator("strong").text_content() == "train[1]"
    asked = page.evaluate("sent.map((one) => [one.type, one.step])")
    assert ["step", "train"] in asked
    assert ["outputs", "train[1]"] in asked
    names = about.locator("dd .couler-link").all_text_contents()
    assert names == ["load", "best"]
    page.keyboard.press("Escape")
    page.keyboard.press("o")
    assert boxes(page) == ["load", "train", "best"]


def test_items_that_begin_later_join_the_others(page: Any) -> None:
    start(page, run(3))
    page.locator("[data-open=train]").click()
    assert len(boxes(page)) == 5
    page.locator('[data-node="train[2]"]').focus()
    page.evaluate("tell", json.loads(json.dumps(run(5))))
    page.locator('[data-node="train[4]"]').wait_for()
    assert page.evaluate("document.activeElement.dataset.node") == "train[2]"
    patch = run(60)
    steps = [one for one in patch["steps"] if one["node"] == "train"]
    told = {"type": "patch", "version": 1, "run_id": "r", "run": {}, "steps": steps}
    page.evaluate("tell", json.loads(json.dumps(told)))
    page.locator('[data-node="train more"]').wait_for()
    assert "40 more" in boxes(page)


def test_what_has_no_items_yet_does_not_open(page: Any) -> None:
    start(page, run(0))
    page.locator("[data-node=load]").focus()
    page.keyboard.press("o")
    page.locator("[data-node=train]").focus()
    page.keyboard.press("o")
    assert boxes(page) == ["load", "train", "best"]
