"""The local engine keeps the contracts of all engines."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.engines.local import Local
from couler_jupyter.runs import RunStore
from couler_jupyter.testing.engine import EngineContract
from couler_jupyter.testing.runs import RunContract


class TestLocal(EngineContract):
    @pytest.fixture
    def engine(self) -> Local:
        return Local()


class TestLocalRuns(RunContract):
    @pytest.fixture
    def engine(self, tmp_path: Path) -> Iterator[Local]:
        store = RunStore(tmp_path)
        yield Local(store)
        store.close()

    @pytest.fixture
    def containers(
        self,
        container_socket: str,
        busybox_image: str,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setenv("DOCKER_HOST", container_socket)
