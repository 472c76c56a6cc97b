"""What the script of a wish's view makes of it, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.drawing import Layouts, drawing_view
from couler_jupyter.protocol.nl import ProposalView, blank_proposal
from couler_jupyter.session.wishes import proposal_view
from couler_jupyter.widgets import ProposalWidget
from tests.drawing.graphs import HOSTILE
from tests.protocol.wishes import hostile, proposed, smaller
from tests.widgets.conftest import Staged

pytestmark = [pytest.mark.browser]

EARLIER = proposed(smaller(), "import couler_jupyter as couler")


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(ProposalWidget)


def plain(view: ProposalView) -> Any:
    text = json.dumps({**view, "workflow": None, "requests": ["revise"]})
    return json.loads(text.encode("utf-8", "replace"))


def start(page: Any, view: ProposalView) -> None:
    workflow = view["workflow"]
    drawing: Any = {}
    if workflow is not None:
        drawing = drawing_view(Layouts().of(workflow), workflow)
    page.evaluate(
        "([view, more]) => start(view, more)",
        [plain(view), {"drawing": json.loads(json.dumps(drawing))}],
    )


def test_progress_becomes_a_proposal_and_a_change_is_asked_for(page: Any) -> None:
    working = blank_proposal("working")
    working["doing"] = "attempt 1: passes its checks"
    start(page, working)
    page.get_by_text("attempt 1: passes its checks").wait_for()
    assert page.locator("textarea").is_hidden()

    view = proposal_view(proposed(), before=EARLIER, model="some-model")
    page.evaluate("(view) => change('view', view)", plain(view))
    page.get_by_text("send-rows: proposed by some-model").wait_for()
    page.get_by_text("1,240 tokens, $0.0125").wait_for()
    page.get_by_text("Nothing has run").wait_for()
    page.get_by_text("curl https://example.org/rows (send)").wait_for()
    page.get_by_text("reaches example.org (policy-network)").wait_for()
    assert page.locator(".couler-plus").count() > 1
    page.locator("pre", has_text="%%couler send-rows").wait_for()

    page.locator("textarea").fill("use <b>five</b> folds")
    page.get_by_role("button", name="Revise").click()
    [sent] = page.evaluate("sent")
    assert (sent["type"], sent["text"]) == ("revise", "use <b>five</b> folds")
    refusal = {"type": "reply", "id": sent["id"], "ok": False, "error": "not now"}
    page.evaluate("(reply) => tell(reply)", refusal)
    page.get_by_text("not now").wait_for()
    assert page.locator("textarea").input_value() == "use <b>five</b> folds"
    page.get_by_role("button", name="Revise").click()
    again = page.evaluate("sent")[1]
    reply = {"type": "reply", "id": again["id"], "ok": True, "error": ""}
    page.evaluate("(reply) => tell(reply)", reply)
    assert page.locator("textarea").input_value() == ""


def test_no_text_becomes_markup(page: Any) -> None:
    for text in HOSTILE:
        start(page, proposal_view(hostile(text), model=text))
    assert page.evaluate("window.hit") is None
    assert page.locator("script").count() == page.evaluate("document.scripts.length")
    assert page.locator(".couler script").count() == 0
    page.get_by_text("<script>alert(1)</script>").first.wait_for()


def test_the_dag_is_drawn_again_when_it_changes(page: Any) -> None:
    view = proposal_view(proposed(), model="some-model")
    start(page, view)
    page.locator(".couler-node").nth(1).wait_for()
    assert page.locator(".couler-node").count() == 2
    page.evaluate("change('drawing', {})")
    assert page.locator(".couler-node").count() == 0
