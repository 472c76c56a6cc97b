"""What the script of a plan's view makes of it, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.drawing import plan_table_view
from couler_jupyter.planning import plan_view
from couler_jupyter.protocol import workflow_view
from couler_jupyter.protocol.plan_table import PlanTableView
from couler_jupyter.widgets import PlanWidget
from tests.drawing.graphs import HOSTILE
from tests.protocol.plans import plan, workflow
from tests.widgets.conftest import Staged
from tests.widgets.looks import dress, kept_out, needs_axe, shots

pytestmark = [pytest.mark.browser]


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(PlanWidget)


def table() -> PlanTableView:
    return plan_table_view(plan_view(plan()), workflow_view(workflow()))


def start(page: Any, given: PlanTableView) -> None:
    page.evaluate("(view) => start(view)", json.loads(json.dumps(given)))


def steps(page: Any) -> list[str]:
    found: list[str] = page.locator("tbody th").all_text_contents()
    return found


def test_rows_are_in_the_plans_order_until_they_are_sorted(page: Any) -> None:
    start(page, table())
    assert steps(page)[:3] == ["load", "again", "clean"]
    assert page.locator('thead th[aria-sort="none"]').count() == 7
    page.get_by_role("button", name="time").click()
    assert steps(page)[:4] == ["load", "tune", "clean", "each"]
    page.get_by_role("button", name="time").click()
    assert steps(page)[0] == "each"
    page.get_by_role("button", name="step").click()
    assert steps(page) == sorted(steps(page))


def test_rows_are_filtered_by_fate_and_by_words(page: Any) -> None:
    start(page, table())
    choice = page.get_by_label("which steps")
    assert choice.locator("option").all_text_contents() == [
        "all", "will run", "reused", "merged", "left out", "critical",
    ]  # fmt: skip
    choice.select_option("critical")
    assert steps(page) == ["clean", "tune/fit"]
    choice.select_option("run")
    page.get_by_role("searchbox").fill("EACH")
    assert steps(page) == ["each"]
    assert page.locator("caption").text_content() == "1 of 7 steps"


def test_one_is_told_of_by_keyboard(page: Any) -> None:
    start(page, table())
    page.locator("tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    about = page.locator(".couler-about")
    assert about.locator("strong").text_content() == "clean"
    assert "the run cannot end sooner" in about.text_content()
    page.keyboard.press("Escape")
    assert not about.is_visible()


def test_a_newer_plan_keeps_what_was_chosen(page: Any) -> None:
    start(page, table())
    page.get_by_label("which steps").select_option("merged")
    page.evaluate("(view) => change('view', view)", {**table(), "hidden": 3})
    assert steps(page) == ["again"]
    assert "3 more not sent" in page.locator("caption").text_content()
    fewer = [one for one in table()["rows"] if one["fate"] == "run"]
    page.evaluate("(view) => change('view', view)", {**table(), "rows": fewer})
    assert len(steps(page)) == len(fewer)


def test_hostile_text_is_text(page: Any) -> None:
    made = table()
    one = made["rows"][0]
    made["rows"] = [
        {**one, "id": f"{n}{text}", "told": text, "basis": text, "why": text}
        for n, text in enumerate(HOSTILE)
    ]
    made["heading"] = HOSTILE[0]
    made["notes"] = made["refused"] = made["decisions"] = list(HOSTILE)
    made["whole"] = [[text, text] for text in HOSTILE]
    made["alt"] = HOSTILE[0]
    start(page, made)
    for place in range(len(HOSTILE)):
        page.locator("tbody tr").nth(place).click()
    page.locator("details summary").first.click()
    assert page.locator("script").count() == 1
    assert page.evaluate("window.hit") is None


def test_the_dag_is_drawn_before_and_after(page: Any) -> None:
    widget = PlanWidget(plan_view(plan()), workflow_view(workflow()))
    more = json.loads(json.dumps({"drawing": widget.drawing}))
    page.evaluate("([view, more]) => start(view, more)", [dict(widget.view), more])
    boxes = page.locator(".couler-node")
    before = boxes.count()
    assert page.locator('[data-node="again"]').get_by_text("merged").count() >= 1
    page.get_by_role("button", name="As planned").click()
    assert boxes.count() < before
    assert page.locator('[data-node="again"]').count() == 0
    page.get_by_role("button", name="Critical path").click()
    lit = page.locator(".couler-node.couler-lit")
    names = lit.evaluate_all("(all) => all.map((one) => one.dataset.node)")
    assert "clean" in names


def test_a_saved_notebook_keeps_a_table_and_text() -> None:
    widget = PlanWidget(plan_view(plan()), workflow_view(workflow()))
    data, _ = widget._repr_mimebundle_()
    assert "<table>" in data["text/html"]
    assert data["text/plain"].startswith("plan of train on argo")
    assert "application/vnd.jupyter.widget-view+json" in data


@pytest.mark.parametrize("paper", ["light", "dark"])
def test_a_picture_for_people_to_look_at(page: Any, paper: str) -> None:
    dress(page, paper)
    start(page, table())
    page.locator("tbody tr").nth(2).click()
    page.locator(".couler").screenshot(path=shots() / f"plan-view-{paper}.png")
    assert page.locator(".couler-about").is_visible()


@needs_axe
@pytest.mark.parametrize("paper", ["light", "dark"])
def test_nobody_is_kept_out(page: Any, paper: str) -> None:
    dress(page, paper)
    start(page, table())
    page.locator("tbody tr").nth(2).click()
    assert kept_out(page) == []
