"""A server whose cache is switched on: its list in the panel; and more of Notebook 7."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.conftest import free_port
from tests.browser.jupyter import served
from tests.browser.test_notebook import (
    in_lab,
    in_notebook_7,
    run_all,
    run_all_in_7,
    write,
)
from tests.browser.test_panel import BUILT, HOSTILE, SPITEFUL, panel_of
from tests.browser.test_submit import DEFINE, shared, state

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

LARGE = """%load_ext couler_jupyter
import couler_jupyter as couler

@couler.step
def load() -> bytes:
    return bytes(range(256)) * 40_000

@couler.step
def half(data: bytes) -> bytes:
    return data[::2]"""
DEFINE_LARGE = "%%couler large --quiet\nhalf(load())"
RUN = "%couler run large"


@pytest.fixture(scope="module")
def keeping(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server that keeps what steps make, as its kernels do."""
    home = tmp_path_factory.mktemp("keeping")
    own = {
        "COULER_CACHE": "on",
        "COULER_CACHE_URL": str(home / "cache"),
        "COULER_CACHE_BUDGET": "50M",
    }
    with served(folder, home, free_port(), **own) as address:
        yield address


def test_what_is_kept_is_listed_pinned_and_dropped(
    page: Any, keeping: str, folder: Path, shots: Path
) -> None:
    if not BUILT.is_file():
        pytest.skip("the panel is not built; scripts/setup builds it with Node.js")
    write(folder, "kept.ipynb", LARGE, DEFINE_LARGE, RUN)
    in_lab(page, keeping, "kept.ipynb")
    run_all(page)
    done = page.locator(".jp-CodeCell .jp-OutputArea").nth(2)
    done.locator(".couler-chip", has_text="succeeded").wait_for()
    panel = panel_of(page)
    panel.locator("summary", has_text="Cache").click()
    kept = panel.get_by_label("Artifacts")
    load = kept.locator("li", has_text="large/load")
    load.get_by_role("button", name="pin large/load", exact=True).click()
    load.get_by_text("pinned").wait_for()
    half = kept.locator("li", has_text="large/half")
    drop = half.get_by_role("button", name="drop large/half")
    drop.click()
    half.get_by_text("Really drop it?").wait_for()
    page.screenshot(path=shots / "panel-cache.png")
    drop.click()
    drop.wait_for(state="detached")
    assert load.get_by_role("button", name="unpin large/load").count() == 1
    meter = panel.get_by_role("meter")
    assert "of 50 MB used" in str(meter.get_attribute("aria-valuetext"))


def test_a_form_in_notebook_7_submits_and_follows(
    page: Any, keeping: str, folder: Path, shots: Path
) -> None:
    write(folder, "seven-form.ipynb", shared(), DEFINE, "%couler submit")
    in_notebook_7(page, keeping, "seven-form.ipynb")
    run_all_in_7(page)
    form = page.locator(".couler-submit")
    form.get_by_label("factor").fill("3")
    state(form, "ready")
    form.scroll_into_view_if_needed()
    page.screenshot(path=shots / "notebook7-form.png")
    form.get_by_role("button", name="Submit", exact=True).dblclick()
    state(form, "succeeded")
    form.locator(".couler-run svg").first.wait_for()
    page.screenshot(path=shots / "notebook7-submitted.png")


def test_what_a_step_says_is_never_markup_in_notebook_7_or_html(
    page: Any, keeping: str, folder: Path, shots: Path
) -> None:
    exporter = pytest.importorskip("nbconvert").HTMLExporter()
    spiteful = "%%couler spiteful --quiet\nspit()"
    write(folder, "spite.ipynb", SPITEFUL, spiteful, "%couler run spiteful")
    in_notebook_7(page, keeping, "spite.ipynb")
    run_all_in_7(page)
    run = page.locator(".jp-CodeCell .couler")
    run.locator(".couler-chip", has_text="failed").wait_for()
    run.locator("[data-node=spit]").click()
    run.locator(".couler-log", has_text=HOSTILE).wait_for()
    page.screenshot(path=shots / "notebook7-hostile.png")
    assert page.evaluate("window.canary") is None
    page.locator('.lm-MenuBar-itemLabel:text-is("File")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Save Notebook")').first.click()
    saved = folder / "spite.ipynb"
    while "text/html" not in saved.read_text("utf-8"):
        page.wait_for_timeout(200)
    html, _ = exporter.from_filename(str(saved))
    page.context.set_offline(True)  # mathjax and others would be asked for
    read = page.context.new_page()
    read.set_content(html, wait_until="domcontentloaded")
    read.locator("table", has_text="spit").first.wait_for(state="attached")
    assert HOSTILE in str(read.locator("body").text_content())
    assert read.evaluate("window.canary") is None
