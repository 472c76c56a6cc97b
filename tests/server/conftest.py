"""One server for the tests of a file, over a store that they may add runs to."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.runs import RunStore
from tests.server.serving import Client, serving


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("server")


@pytest.fixture(scope="module")
def store(home: Path) -> Iterator[RunStore]:
    opened = RunStore(home / "store")
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def client(home: Path, store: RunStore) -> Iterator[Client]:
    (home / "notebooks").mkdir()
    with serving(home, store=store.root, folder=home / "notebooks") as found:
        yield found
