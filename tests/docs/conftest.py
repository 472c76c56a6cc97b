from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.magics.conftest import cell, session, shell

__all__ = ["cell", "session", "shell"]


@pytest.fixture(autouse=True)
def _no_model_of_yours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Have pages ask no language model, and keep their examples out of your folder."""
    for name in os.environ:
        if name.startswith("COULER_LLM_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("COULER_LLM_CONFIG", os.devnull)
    monkeypatch.setenv("COULER_LAKE", str(tmp_path / "lake"))
