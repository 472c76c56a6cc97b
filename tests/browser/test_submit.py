"""Submitting by the form, as a person does it: here and at the stand-in for Argo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.testing.kube import Cluster
from tests.browser.test_notebook import in_lab, run_all, write

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

OWN = """import os, tempfile
os.environ["COULER_HOME"] = tempfile.mkdtemp()
os.environ["COULER_TARGETS"] = os.environ["COULER_HOME"] + "/targets.toml"
%load_ext couler_jupyter
import time
import couler_jupyter as couler

@couler.step
def load(seconds: float) -> list:
    time.sleep(seconds)
    return [3, 1, 2]

@couler.step
def best(scores: list, factor: int) -> int:
    if factor > 99:
        raise ValueError("too much")
    print("the best of", scores)
    return factor * max(scores)"""
DEFINE = """%%couler pick --quiet
factor = couler.parameter("factor", type="integer", description="times the best score")
seconds = couler.parameter("seconds", default=0.1)
best(load(seconds), factor)"""

# a page hears of the run some time after it was submitted, so both click unasked
CLICK_WHEN_TOLD = """one => {
  const line = new BroadcastChannel("clicks");
  line.onmessage = () => {
    one.click();
    one.click();
    line.postMessage("clicked");
  };
}"""
TELL_AND_CLICK = """one => new Promise((clicked) => {
  const line = new BroadcastChannel("clicks");
  line.onmessage = ({ data }) => clicked(data);
  line.postMessage("click");
  one.click();
  one.click();
})"""


@pytest.fixture
def form(page: Any, jupyter: str, folder: Path, request: pytest.FixtureRequest) -> Any:
    """The form in JupyterLab, in a notebook of the test's own."""
    name = f"{request.node.name.partition('[')[0]}.ipynb"
    more = getattr(request, "param", "")
    write(folder, name, f"{OWN}\n{more}", DEFINE, "%couler submit", "")
    in_lab(page, jupyter, name)
    run_all(page)
    found = page.locator(".couler-submit")
    found.get_by_text("1 thing to put right").wait_for()
    return found


@pytest.fixture
def cluster(folder: Path) -> Iterator[Cluster]:
    """The stand-in for Argo."""
    with Cluster() as made:
        yield made


def shared() -> str:
    """Return the first cell, for a kernel whose runs the server knows."""
    return "\n".join(line for line in OWN.splitlines() if "os.environ" not in line)


def state(form: Any, word: str) -> None:
    """Wait until the form stands somewhere."""
    form.locator(f'.couler-state:text-is("{word}")').wait_for()


def runs(page: Any) -> str:
    """Return what the notebook's last cell says of the runs there are."""
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+A")
    page.keyboard.insert_text("%couler runs")
    page.keyboard.press("Shift+Enter")
    shown = page.locator(".jp-CodeCell .jp-OutputArea-output pre").last
    shown.wait_for()
    return str(shown.text_content())


def test_a_form_submits_here_once_and_follows(
    page: Any, form: Any, shots: Path
) -> None:
    assert form.get_by_role("button", name="Submit", exact=True).is_disabled()
    form.get_by_label("factor").fill("x")
    form.get_by_text("is an integer, not").wait_for()
    form.get_by_label("factor").fill("2")
    state(form, "ready")
    form.get_by_text("2 to run").first.wait_for()
    form.get_by_role("button", name="Dry run").click()
    form.get_by_text("this machine can run all 2 steps").wait_for()
    form.screenshot(path=shots / "submit-form.png")
    form.get_by_role("button", name="Submit", exact=True).dblclick()
    state(form, "succeeded")
    form.locator(".couler-run svg").first.wait_for()
    form.evaluate("one => one.scrollIntoView()")
    page.screenshot(path=shots / "lab-submit-done.png")
    form.get_by_label("run again from this step").select_option("best")
    form.get_by_role("button", name="Run again from").click()
    form.locator(".couler-run").get_by_text("2 attempts").first.wait_for(
        state="attached"
    )
    state(form, "succeeded")
    form.get_by_role("button", name="Another run").click()
    state(form, "ready")
    form.get_by_text("nothing changed since run").wait_for()
    assert runs(page).count("pick") >= 1
    assert len(runs(page).strip().splitlines()) == 1


def test_a_run_is_cancelled_and_retried_in_the_form(
    page: Any, form: Any, shots: Path
) -> None:
    form.get_by_label("factor").fill("3")
    form.get_by_label("seconds").fill("120")
    state(form, "ready")
    form.get_by_role("button", name="Submit", exact=True).click()
    form.locator(".couler-run").get_by_text("running").first.wait_for()
    form.locator(".couler-run").get_by_role("button", name="Cancel", exact=True).click()
    state(form, "cancelled")
    form.evaluate("one => one.scrollIntoView()")
    page.screenshot(path=shots / "lab-submit-cancelled.png")
    form.locator(".couler-run").get_by_role("button", name="Retry", exact=True).click()
    state(form, "submitted")
    form.locator(".couler-run").get_by_role("button", name="Cancel", exact=True).click()
    state(form, "cancelled")


