"""What the widget's script makes of views and messages, in a real browser."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from couler_jupyter.drawing import (
    PHASES,
    Layouts,
    drawing_view,
    duration_text,
    memory_text,
    standings,
)
from couler_jupyter.ir import Phase
from couler_jupyter.protocol import (
    RunView,
    StepState,
    WorkflowView,
    patch_of,
    run_view,
    workflow_view,
)
from couler_jupyter.widgets import RunWidget
from tests.drawing.graphs import HOSTILE, hostile
from tests.protocol.cases import START, nested, pick_best, running, states
from tests.widgets.conftest import Staged

pytestmark = [pytest.mark.browser]


@pytest.fixture
def page(staged: Staged) -> Any:
    """An empty page with the script in it."""
    return staged(RunWidget, "duration", "memory", "standing", "told")


def start(page: Any, view: WorkflowView, run: RunView | None = None) -> None:
    drawing = drawing_view(
        Layouts(dot=None).of(view), view, run, requests=["cancel", "retry"]
    )
    page.evaluate("start", json.loads(json.dumps(drawing)))


def texts(page: Any, selector: str) -> list[str]:
    found: list[str] = page.locator(selector).all_text_contents()
    return found


def details(page: Any) -> dict[str, str]:
    """What is written in each box, below its name."""
    script = (
        "(all) => Object.fromEntries(all.map((one) =>"
        " [one.dataset.node, one.querySelector('.couler-detail').textContent]))"
    )
    found: dict[str, str] = page.eval_on_selector_all(".couler-node", script)
    return found


def test_a_workflow_alone_is_drawn(page: Any) -> None:
    start(page, workflow_view(nested()))
    assert details(page) == {
        "load": "load()",
        "tune/fit": "fit()",
        "tune/score": "score(m)",
        "report": "report()",
    }
    assert page.locator(".couler-edge").count() == 3
    assert page.locator(".couler-group").count() == 1
    assert not page.locator(".couler-bar").is_visible()
    assert not page.get_by_role("button", name="Cancel", exact=True).is_visible()


def test_a_run_is_followed_by_its_patches(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    first = details(page)
    assert (first["load"], first["max_of"]) == ("cached", "pending")
    assert first["train"].startswith("running · ")
    assert page.locator(".couler-tally").text_content().startswith("3 of 6 steps")
    done = StepState(
        phase=Phase.SUCCEEDED, started=START + 2, finished=START + 14, attempts=1
    )
    after = run_view(
        run_id="pick-best-1",
        workflow="pick-best",
        engine="local",
        phase=Phase.FAILED,
        steps=states() | {"train[2]": done, "train[3]": done},
        nodes=list(first),
        message="train failed",
        started=START,
        finished=START + 14,
    )
    page.evaluate("tell", patch_of(running(), after))
    assert details(page)["train"] == "failed · 13.0 s · 3/4, 1 failed"
    assert page.locator(".couler-chip").text_content() == " failed"
    assert texts(page, ".couler-tally") == ["5 of 7 steps · 14.0 s · train failed"]
    assert texts(page, ".couler-steps tbody th")[-1] == "train[3]"
    assert page.get_by_role("button", name="Retry", exact=True).is_visible()
    assert not page.get_by_role("button", name="Cancel", exact=True).is_visible()


def test_a_patch_for_another_run_changes_nothing(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    before = details(page)
    other = run_view(
        run_id="pick-best-2",
        workflow="pick-best",
        engine="local",
        phase=Phase.FAILED,
        steps={},
    )
    page.evaluate("tell", {"type": "patch", "version": 1, "run_id": "pick-best-2",
                           "run": {"phase": "failed"}, "steps": []})  # fmt: skip
    assert texts(page, ".couler-chip") == [" running"]
    page.evaluate("tell", other)
    assert texts(page, ".couler-chip") == [" failed"]
    assert details(page) != before
    assert details(page)["load"] == "load()"


def test_a_request_is_sent_once_and_its_answer_shown(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    cancel = page.get_by_role("button", name="Cancel", exact=True)
    cancel.click()
    assert cancel.is_disabled()
    (request,) = page.evaluate("sent")
    assert (request["type"], request["run_id"]) == ("cancel", "pick-best-1")
    answer = {"type": "reply", "id": request["id"], "ok": False, "error": "too late"}
    page.evaluate("tell", answer)
    assert texts(page, ".couler-note") == ["too late"]
    assert cancel.is_enabled()


def test_a_kernel_that_does_not_answer_is_said_to_be_busy(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    page.get_by_role("button", name="Cancel", exact=True).click()
    page.get_by_text("no answer yet").wait_for()


def test_silence_is_said(page: Any) -> None:
    page.clock.install(time=START + 100)
    start(page, workflow_view(pick_best()), running())
    page.clock.run_for(10_000)
    page.evaluate("tell", {"type": "alive", "version": 1, "sent": START + 110})
    page.clock.run_for(15_000)
    assert texts(page, ".couler-note") == [""]
    page.clock.run_for(10_000)
    assert "no word from the kernel for 2" in texts(page, ".couler-note")[0]
    page.evaluate("tell", {"type": "alive", "version": 1, "sent": START + 135})
    page.clock.run_for(2_000)
    assert texts(page, ".couler-note") == [""]


def test_durations_tick_by_the_clock_of_the_kernel(page: Any) -> None:
    page.clock.install(time=START + 5_000)
    start(page, workflow_view(pick_best()), running())
    patch = patch_of(running(), {**running(), "message": "on"})
    page.evaluate("tell", {**(patch or {}), "sent": START + 10})
    assert texts(page, ".couler-tally") == ["3 of 6 steps · 10 s · on"]
    page.clock.run_for(30_000)
    (tally,) = texts(page, ".couler-tally")
    assert tally in {f"3 of 6 steps · {seconds} s · on" for seconds in (39, 40)}
    assert details(page)["train"].startswith("running · 3")


def test_a_node_tells_about_itself_by_mouse_and_by_keyboard(page: Any) -> None:
    start(page, workflow_view(pick_best()), running())
    page.locator('[data-node="train"]').click()
    about = page.locator(".couler-about")
    assert about.locator("dd").all_text_contents() == [
        "function",
        "train(model, data)",
        "map ×3, retry 2",
        "load",
        "max_of",
    ]
    assert texts(page, ".couler-steps tbody th") == [f"train[{n}]" for n in range(3)]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert about.locator("strong").text_content() == "max_of"
    about.get_by_role("button", name="close").click()
    assert not about.is_visible()
    assert len(texts(page, ".couler-steps tbody th")) == 6


def test_one_node_only_is_in_the_tab_order(page: Any) -> None:
    start(page, workflow_view(pick_best()))
    assert page.locator('.couler-node[tabindex="0"]').count() == 1
    page.locator('[data-node="publish"]').focus()
    home = page.locator('.couler-node[tabindex="0"]')
    assert home.get_attribute("data-node") == "publish"


def test_zoom_and_fit(page: Any) -> None:
    start(page, workflow_view(pick_best()))

    def camera() -> list[float]:
        text: str = page.locator(".couler-world").get_attribute("transform")
        return [float(part) for part in re.findall(r"-?[\d.]+", text)]

    fitted = camera()
    page.get_by_role("button", name="zoom in").click()
    assert camera()[0] == pytest.approx(fitted[0] * 1.25)
    before = camera()
    page.mouse.move(300, 200)
    page.mouse.down()
    page.mouse.move(350, 230, steps=3)
    page.mouse.up()
    moved = camera()
    assert moved[1] > before[1]
    page.evaluate("stop(); document.body.replaceChildren()")
    start(page, workflow_view(pick_best()))
    page.get_by_role("button", name="Fit").click()
    assert camera() == fitted != moved


def test_hostile_text_is_text(page: Any) -> None:
    steps = {text: StepState(phase=Phase.FAILED, message=text) for text in HOSTILE}
    run = run_view(
        run_id=HOSTILE[0],
        workflow=HOSTILE[0],
        engine=HOSTILE[0],
        phase=Phase.FAILED,
        steps={"\ud800" + name: one for name, one in steps.items()},
        message=HOSTILE[0],
    )
    del run["steps"][4]
    start(page, hostile(), run)
    page.locator(".couler-node").first.click()
    page.wait_for_function("document.querySelectorAll('.couler-about dd').length > 2")
    assert page.locator("script").count() == 1
    assert page.evaluate("window.hit") is None
    assert "<script>alert(1)</script>" in texts(page, ".couler-label")


def test_a_thousand_steps_and_a_patch_of_a_hundred_are_quick(page: Any) -> None:
    names = [f"s{n}" for n in range(1000)]
    view = workflow_view(pick_best())
    box = view["nodes"][0]
    view["nodes"] = [{**box, "id": name, "label": name} for name in names]
    view["edges"] = [
        {
            "source": names[n // 3],
            "target": names[n],
            "kind": "data",
            "cut": False,
            "label": "",
        }
        for n in range(1, 1000)
    ]

    def at(count: int) -> RunView:
        done = StepState(phase=Phase.SUCCEEDED, started=START, finished=START + 1)
        waiting = StepState(phase=Phase.PENDING)
        steps = {name: done if n < count else waiting for n, name in enumerate(names)}
        return run_view(
            run_id="r",
            workflow="w",
            engine="local",
            phase=Phase.RUNNING,
            steps=steps,
            started=START,
        )

    start(page, view, at(0))
    assert page.locator(".couler-node").count() == 1000
    assert texts(page, ".couler-steps tbody th") == []
    page.get_by_text("steps", exact=True).click()
    page.get_by_text("the first 300 of 1000 steps").wait_for()
    page.evaluate("tell", patch_of(at(0), at(100)))
    page.wait_for_function(
        "[...document.querySelectorAll('.couler-detail')]"
        ".filter((one) => one.textContent === 'succeeded · 1.0 s').length === 100"
    )


@pytest.mark.parametrize(
    ("name", "python", "values"),
    [
        (
            "duration",
            duration_text,
            [-1, 0, 0.042, 0.999, 3.21, 59.9, 75, 3599, 4000, 90_000, 200_000],
        ),
        ("memory", memory_text, [0, 900, 1000, 1024, 5000, 314_572_800, 2**35, 2**60]),
    ],
)
def test_amounts_read_as_in_python(
    page: Any, name: str, python: Callable[[Any], str], values: list[float]
) -> None:
    made = page.evaluate(f"(values) => values.map(parts.{name})", values)
    assert made == [python(value) for value in values]


@pytest.mark.parametrize("phase", list(Phase))
def test_where_a_node_stands_reads_as_in_python(page: Any, phase: Phase) -> None:
    some = states()
    runs: list[dict[str, StepState]] = [
        {"a": StepState(phase=phase, started=START, finished=START + 2, attempts=2)},
        {"a[0]": replace(some["train[0]"], phase=phase), "a[1]": some["train[1]"]},
        {"a": some["load"], "a[0]": replace(some["train[0]"], phase=phase)},
        {"a[0]": StepState(phase=phase), "a[1]": StepState(phase=Phase.PENDING)},
    ]
    words = {one.value: look for one, look in PHASES.items()}
    for steps in runs:
        run = run_view(
            run_id="r",
            workflow="w",
            engine="local",
            phase=Phase.RUNNING,
            steps=steps,
        )
        told = page.evaluate(
            "([steps, words]) => parts.told(parts.standing('a', steps), words, 0)",
            [run["steps"], words],
        )
        here = standings(run)["a"]
        # While it goes on a browser adds how long, which a saved picture cannot.
        live = here.phase in (Phase.RUNNING, Phase.SUSPENDED) and here.started
        assert told == (str(here).replace(" · ", " · 0 s · ", 1) if live else str(here))
