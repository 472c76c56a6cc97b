from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.engines.local.runs.bench import Bench


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A local engine with a store of its own; what still runs at the end is stopped."""
    made = Bench(tmp_path / "store")
    yield made
    made.close()
