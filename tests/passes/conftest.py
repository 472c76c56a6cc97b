"""One place for the runs of all passes."""

from __future__ import annotations

import pytest

from tests.passes.running import RunsOnce


@pytest.fixture(scope="session")
def runs_once(tmp_path_factory: pytest.TempPathFactory) -> RunsOnce:
    """What runs a workflow on the local engine, or tells what came of it before."""
    return RunsOnce(tmp_path_factory.mktemp)
