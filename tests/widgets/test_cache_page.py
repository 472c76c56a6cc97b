"""What the script of the cache's view makes of it, in a real browser."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.drawing import amount_text, size_text
from couler_jupyter.protocol import ArtifactState, CacheView, cache_view
from couler_jupyter.widgets import CacheWidget
from tests.drawing.graphs import HOSTILE
from tests.protocol.caches import SENT, artifact, full, gone
from tests.widgets.conftest import Staged

pytestmark = [pytest.mark.browser]


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(CacheWidget, "amount", "size")


def view(artifacts: Iterable[ArtifactState], **more: Any) -> CacheView:
    given: dict[str, Any] = {
        "place": "/store",
        "policy": "value",
        "used": 50,
        "budget": 100,
        "sent": SENT,
        "requests": ("pin", "unpin", "drop"),
        "artifacts": artifacts,
    }
    return cache_view(**{**given, **more})


def some() -> list[ArtifactState]:
    return [
        artifact("b", score=3.0, size=30, age=5.0),
        artifact("a", score=2.0, size=10, age=60.0, cost=7.0),
        artifact("c", score=1.0, size=10, age=1.0, cost=8.0),
        gone("d", size=99),
    ]


def start(page: Any, given: CacheView, *, following: bool = False) -> None:
    page.evaluate(
        "([view, more]) => start(view, more)",
        [json.loads(json.dumps(given)), {"following": following}],
    )


def change(page: Any, given: CacheView) -> None:
    page.evaluate("(view) => change('view', view)", json.loads(json.dumps(given)))


def steps(page: Any) -> list[str]:
    """Return the steps of the rows, in their order."""
    heads: list[str] = page.locator("tbody th").all_text_contents()
    return [head.rpartition("/")[2] for head in heads]


def row(page: Any, step: str) -> list[str]:
    cells: list[str] = page.locator(
        f'tr[data-artifact="{step:0<64}"] td'
    ).all_text_contents()
    return cells


def test_all_terms_are_shown_and_why(page: Any) -> None:
    start(page, full())
    assert page.locator("thead th").all_text_contents() == [
        "artifact", "size", "age", "L", "F", "V", "score ▾", "rebuild", "state", "why",
    ]  # fmt: skip
    assert row(page, "train[0]") == [
        "1.5 MB",
        "1 min 35 s",
        "131",
        "2.5",
        "0.002",
        "1.23k",
        "2 min 10 s",
        "kept",
        "demand 0.123, rebuild 130; " + artifact("a").reason,
    ]
    lost = row(page, "train[2]")
    assert (lost[1], lost[5], lost[7]) == ("", "–", "not kept")
    assert page.locator("caption").text_content() == "5 artifacts"
    tally = page.locator(".couler-tally").text_content()
    assert tally.startswith("24.5 MB of 100 MB (25 %) · 4 kept, 1 not · as of ")


def test_the_budget_is_a_meter(page: Any) -> None:
    start(page, full())
    meter = page.get_by_role("meter")
    assert meter.get_attribute("aria-valuetext") == "24.5 MB of 100 MB"
    assert meter.locator(".couler-pinned").count() == 1
    assert meter.locator(".couler-kept").count() == 3
    widths = meter.locator("span").evaluate_all(
        "(all) => all.map((one) => parseFloat(one.style.width))"
    )
    assert widths == pytest.approx([20, 1.5, 1.5, 1.5])
    change(page, {**full(), "used": 40_000_000, "budget": 20_000_000})
    assert "couler-over" in meter.get_attribute("class")
    assert meter.locator(".couler-rest").count() == 1


def test_columns_sort_both_ways_and_what_has_no_number_comes_last(page: Any) -> None:
    start(page, view(some()))
    assert steps(page) == ["b", "a", "c", "d"]
    page.get_by_role("button", name="score").click()
    assert steps(page) == ["c", "a", "b", "d"]
    page.get_by_role("button", name="age").click()
    assert steps(page) == ["a", "b", "c", "d"]
    page.get_by_role("button", name="artifact").click()
    assert steps(page) == ["a", "b", "c", "d"]
    page.get_by_role("button", name="artifact").click()
    assert steps(page) == ["d", "c", "b", "a"]
    sorted_by = page.locator('thead th[aria-sort="descending"]')
    assert sorted_by.all_text_contents() == ["artifact ▾"]
    assert page.locator('thead th[aria-sort="none"]').count() == 9


def test_rows_are_filtered_by_words_and_state(page: Any) -> None:
    start(page, view(some()))
    page.get_by_label("which artifacts").select_option("not kept")
    assert steps(page) == ["d"]
    assert page.locator("caption").text_content() == "1 of 4 artifacts"
    page.get_by_label("which artifacts").select_option("kept")
    page.get_by_role("searchbox").fill("PICK best/a")
    assert steps(page) == ["a"]
    page.get_by_role("searchbox").fill("nothing like it")
    assert steps(page) == []


def test_one_is_told_of_by_keyboard(page: Any) -> None:
    start(page, view(some()))
    assert page.locator('tbody tr[tabindex="0"]').count() == 1
    page.locator("tbody tr").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    about = page.locator(".couler-about")
    assert about.locator("strong").text_content() == "pick-best/a"
    facts = dict(
        zip(
            about.locator("dt").all_text_contents(),
            about.locator("dd").all_text_contents(),
            strict=True,
        )
    )
    assert facts["demand"] == "0.123: chance that the next run reads it"
    assert facts["paper"] == "L 7, F 2.5, V 0.002 GB"
    assert facts["rebuild"] == "130: seconds to make it again"
    assert page.locator('tr[aria-current="true"] th').text_content() == "pick-best/a"
    page.keyboard.press("Escape")
    assert not about.is_visible()
    page.keyboard.press("End")
    assert page.locator("tr:focus th").text_content() == "pick-best/d"


def test_what_changes_is_changed_in_place(page: Any) -> None:
    start(page, view(some()), following=True)
    assert page.locator(".couler-tally").text_content().endswith("· live")
    page.locator('tr[data-artifact^="a0"]').click()
    page.evaluate("window.before = document.querySelector('tr[data-artifact^=a0]')")
    newer = [
        artifact("e", score=9.0),
        *some()[:1],
        artifact("a", score=5.0, pinned=True),
    ]
    change(page, view(newer, used=80))
    assert steps(page) == ["e", "a", "b"]
    same = "window.before === document.querySelector('tr[data-artifact^=a0]')"
    assert page.evaluate(same)
    assert row(page, "a")[7] == "pinned"
    assert page.locator(".couler-about dd").nth(1).text_content().startswith("pinned")
    change(page, view(newer[:1]))
    assert not page.locator(".couler-about").is_visible()


def test_requests_name_the_artifact_and_dropping_asks_first(page: Any) -> None:
    start(page, view(some()))
    page.locator('tr[data-artifact^="a0"]').click()
    page.get_by_role("button", name="Pin", exact=True).click()
    page.get_by_role("button", name="Drop", exact=True).click()
    page.get_by_role("button", name="Really drop it? 2 min 10 s").click()
    first, second = page.evaluate("sent")
    assert (first["type"], first["artifact"]) == ("pin", f"{'a':0<64}")
    assert (second["type"], second["artifact"]) == ("drop", f"{'a':0<64}")
    answer = {"type": "reply", "id": first["id"], "ok": False, "error": "too late"}
    page.evaluate("tell", answer)
    assert page.locator(".couler-note").text_content() == "too late"
    assert page.get_by_role("button", name="Pin", exact=True).is_enabled()


def test_what_cannot_be_asked_is_not_offered(page: Any) -> None:
    start(page, view(some(), requests=()))
    page.locator('tr[data-artifact^="a0"]').click()
    assert page.locator(".couler-about button").all_text_contents() == ["×"]
    change(page, view(some()))
    page.locator('tr[data-artifact^="d0"]').click()
    assert page.locator(".couler-about button").all_text_contents() == ["×"]


def test_silence_is_said_only_while_it_is_followed(page: Any) -> None:
    page.clock.install(time=SENT)
    start(page, view(some()), following=True)
    page.clock.run_for(30_000)
    note = page.locator(".couler-note")
    assert "no word from the kernel for 30 s" in note.text_content()
    page.evaluate("tell", {"type": "alive", "version": 1, "sent": SENT})
    page.clock.run_for(2_000)
    assert note.text_content() == ""
    page.evaluate("change('following', false)")
    page.clock.run_for(60_000)
    assert note.text_content() == ""
    assert "as of" in page.locator(".couler-tally").text_content()


def test_hostile_text_is_text(page: Any) -> None:
    rows = [
        artifact("x", id=f"{n:064}", step=text, workflow=text, reason=text, run=text,
                 terms=((text, 1.0, text),))
        for n, text in enumerate(HOSTILE)
    ]  # fmt: skip
    start(page, view(rows, policy=HOSTILE[0], place=HOSTILE[0]))
    for n in range(len(HOSTILE)):
        page.locator("tbody tr").nth(n).click()
    assert page.locator("script").count() == 1
    assert page.evaluate("window.hit") is None
    assert (
        "<script>alert(1)</script>/<script>alert(1)</script>"
        in page.locator("tbody th").all_text_contents()
    )


def test_of_a_thousand_the_first_are_shown_and_a_change_is_quick(page: Any) -> None:
    rows = [artifact("x", id=f"{n:064}", step=f"x{n}", score=n) for n in range(1000)]
    start(page, view(rows, most=800))
    assert page.locator("tbody tr").count() == 300
    assert page.locator("caption").text_content() == "the first 300 of 800 artifacts"
    assert "200 more not shown" in page.locator(".couler-tally").text_content()
    page.get_by_role("searchbox").fill("x79")
    assert steps(page)[:2] == ["x799", "x798"]


@pytest.mark.parametrize(
    ("name", "python"), [("amount", amount_text), ("size", size_text)]
)
def test_amounts_read_as_in_python(page: Any, name: str, python: Any) -> None:
    values = [0, 0.0004, 0.125, 0.25, 0.9999, 1, 7, 9.995, 12.34, 99.96, 250, 999.4]
    values += [999.6, 1500, 2e6, 3.14159e9, 7.777e13, 1e16, -12.5, 1e30]
    values = [one for one in values if name == "amount" or 1 <= one < 1e17 or not one]
    made = page.evaluate(f"(values) => values.map(parts.{name})", values)
    assert made == [python(value) for value in values]


def test_a_picture_for_people_to_look_at(page: Any) -> None:
    shots = Path(__file__).parents[2] / "build" / "screenshots"
    shots.mkdir(parents=True, exist_ok=True)
    start(page, full())
    page.locator("tbody tr").first.click()
    page.screenshot(path=shots / "cache-view.png")
    assert page.locator(".couler-about").is_visible()
