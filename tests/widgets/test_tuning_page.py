"""What the script of the tuning view makes of it, in a real browser."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.drawing import chart_view
from couler_jupyter.protocol import TuningView
from couler_jupyter.widgets import TuningWidget
from tests.drawing.graphs import HOSTILE as ALL
from tests.protocol.tunings import full
from tests.widgets.conftest import Staged

HOSTILE = " ".join(ALL)

pytestmark = [pytest.mark.browser]


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(TuningWidget)


def plain(value: Any) -> Any:
    return json.loads(json.dumps(value))


def start(page: Any, view: TuningView) -> None:
    page.evaluate(
        "([view, more]) => start(view, more)",
        [plain(view), {"chart": plain(chart_view(view) or {})}],
    )


def rows(page: Any) -> list[str]:
    heads: list[str] = page.locator("tbody th").all_text_contents()
    return heads


def row(page: Any, setting: str) -> Any:
    return page.locator(f'tr[data-setting="{setting}"]')


def test_curves_and_table_tell_predicted_from_real(page: Any) -> None:
    start(page, full())
    assert rows(page) == ["rate=0.2", "rate=0.3", "rate=0.1", "rate=9", "rate=0.4"]
    assert row(page, "b").locator("td").all_text_contents() == [
        "1",
        "0.95",
        "0.9 to 0.97, 80%",
        "0.8 after 5",
        "1 min 15 s",
        "default; predicted by past runs (extra-trees), calibrated; few points",
        "use",
    ]
    labels = page.locator(".couler-plate-text").all_text_contents()
    assert {"2 real", "1 predicted", "1 real", "3 predicted"} <= set(labels)
    dashes = page.locator(".couler-predicted").first.get_attribute("stroke-dasharray")
    assert dashes == "6 4"
    assert page.locator(".couler-real").first.get_attribute("stroke-dasharray") is None


def test_one_click_or_a_key_asks_for_a_setting(page: Any) -> None:
    start(page, full())
    button = page.get_by_role("button", name="use rate=0.1", exact=True)
    button.click()
    button.focus()
    page.keyboard.press("Enter")
    asked = [(one["type"], one["setting"]) for one in page.evaluate("window.sent")]
    assert asked == [("use", "a")] * 2
    assert page.locator('tr[aria-current="true"]').count() == 0


def test_the_one_that_is_used_says_so(page: Any) -> None:
    view = full()
    start(page, view)
    view["settings"][2]["marks"] = ["chosen"]
    page.evaluate("(view) => change('view', view)", plain(view))
    button = row(page, "a").get_by_role("button")
    assert button.get_attribute("aria-pressed") == "true"
    assert button.text_content() == "in use"


def test_it_can_be_sorted_walked_through_and_looked_into_by_keys(page: Any) -> None:
    start(page, full())
    page.get_by_role("button", name="predicted").first.click()
    assert rows(page)[0] == "rate=9"
    row(page, "d").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert row(page, "b").get_attribute("aria-current") == "true"
    assert "tune-1" in page.locator("dl").text_content()
    labels = page.locator(".couler-plate-text").all_text_contents()
    assert "1 real" in labels
    assert "2 real" not in labels


def test_real_curves_come_while_it_is_open(page: Any) -> None:
    view = full()
    less: TuningView = {**view, "settings": [view["settings"][2]]}
    start(page, less)
    assert page.locator(".couler-real").count() == 0
    page.evaluate("(chart) => change('chart', chart)", plain(chart_view(view)))
    page.evaluate("(view) => change('view', view)", plain(view))
    assert page.locator(".couler-real").count() == 2
    assert page.get_by_role("status").text_content() == (
        "3 predicted, 3 measured by real runs"
    )


def test_hostile_text_is_text(page: Any) -> None:
    view = {**full(), "step": HOSTILE, "advice": HOSTILE, "metric": HOSTILE}
    view["settings"][0]["text"] = HOSTILE  # type: ignore[index]
    start(page, view)  # type: ignore[arg-type]
    assert page.evaluate("window.hit") is None
    assert page.locator("div script, div img").count() == 0
    assert page.locator("tbody th").first.text_content() == HOSTILE
