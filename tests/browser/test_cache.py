"""The cache in a notebook: live while a run goes on, and in one that is only looked at."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from couler_jupyter.drawing import cache_bundle
from tests.browser.test_notebook import DEFINE, RUN, SETUP, in_lab, run_all, write
from tests.protocol.caches import full

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

OWN = """import os, tempfile
os.environ["COULER_CACHE"] = "on"
os.environ["COULER_CACHE_URL"] = tempfile.mkdtemp()
os.environ["COULER_CACHE_BUDGET"] = "50M"
"""
LARGE = """@couler.step
def load() -> bytes:
    return bytes(range(256)) * 40_000

@couler.step
def train(factor: int, data: bytes) -> bytes:
    time.sleep(8)
    return data[:: factor + 1]

@couler.step
def best(scores: list) -> int:
    return max(len(one) for one in scores)"""


def test_the_table_fills_while_a_run_goes_on(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(
        folder,
        "cache.ipynb",
        f"{OWN}\n{SETUP}\n\n{LARGE}",
        "%couler cache",
        DEFINE,
        RUN,
    )
    in_lab(page, jupyter, "cache.ipynb")
    run_all(page)
    outputs = page.locator(".jp-CodeCell .jp-OutputArea")
    table = outputs.nth(1)
    table.get_by_text("pick/load").wait_for()
    outputs.nth(3).get_by_text("running").first.wait_for()
    table.locator("tr", has_text="pick/train").nth(1).wait_for()
    outputs.nth(3).get_by_text("succeeded").first.wait_for()
    row = table.locator("tr", has_text="pick/load")
    row.get_by_text("demand").wait_for()
    row.click()
    table.get_by_text("chance that the next run reads it").wait_for()
    table.get_by_role("button", name="Pin", exact=True).click()
    row.get_by_text("pinned").wait_for()
    table.scroll_into_view_if_needed()
    page.screenshot(path=shots / "lab-cache.png")
    cells = page.locator(".jp-CodeCell").count()
    table.get_by_role("button", name="rebuild").click()
    page.keyboard.press("b")  # a shortcut of Lab that must not reach it
    assert page.locator(".jp-CodeCell").count() == cells


def test_a_saved_notebook_that_is_not_trusted_keeps_the_table(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    output = nbformat.v4.new_output("display_data", data=cache_bundle(full()))
    cell = nbformat.v4.new_code_cell("%couler cache", outputs=[output])
    notebook = nbformat.v4.new_notebook(
        cells=[cell],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}},
    )
    nbformat.write(notebook, folder / "saved.ipynb")
    in_lab(page, jupyter, "saved.ipynb")
    shown = page.locator(".jp-CodeCell .jp-OutputArea").first
    shown.locator("table").wait_for()
    assert shown.locator("tbody tr").count() == 5
    assert shown.locator("meter").count() == 1
    assert shown.locator("caption").text_content() == "artifacts"
    page.screenshot(path=shots / "lab-cache-saved.png")
