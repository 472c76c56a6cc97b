"""What a person sees: a notebook in JupyterLab and in Notebook 7, run by its menu."""

from __future__ import annotations

import re
from contextlib import suppress
from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.browser.jupyter import TOKEN

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

SETUP = """%load_ext couler_jupyter
import time
import couler_jupyter as couler

@couler.step
def load() -> list:
    return [3, 1, 2]

@couler.step
def train(factor: int, data: list) -> int:
    time.sleep(1.5)
    print("training with", factor)
    return factor * max(data)

@couler.step
def best(scores: list) -> int:
    return max(scores)"""
DEFINE = """%%couler pick
data = load()
scores = [train(factor, data) for factor in (1, 2)]
best(scores)"""
RUN = "%couler run pick"
AFTER = "%couler outputs best"


def write(folder: Path, name: str, *cells: str) -> None:
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_code_cell(cell) for cell in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, folder / name)


def in_lab(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/lab/tree/{name}?token={TOKEN}&reset")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.locator("text=Python 3 (ipykernel) | Idle").first.wait_for()


def in_notebook_7(page: Any, address: str, name: str) -> None:
    page.goto(f"{address}/notebooks/{name}?token={TOKEN}")
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()


def run_all_in_7(page: Any) -> None:
    """Run all cells; Notebook 7 passes over that until it has found its kernel."""
    playwright = pytest.importorskip("playwright.sync_api")
    begun = page.locator(".jp-InputPrompt", has_text=re.compile(r"\[(\*|\d+)\]:"))
    which = page.locator(".jp-Dialog button.jp-mod-accept")  # it may ask for a kernel
    while not begun.count():
        if which.count():
            which.first.click()
        run_all(page)
        with suppress(playwright.TimeoutError):
            begun.first.wait_for(timeout=5000)


def run_all(page: Any) -> None:
    page.locator('.lm-MenuBar-itemLabel:text-is("Run")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Run All Cells")').first.click()


def test_a_workflow_runs_live_in_lab(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "live.ipynb", SETUP, DEFINE, RUN, AFTER)
    in_lab(page, jupyter, "live.ipynb")
    run_all(page)
    outputs = page.locator(".jp-CodeCell .jp-OutputArea")
    live = outputs.nth(2)
    live.locator("svg").first.wait_for()
    live.get_by_text("running").first.wait_for()
    page.screenshot(path=shots / "lab-running.png")
    outputs.nth(3).get_by_text("best.result = 6").wait_for()
    live.get_by_text("succeeded").first.wait_for()
    live.scroll_into_view_if_needed()
    page.screenshot(path=shots / "lab-done.png")
    assert live.get_by_text("running").count() == 0


def test_a_step_is_looked_into_in_lab(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "looked.ipynb", SETUP, DEFINE, RUN, AFTER)
    in_lab(page, jupyter, "looked.ipynb")
    run_all(page)
    outputs = page.locator(".jp-CodeCell .jp-OutputArea")
    outputs.nth(3).get_by_text("best.result = 6").wait_for()
    live = outputs.nth(2)
    live.get_by_text("succeeded").first.wait_for()
    cells = page.locator(".jp-CodeCell").count()
    live.locator(".couler-node", has_text="train").first.click()
    about = live.locator(".couler-about")
    about.get_by_role("log").get_by_text("training with 1").wait_for()
    about.get_by_text("return factor * max(data)").wait_for()
    about.get_by_text("line 3").first.wait_for()
    live.scroll_into_view_if_needed()
    page.screenshot(path=shots / "lab-step.png")
    page.keyboard.press("Escape")
    about.wait_for(state="hidden")
    page.keyboard.press("b")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    about.get_by_text("best").first.wait_for()
    assert page.locator(".jp-CodeCell").count() == cells


def test_a_log_is_read_while_the_cell_runs(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    steps = SETUP.replace("time.sleep(1.5)", "print('begun', flush=True)").replace(
        "return factor", "time.sleep(90)\n    return factor"
    )
    write(folder, "read.ipynb", steps, DEFINE, RUN)
    in_lab(page, jupyter, "read.ipynb")
    run_all(page)
    live = page.locator(".jp-CodeCell .jp-OutputArea").nth(2)
    train = live.locator(".couler-node", has_text="train").first
    train.locator(".couler-detail", has_text="running").wait_for()
    train.click()
    live.get_by_role("log").get_by_text("begun").wait_for()
    assert page.locator('.jp-InputPrompt:text-is("[*]:")').count() == 1
    live.scroll_into_view_if_needed()
    page.screenshot(path=shots / "lab-log.png")
    live.get_by_role("button", name="Cancel", exact=True).click()
    live.locator(".couler-chip", has_text="cancelled").wait_for()


def test_an_error_is_one_line_with_its_place(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "wrong.ipynb", SETUP, "%%couler broken\ndata = load()\ntrain(1, dta)")
    in_lab(page, jupyter, "wrong.ipynb")
    run_all(page)
    error = page.locator(".jp-CodeCell .jp-OutputArea").nth(1)
    error.get_by_text("name 'dta' is not defined").wait_for()
    text = error.inner_text().strip()
    page.screenshot(path=shots / "lab-error.png")
    assert text.count("\n") == 0, text
    assert "cell [2], line 3" in text


def test_a_run_outlives_the_page_and_the_kernel(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    slow = SETUP.replace("sleep(1.5)", "sleep(6)")
    write(folder, "detached.ipynb", slow, DEFINE, "%couler run pick --detach")
    in_lab(page, jupyter, "detached.ipynb")
    run_all(page)
    page.locator(".jp-CodeCell .jp-OutputArea").nth(2).locator("svg").first.wait_for()
    page.locator('.lm-MenuBar-itemLabel:text-is("Kernel")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Restart Kernel…")').click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()
    write(
        folder,
        "later.ipynb",
        "%load_ext couler_jupyter",
        "%couler status --follow",
        AFTER,
    )
    in_lab(page, jupyter, "later.ipynb")
    run_all(page)
    outputs = page.locator(".jp-CodeCell .jp-OutputArea")
    outputs.nth(2).get_by_text("best.result = 6").wait_for()
    page.screenshot(path=shots / "lab-found-again.png")


def test_notebook_7_shows_the_same(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "seven.ipynb", SETUP, DEFINE, RUN, AFTER)
    in_notebook_7(page, jupyter, "seven.ipynb")
    run_all_in_7(page)
    outputs = page.locator(".jp-CodeCell .jp-OutputArea")
    outputs.nth(3).get_by_text("best.result = 6").wait_for()
    outputs.nth(2).get_by_text("succeeded").first.wait_for()
    page.screenshot(path=shots / "notebook7-done.png")
