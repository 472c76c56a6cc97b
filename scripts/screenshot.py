"""Write docs/images/first-workflow.png: the first notebook after a run, in JupyterLab.

python -m scripts.screenshot
"""

from __future__ import annotations

import shutil
import socket
import tempfile
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from tests.browser.jupyter import CHROMIUM, FLAGS, TOKEN, served

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOK = ROOT / "notebooks" / "01_first_workflow.ipynb"
PICTURE = ROOT / "docs" / "images" / "first-workflow.png"
WIDTH, HEIGHT = 1080, 1000


def main() -> None:
    """Serve a copy of the notebook, run it by its menu, and take the picture."""
    with tempfile.TemporaryDirectory() as temporary:
        folder, home = Path(temporary, "notebooks"), Path(temporary, "home")
        folder.mkdir()
        home.mkdir()
        shutil.copy(NOTEBOOK, folder)
        with served(folder, home, _free_port()) as address, sync_playwright() as play:
            browser = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
            context = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT})
            page = context.new_page()
            page.set_default_timeout(180_000)
            page.goto(f"{address}/lab/tree/{NOTEBOOK.name}?token={TOKEN}&reset")
            _run_all(page)
            _take(page)
            browser.close()


def _run_all(page: Page) -> None:
    page.locator(".jp-Notebook .jp-Cell").first.wait_for()
    page.locator("text=Python 3 (ipykernel) | Idle").first.wait_for()
    page.keyboard.press("Control+b")  # away with the sidebar
    page.locator('.lm-MenuBar-itemLabel:text-is("Run")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Run All Cells")').first.click()
    last = page.locator(".jp-CodeCell").last
    last.locator(".jp-OutputArea-output").first.wait_for()


def _take(page: Page) -> None:
    """Show the run at the top, and cut below the next cell."""
    run = page.locator('.jp-CodeCell:has(.jp-InputArea:has-text("%couler run"))').first
    after = run.locator("xpath=following::div[contains(@class, 'jp-CodeCell')][1]")
    run.get_by_text("7 of 7 steps").first.wait_for()
    run.click(position={"x": 200, "y": 10})
    page.keyboard.press("Escape")
    run.evaluate("cell => cell.scrollIntoView({block: 'start'})")
    after.locator(".jp-OutputArea-output").first.wait_for()
    box = after.bounding_box()
    assert box is not None
    height = min(HEIGHT, box["y"] + box["height"])
    PICTURE.parent.mkdir(exist_ok=True)
    page.screenshot(
        path=PICTURE, clip={"x": 0, "y": 0, "width": WIDTH, "height": height}
    )
    print(f"{PICTURE}: {PICTURE.stat().st_size // 1000} kB")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


if __name__ == "__main__":
    main()
