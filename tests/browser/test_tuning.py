"""Tuning in a notebook: real curves come while runs go on, and a click uses a setting."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
import pytest

from tests.browser.test_notebook import in_lab, run_all, write
from tests.browser.test_panel import save

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(300)]

DEFINE = """%load_ext couler_jupyter
import os, tempfile
os.environ["COULER_HOME"] = tempfile.mkdtemp()
import couler_jupyter as couler

DATA = couler.DataCard(
    name="toy", input_type="tabular", label_space=couler.Classes(names=("a", "b")),
    metric=couler.Metric(name="accuracy", direction="maximize"),
)
MODEL = couler.ModelCard(
    name="toy", library="", structure="one number", description="small", max_units=16
)

@couler.step
def train(rate: float, epochs: int = 16) -> None:
    for unit in range(1, epochs + 1):
        couler.report(unit, metric=0.9 - abs(rate - 0.8) - 0.3 / unit)

space = {"rate": couler.Float(low=0.1, high=1.0, step=0.1, default=0.5)}
tuned = couler.tune(train, space, data_card=DATA, model_card=MODEL, budget="epochs")
with couler.workflow("learn") as made:
    tuned()
learn = made.workflow"""
TUNE = "%couler tune learn --source none --verify --top 1"


def test_real_curves_come_and_a_click_uses_a_setting(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "tuning.ipynb", DEFINE, TUNE)
    in_lab(page, jupyter, "tuning.ipynb")
    run_all(page)
    view = page.locator(".couler", has=page.locator("[data-setting]")).first
    view.get_by_text("3 measured by real runs").wait_for()
    view.locator(".couler-real").nth(2).wait_for()
    row = view.locator("tr", has_text="rate=0.5")
    row.get_by_text("default").wait_for()
    button = row.get_by_role("button", name="use rate=0.5")
    button.click()
    row.locator('button[aria-pressed="true"]').wait_for()
    page.screenshot(path=str(shots / "tuning.png"))
    save(page)
    text = (folder / "tuning.ipynb").read_text(encoding="utf-8")
    saved = nbformat.reads(text, as_version=4)
    kept = [one.data["text/html"] for one in saved.cells[1].outputs if "data" in one]
    assert any("<img" in one and "default; chosen" in one for one in kept)
