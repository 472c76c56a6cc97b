"""A store that is missing, locked, damaged or in the way: a clean answer, and on it goes."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from couler_jupyter.runs import RunStore
from tests.server import past
from tests.server.serving import Client, serving


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("trouble") / "deep" / "store"


@pytest.fixture(scope="module")
def server(place: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Client]:
    with serving(tmp_path_factory.mktemp("home"), store=place) as found:
        yield found


def test_in_turn(server: Client, place: Path) -> None:
    """One server goes through all of it, as one that runs for weeks may."""
    # a file is in the way
    place.parent.mkdir(parents=True, exist_ok=True)
    place.touch()
    _is_told(server, str(place))
    place.unlink()

    # nothing is there yet
    assert server.get("/runs")["runs"] == []

    # it is deleted while it is in use, and comes back with the next run
    place_of_file = place / "runs.sqlite"
    for end in ("", "-wal", "-shm"):
        place_of_file.with_name(f"runs.sqlite{end}").unlink(missing_ok=True)
    _is_told(server, "is gone")
    store = RunStore(place)
    run = past.failed(store)
    assert server.get(f"/runs/{run.id}")["phase"] == "failed"
    store.close()

    # another program's file
    aside = place_of_file.with_name("aside")
    place_of_file.rename(aside)
    for end in ("-wal", "-shm"):
        place_of_file.with_name(f"runs.sqlite{end}").unlink(missing_ok=True)
    place_of_file.write_bytes(b"no database at all" * 1000)
    _is_told(server, "runs.sqlite")


def _is_told(server: Client, said: str) -> None:
    for path in ("/runs", "/runs/20261122-031502-pair-k3f9"):
        answer = server.ask("GET", path)
        assert answer.status == 503, answer.body
        assert said in answer.json["message"]
        assert "\n" not in answer.json["message"]
        assert "Traceback" not in answer.body.decode()


def test_one_that_stays_locked(tmp_path: Path) -> None:
    store = RunStore(tmp_path / "store")
    run = past.failed(store)
    lock = os.open(tmp_path / "store" / "runs.lock", os.O_RDWR)
    with serving(tmp_path / "home", store=store.root) as client:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert client.get(f"/runs/{run.id}")["phase"] == "failed"  # reading goes on
        answer = client.post(f"/runs/{run.id}", method="DELETE")
        assert answer.status == 503
        assert "stays locked by another process" in answer.json["message"]
        fcntl.flock(lock, fcntl.LOCK_UN)
        assert client.post(f"/runs/{run.id}", method="DELETE").status == 200
    os.close(lock)
    store.close()
