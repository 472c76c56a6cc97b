"""A server that is far away, and a local engine with a cache of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.testing.slow_server import SlowServer, serving
from tests.engines.local.runs.bench import Bench


@pytest.fixture
def server() -> Iterator[SlowServer]:
    """A server with no pages yet."""
    with serving(SlowServer()) as made:
        yield made


@pytest.fixture
def bench(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    """A local engine whose runs and cache nobody else uses."""
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    monkeypatch.setenv("COULER_CACHE_BUDGET", "100M")
    made = Bench(tmp_path / "runs")
    yield made
    made.close()
