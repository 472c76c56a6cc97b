from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.browser.jupyter import CHROMIUM, FLAGS, served

sync_api = pytest.importorskip("playwright.sync_api")

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that Jupyter serves."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def jupyter(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Jupyter server."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with served(folder, tmp_path_factory.mktemp("jupyter"), port) as address:
        yield address


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """A real Chromium; its absence skips, but fails where it must be there.

    Its driver keeps an event loop running in this thread, so it must not outlive the
    module: tests that use asyncio themselves come later.
    """
    if not CHROMIUM:
        if os.environ.get("COULER_NEED_BROWSER"):
            pytest.fail("no chromium, and COULER_NEED_BROWSER is set")
        pytest.skip("no chromium on the PATH")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS])
        yield browser
        browser.close()


@pytest.fixture
def page(browser: object) -> Iterator[object]:
    """A page of its own, that fails the test if a script throws."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})  # type: ignore[attr-defined]
    page = context.new_page()
    page.set_default_timeout(60_000)
    thrown: list[str] = []

    def note(error: object) -> None:
        thrown.append(str(error))

    page.on("pageerror", note)
    yield page
    context.close()
    assert not [one for one in thrown if "couler" in one.lower()]


@pytest.fixture
def shots() -> Path:
    """Where screenshots are kept, for people to look at."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    return SHOTS
