"""A session whose runs, cache and prices nobody else uses."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.session import Session


@pytest.fixture
def session(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    monkeypatch.setenv("COULER_CACHE_CONFIG", str(tmp_path / "cache.toml"))
    monkeypatch.setenv("COULER_PRICES", str(tmp_path / "prices.toml"))
    made = Session(root=tmp_path / "runs")
    yield made
    made.store.close()


@pytest.fixture
def prices(tmp_path: Path, session: Session) -> Path:
    """The file of prices; it is not there yet."""
    return tmp_path / "prices.toml"
