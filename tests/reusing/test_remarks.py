"""What is wrong with the store is told in the run itself, and the run goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from couler_jupyter.ir import Phase
from couler_jupyter.store import Store
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line

COMMANDS = ("seq 10000 > out", "wc -l < data > out")


@pytest.fixture
def tally(tmp_path: Path) -> Tally:
    return Tally(tmp_path)


def test_nothing_is_remarked_where_all_is_well(bench: Bench, tally: Tally) -> None:
    for _ in range(2):
        ended = bench.run(line(tally, *COMMANDS))
        assert ended.message == ""


def test_a_store_that_cannot_be_opened(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "a file").write_text("x")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "a file" / "store"))
    ended = bench.run(line(tally, *COMMANDS))
    assert ended.phase is Phase.SUCCEEDED
    assert ended.message.startswith("cache: ")
    assert "the run goes on without" in ended.message


def test_a_store_that_vanishes(bench: Bench, tally: Tally, tmp_path: Path) -> None:
    gone = f"rm -r {tmp_path}/cache; {COMMANDS[0]}"
    ended = bench.run(line(tally, gone, COMMANDS[1]))
    assert ended.phase is Phase.SUCCEEDED
    assert "is gone" in ended.message


def test_a_store_that_cannot_be_written(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(line(tally, *COMMANDS))
    shutil.rmtree(tmp_path / "cache" / "parts")
    (tmp_path / "cache" / "parts").write_text("in the way")
    ended = bench.run(line(tally, COMMANDS[0], f"{COMMANDS[1]}; echo >> out"))
    assert ended.phase is Phase.SUCCEEDED
    assert ended.message.startswith("cache: ")


def test_a_budget_smaller_than_one_artifact(
    bench: Bench, tally: Tally, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE_BUDGET", "1000")
    ended = bench.run(line(tally, *COMMANDS))
    assert ended.phase is Phase.SUCCEEDED
    assert "s0 leaves 48894 bytes, more than the budget of 1000" in ended.message


def test_damage_is_told(bench: Bench, tally: Tally, tmp_path: Path) -> None:
    bench.run(line(tally, *COMMANDS))
    store = Store.open(tmp_path / "cache")
    for one in store.kept():
        path = tmp_path / "cache" / "objects" / one.digest[:2] / one.digest[2:]
        path.chmod(0o600)
        path.write_bytes(b"?" * one.size)
    store.close()
    ended = bench.run(line(tally, *COMMANDS))
    assert ended.phase is Phase.SUCCEEDED
    assert "was changed or damaged" in ended.message
