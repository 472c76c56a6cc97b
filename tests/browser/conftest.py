from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.browser.jupyter import served

SHOTS = Path(__file__).parents[2] / "build" / "screenshots"


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that Jupyter serves."""
    return tmp_path_factory.mktemp("notebooks")


@pytest.fixture(scope="session")
def jupyter(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a running Jupyter server."""
    home = tmp_path_factory.mktemp("jupyter")
    with served(folder, home, free_port()) as address:
        yield address


def free_port() -> int:
    """Return a port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def page(chromium: Any) -> Iterator[object]:
    """A page of its own, that fails the test if a script throws."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
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
