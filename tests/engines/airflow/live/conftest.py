"""A stand-in for Airflow with a folder of DAGs of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.runs import RunStore
from couler_jupyter.testing.airflow_server import AirflowStandIn, good
from tests.engines.airflow.live.place import Place


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    folder = tmp_path / "dags"
    folder.mkdir()
    server = AirflowStandIn(folder)
    server.plays["coin"] = {
        ("flip", -1): (good({"result": "heads"}, "heads"),),
        ("say", -1): (good({"result": "heads"}, "heads"),),
    }
    with server.serving() as url:
        store = RunStore(tmp_path / "store")
        options = {"server": url, "dags": str(folder), "interval": 0.01}
        yield Place(server, url, store, options)
        store.close()
