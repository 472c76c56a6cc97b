from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.engines.local.nursery import Nursery
from couler_jupyter.engines.local.process_runner import ProcessRunner
from tests.engines.local.driving import Driver


@pytest.fixture
def driver(tmp_path: Path) -> Iterator[Driver]:
    """Drives a process runner with a nursery of its own."""
    made = Driver(
        tmp_path, lambda loop, take: ProcessRunner(loop, Nursery.spawn(), take)
    )
    yield made
    made.close()
