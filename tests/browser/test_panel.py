"""The panel in JupyterLab and Notebook 7, as a person uses it."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path
from typing import Any

import pytest

from tests.browser.jupyter import TOKEN
from tests.browser.test_notebook import (
    DEFINE,
    SETUP,
    in_lab,
    in_notebook_7,
    run_all,
    run_all_in_7,
    write,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(400)]

ROOT = Path(__file__).parents[2]
BUILT = ROOT / "couler_jupyter" / "labextension" / "package.json"
AXE = ROOT / "labextension" / "node_modules" / "axe-core" / "axe.min.js"
LOAD = "%load_ext couler_jupyter"
SLOW = SETUP.replace("sleep(1.5)", "sleep(0.2 if factor == 1 else 300)")
HOSTILE = "<img src=x onerror=window.canary=1>"
SPITEFUL = f"""{LOAD}
import couler_jupyter as couler

@couler.step
def spit() -> int:
    print("{HOSTILE}")
    raise ValueError("{HOSTILE}")"""
PROBE = """async (element) => {
    const found = await axe.run(element, { resultTypes: ["violations"] });
    return found.violations
        .filter(({ impact }) => impact === "serious" || impact === "critical")
        .map(({ id, nodes }) => `${id}: ${nodes.map((one) => one.html).join("; ")}`);
}"""


@pytest.fixture(autouse=True)
def _built() -> None:
    """Skip where there is no Node.js to build the panel with."""
    if not BUILT.is_file() and not os.environ.get("COULER_NEED_PANEL"):
        pytest.skip("the panel is not built; scripts/setup builds it with Node.js")


def panel_of(page: Any) -> Any:
    """Open the panel at the left."""
    page.locator('.jp-SideBar .lm-TabBar-tab[data-id="couler-panel"]').click()
    panel = page.locator("#couler-panel")
    panel.wait_for()
    return panel


def only_runs_of(panel: Any, notebook: str) -> Any:
    """List the runs of one notebook: tests share a run store."""
    panel.get_by_role("searchbox").fill(notebook)
    return panel.locator("[data-run]")


def restart(page: Any) -> None:
    page.locator('.lm-MenuBar-itemLabel:text-is("Kernel")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Restart Kernel…")').click()
    page.locator(".jp-Dialog button.jp-mod-accept").click()


def save(page: Any) -> None:
    """Save the notebook, so that nothing is asked when the page is left."""
    page.locator('.lm-MenuBar-itemLabel:text-is("File")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Save Notebook")').click()
    page.locator(".lm-TabBar-tab.jp-mod-dirty").wait_for(state="detached")


def remembered(page: Any, address: str, text: str) -> None:
    """Wait until JupyterLab has written down what is open: it does so after a while."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        kept = page.request.get(f"{address}/lab/api/workspaces?token={TOKEN}").text()
        if text in kept:
            return
        page.wait_for_timeout(100)
    raise AssertionError(f"JupyterLab has not written down {text}")


def stands(run: Any, phase: str) -> None:
    """Wait until a row of the list says that."""
    run.locator(".couler-phase-mark", has_text=phase).wait_for()


def choose(page: Any, theme: str) -> None:
    page.locator('.lm-MenuBar-itemLabel:text-is("Settings")').click()
    page.locator('.lm-Menu-itemLabel:text-is("Theme")').hover()
    name = f"JupyterLab {theme.title()}"
    page.locator(f'.lm-Menu-itemLabel:text-is("{name}")').click()
    page.locator(f'body[data-jp-theme-name="{name}"]').wait_for(state="attached")


def seen_tab(page: Any) -> Any:
    return page.locator(".couler-tab:visible")


def test_a_run_is_started_looked_into_cancelled_retried_and_found_again(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "panel-main.ipynb", SLOW, DEFINE)
    in_lab(page, jupyter, "panel-main.ipynb")
    panel = panel_of(page)
    panel.get_by_text("The extension is not loaded").wait_for()
    page.screenshot(path=shots / "panel-not-loaded.png")
    run_all(page)
    panel.get_by_role("button", name="Run pick").click()
    tab = seen_tab(page)
    tab.get_by_text("running").first.wait_for()
    tab.locator("[data-node=train]").click()
    tab.get_by_text("training with 1").wait_for()
    tab.get_by_text("cell [2], line 3").wait_for()
    page.screenshot(path=shots / "panel-run.png")

    runs = only_runs_of(panel, "panel-main")
    stands(runs.first, "running")
    runs.first.get_by_role("button", name="Cancel").click()
    page.locator(".jp-Dialog").get_by_role("button", name="Cancel the run").click()
    stands(runs.first, "cancelled")
    tab.get_by_text("cancelled").first.wait_for()
    page.screenshot(path=shots / "panel-cancelled.png")
    tab.get_by_role("button", name="Retry").click()
    stands(runs.first, "running")

    page.locator(".jp-MainAreaWidget:visible").get_by_text("Go to cell").click()
    page.locator(".jp-Notebook:visible").wait_for()
    restart(page)
    panel.get_by_text("The extension is not loaded").wait_for()
    stands(runs.first, "running")
    save(page)
    page.reload()
    runs = only_runs_of(panel, "panel-main")
    stands(runs.first, "running")
    page.locator(".lm-TabBar-tab", has_text=re.compile("^pick$")).click()
    seen_tab(page).get_by_text("running").first.wait_for()
    page.screenshot(path=shots / "panel-after-reload.png")
    runs.first.get_by_role("button", name="Cancel").click()
    page.locator(".jp-Dialog").get_by_role("button", name="Cancel the run").click()
    stands(runs.first, "cancelled")


