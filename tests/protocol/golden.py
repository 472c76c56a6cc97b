"""Comparing what is made with what is kept in tests/golden."""

from __future__ import annotations

import os
from pathlib import Path

FOLDER = Path(__file__).parents[1] / "golden"


def check(name: str, text: str) -> None:
    """Assert that `text` is what tests/golden/`name` holds.

    With COULER_WRITE_GOLDEN=1 it is written instead, and then to be looked at.
    """
    file = FOLDER / name
    if os.environ.get("COULER_WRITE_GOLDEN") == "1":
        assert not os.environ.get("CI"), "goldens are never written in CI"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert file.read_text(encoding="utf-8") == text
