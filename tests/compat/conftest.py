"""Old scripts, loaded as `couler run` loads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from couler_jupyter.compat.loading import load_script
from couler_jupyter.ir import Workflow
from tests.compat.scripts import SCRIPTS

Load = Callable[[str], Workflow]


@pytest.fixture
def load_text(tmp_path: Path) -> Load:
    """Load the one workflow of a script, given as text."""

    def load(text: str) -> Workflow:
        path = tmp_path / "script.py"
        path.write_text(text.replace("FOLDER", str(tmp_path)))
        [workflow] = load_script(path).values()
        return workflow

    return load


@pytest.fixture
def load(load_text: Load) -> Load:
    """Load the one workflow of a script, given by its name."""
    return lambda name: load_text(SCRIPTS[name].text)