def test_buttons_lead_to_cells_and_keys_to_buttons(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "panel-cells.ipynb", SETUP, DEFINE, "1 + 1")
    in_lab(page, jupyter, "panel-cells.ipynb")
    panel = panel_of(page)
    panel.get_by_role("button", name="Load it").click()
    panel.get_by_text("No workflow yet").wait_for()
    run_all(page)
    plan = panel.get_by_role("button", name="Plan pick")
    plan.focus()
    page.keyboard.press("Enter")
    planned = page.locator(".jp-CodeCell", has_text="%couler plan pick")
    planned.get_by_text("plan of pick on local").wait_for()
    page.screenshot(path=shots / "panel-plan.png")
    plan.click()
    planned.get_by_text("plan of pick on local").wait_for()
    assert page.locator(".jp-CodeCell").count() == 4
    panel.get_by_role("button", name="Submit pick").click()
    form = page.locator(".jp-CodeCell", has_text="%couler submit pick")
    form.locator(".jp-OutputArea-output .couler").first.wait_for()

    panel.get_by_role("button", name="Show pick").click()
    seen_tab(page).locator("[data-node=best]").click()
    page.screenshot(path=shots / "panel-show.png")
    page.locator(".jp-MainAreaWidget:visible").get_by_text("Go to cell").click()
    page.locator(".jp-CodeCell.jp-mod-active", has_text="%%couler pick").wait_for()
    page.get_by_text("Ln 4, Col 1").wait_for()
    save(page)
    remembered(page, jupyter, '"selected": "best"')
    page.reload()
    page.locator(".lm-TabBar-tab", has_text="pick (workflow)").click()
    seen_tab(page).locator(".couler-about strong", has_text="best").wait_for()
    page.screenshot(path=shots / "panel-show-again.png")

    panel.locator("summary", has_text="Targets").focus()
    page.keyboard.press("Enter")
    panel.get_by_text("this machine").wait_for()
    panel.locator("summary", has_text="Cache").click()
    panel.get_by_text("The cache is switched off").wait_for()
    page.screenshot(path=shots / "panel-shelves.png")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_serious_is_wrong_for_those_who_do_not_see_it(
    page: Any, jupyter: str, folder: Path, shots: Path, theme: str
) -> None:
    if not AXE.is_file():
        pytest.skip("axe-core is not installed; scripts/panel packages installs it")
    write(folder, f"panel-{theme}.ipynb", SETUP, DEFINE)
    in_lab(page, jupyter, f"panel-{theme}.ipynb")
    panel = panel_of(page)
    choose(page, theme)
    run_all(page)
    panel.get_by_role("button", name="Run pick").click()
    seen_tab(page).get_by_text("succeeded").first.wait_for()
    for part in ("Cache", "Targets"):
        panel.locator("summary", has_text=part).click()
    panel.get_by_text("this machine").wait_for()
    page.screenshot(path=shots / f"panel-{theme}.png")
    page.set_viewport_size({"width": 700, "height": 900})
    page.screenshot(path=shots / f"panel-{theme}-narrow.png")
    page.add_script_tag(path=str(AXE))
    faults = [*panel.evaluate(PROBE), *seen_tab(page).evaluate(PROBE)]
    page.set_viewport_size({"width": 1280, "height": 900})
    choose(page, "light")  # for those who come later
    assert faults == []


def test_what_a_step_says_is_never_markup(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "panel-hostile.ipynb", SPITEFUL, "%%couler spiteful\nspit()")
    in_lab(page, jupyter, "panel-hostile.ipynb")
    panel = panel_of(page)
    run_all(page)
    panel.get_by_role("button", name="Run spiteful").click()
    tab = seen_tab(page)
    tab.get_by_text("failed").first.wait_for()
    tab.locator("[data-node=spit]").click()
    tab.locator(".couler-log", has_text=HOSTILE).first.wait_for()
    stands(only_runs_of(panel, "panel-hostile").first, "failed")
    page.screenshot(path=shots / "panel-hostile.png")
    assert page.evaluate("window.canary") is None
    assert page.locator("#couler-panel img, .couler-tab img").count() == 0


def test_notebook_7_has_it_too(
    page: Any, jupyter: str, folder: Path, shots: Path
) -> None:
    write(folder, "panel-seven.ipynb", SETUP, DEFINE)
    in_notebook_7(page, jupyter, "panel-seven.ipynb")
    page.locator('[data-command="couler:open-panel"]').first.click()
    panel = page.locator("#couler-panel")
    panel.get_by_text("The extension is not loaded").wait_for()
    run_all_in_7(page)
    panel.get_by_role("button", name="Run pick").click()
    seen_tab(page).get_by_text("succeeded").first.wait_for()
    page.screenshot(path=shots / "panel-notebook7.png")