def test_a_form_submits_to_argo_and_follows(
    page: Any,
    jupyter: str,
    folder: Path,
    cluster: Cluster,
    shots: Path,
) -> None:
    where = f"-o server={cluster.url} -o namespace=ml"
    target = f"%couler targets add staging --engine argo {where}"
    write(folder, "argo.ipynb", f"{OWN}\n{target}", DEFINE, "%couler submit")
    in_lab(page, jupyter, "argo.ipynb")
    run_all(page)
    form = page.locator(".couler-submit")
    form.get_by_label("factor").fill("2")
    form.get_by_label("where").select_option("staging")
    form.get_by_text("namespace=ml").wait_for()
    state(form, "ready")
    form.locator("summary", has_text="the manifest").click()
    form.get_by_text("kind: Workflow").first.wait_for()
    form.get_by_role("button", name="Dry run").click()
    form.get_by_text("answers and lets you in").wait_for()
    assert not cluster.objects.list("workflows")[0]
    form.get_by_role("button", name="Submit", exact=True).dblclick()
    state(form, "submitted")
    link = form.locator("a.couler-page")
    link.wait_for()
    name = cluster.workflow()["metadata"]["name"]
    assert link.get_attribute("href") == f"{cluster.url}/workflows/ml/{name}"
    page.screenshot(path=shots / "lab-submit-argo.png")
    cluster.tell(phase="Succeeded")
    state(form, "succeeded")
    assert json.dumps(cluster.verbs) == "[]"


def test_a_form_says_that_the_kernel_is_busy(page: Any, form: Any) -> None:
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.insert_text("time.sleep(8)")
    page.keyboard.press("Shift+Enter")
    page.locator("text=Python 3 (ipykernel) | Busy").first.wait_for()
    form.get_by_label("factor").fill("2")
    form.get_by_text("the kernel is busy").wait_for()
    state(form, "ready")
    assert form.get_by_text("the kernel is busy").count() == 0


def test_two_pages_with_the_same_form_submit_once(
    page: Any, form: Any, jupyter: str
) -> None:
    form.get_by_label("factor").fill("4")
    state(form, "ready")
    page.locator('.lm-MenuBar-itemLabel:text-is("File")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Save Notebook")').first.click()
    page.locator(".lm-TabBar-tab.jp-mod-dirty").wait_for(state="detached")
    other = page.context.new_page()
    name = "test_two_pages_with_the_same_form_submit_once.ipynb"
    in_lab(other, jupyter, name)
    there = other.locator(".couler-submit")
    state(there, "ready")
    assert there.get_by_label("factor").input_value() == "4"
    here = form.get_by_role("button", name="Submit", exact=True)
    there.get_by_role("button", name="Submit", exact=True).evaluate(CLICK_WHEN_TOLD)
    assert here.evaluate(TELL_AND_CLICK) == "clicked"
    state(form, "succeeded")
    state(there, "succeeded")
    assert len(runs(page).strip().splitlines()) == 1


def test_a_run_is_cancelled_while_the_kernel_is_busy(
    page: Any, jupyter: str, folder: Path
) -> None:
    write(folder, "busy.ipynb", shared(), DEFINE, "%couler submit", "")
    in_lab(page, jupyter, "busy.ipynb")
    run_all(page)
    form = page.locator(".couler-submit")
    form.get_by_label("factor").fill("3")
    form.get_by_label("seconds").fill("120")
    state(form, "ready")
    form.get_by_role("button", name="Submit", exact=True).click()
    form.locator(".couler-run").get_by_text("running").first.wait_for()
    cell = page.locator(".jp-CodeCell").last
    cell.locator(".cm-content").click()
    page.keyboard.insert_text("time.sleep(100)")
    page.keyboard.press("Shift+Enter")
    busy = page.locator('.jp-InputPrompt:text-is("[*]:")')
    busy.wait_for()
    cancel = form.locator(".couler-run").get_by_role(
        "button", name="Cancel", exact=True
    )
    cancel.click()
    state(form, "cancelled")
    assert busy.count() == 1


def test_keys_stay_in_the_form(page: Any, form: Any) -> None:
    cells = page.locator(".jp-CodeCell").count()
    form.get_by_label("reuse what earlier runs made").focus()
    for key in ("b", "a", "Control+Enter"):
        page.keyboard.press(key)
    form.get_by_label("factor").fill("2")
    form.get_by_label("factor").press("Enter")
    state(form, "ready")
    assert page.locator(".jp-CodeCell").count() == cells
    assert form.count() == 1
