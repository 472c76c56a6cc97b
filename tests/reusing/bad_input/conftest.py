"""Runs whose cache, artifacts or clock are not as they should be."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.reusing.conftest import bench
from tests.reusing.flows import Tally

__all__ = ["bench", "tally"]


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    """Counts what is run."""
    return Tally(tmp_path)
