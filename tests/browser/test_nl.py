"""A wish in JupyterLab: the live view, the proposed cell below, and a change by the view."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.testing.model_server import ModelServer, Said, serving_model
from tests.browser.test_notebook import in_lab, run_all, write
from tests.nl.wishing import REVISED, answers

pytest.importorskip("openai")

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

OWN = """import os, tempfile
os.environ["COULER_LLM_CONFIG"] = os.devnull
os.environ["COULER_LLM_MODEL"] = "some-model"
os.environ["COULER_LLM_BASE_URL"] = "{url}"
os.environ["COULER_LLM_RECORD"] = "off"
os.environ["COULER_LAKE"] = tempfile.mkdtemp()
%load_ext couler_jupyter"""


def test_a_wish_is_proposed_changed_and_not_run(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    score = '{"score": 1, "critique": ""}'
    planned = (*answers(), f"```python\n{REVISED}\n```", score)
    with serving_model(
        ModelServer(tuple(Said(pieces=(one,)) for one in planned))
    ) as says:
        wish = "%%nl count-rows\nload the rows and count them"
        write(folder, "wish.ipynb", OWN.format(url=says.url), wish)
        in_lab(page, jupyter, "wish.ipynb")
        run_all(page)
        view = page.locator(".jp-CodeCell .jp-OutputArea").nth(1)
        view.get_by_text("count-rows: proposed by some-model").wait_for()
        below = page.locator(".jp-CodeCell").nth(2)
        below.get_by_text("%%couler count-rows").first.wait_for()
        assert below.locator(".jp-OutputArea-child").count() == 0
        view.locator(".couler-node").nth(1).wait_for()
        view.scroll_into_view_if_needed()
        page.screenshot(path=shots / "lab-wish.png")

        view.locator("textarea").fill("load ten rows")
        view.get_by_role("button", name="Revise").click()
        view.get_by_text("+    return list(range(10))").wait_for()
        view.get_by_text("Nothing has run").wait_for()
        page.screenshot(path=shots / "lab-wish-changed.png")
        assert "load ten rows" in str(says.asked[3]["messages"])
