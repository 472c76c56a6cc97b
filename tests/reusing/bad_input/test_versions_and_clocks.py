"""Indexes of other versions, and clocks that jump."""

from __future__ import annotations

import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from couler_jupyter.errors import StoreFailed
from couler_jupyter.ir import Cache, Phase, Workflow
from couler_jupyter.reusing import load_config
from couler_jupyter.reusing.cache import Cache as Kept
from couler_jupyter.store import Store
from couler_jupyter.store.migrations import MIGRATIONS, tell
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally, line

FLOW = ("seq 1000 > out", "sort -r data > out")


@contextmanager
def opened(folder: Path) -> Generator[Store]:
    store = Store.open(folder / "cache")
    yield store
    store.close()


def say_version(folder: Path, version: int) -> None:
    with opened(folder) as store, store._database.writing() as connection:
        tell(connection, store._database.tables, "version", str(version))


def test_an_index_of_a_newer_version_is_left_alone_and_the_run_goes_on(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(line(tally, *FLOW))
    before = sorted((tmp_path / "cache" / "objects").rglob("*"))
    say_version(tmp_path, len(MIGRATIONS) + 1)
    tally.taken()
    ended = bench.run(line(tally, *FLOW))
    assert ended.phase is Phase.SUCCEEDED
    assert "was written by a newer version" in ended.message
    assert "update couler-jupyter" in ended.message
    assert "\n" not in ended.message
    assert tally.taken() == ["s0", "s1"]
    assert sorted((tmp_path / "cache" / "objects").rglob("*")) == before
    with pytest.raises(StoreFailed, match="newer version") as told:
        Kept(load_config())
    assert "\n" not in str(told.value)


def test_an_index_of_an_older_version_is_brought_up_to_date_and_used(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    bench.run(line(tally, *FLOW))
    tally.taken()
    say_version(tmp_path, len(MIGRATIONS) - 1)
    ended = bench.run(line(tally, *FLOW))
    assert ended.phase is Phase.SUCCEEDED
    assert tally.taken() == []


def test_a_run_of_a_newer_version_beside_an_older_one_stops_the_writing(
    bench: Bench, tally: Tally, tmp_path: Path
) -> None:
    """The index is taken over while a run of this version goes on."""
    gate = tmp_path / "gate"
    waiting = f"while [ ! -e {gate} ]; do sleep 0.02; done; {FLOW[1]}"
    run = bench.submit(line(tally, FLOW[0], waiting))
    bench.wait(run, "s1", Phase.RUNNING)
    say_version(tmp_path, len(MIGRATIONS) + 1)
    gate.touch()
    ended = bench.ended(run)
    assert ended.phase is Phase.SUCCEEDED
    assert "newer version" in ended.message


def shift(folder: Path, seconds: float) -> None:
    """Have all results be made at another time, as by a clock that was wrong."""
    with opened(folder) as store:
        origins = {one.fingerprint for kept in store.kept() for one in kept.origins}
        for found in store.results.recall_many(origins).values():
            store.results.remember(replace(found, made=found.made + seconds))


@pytest.mark.parametrize("seconds", [-7200.0, 7200.0])
def test_what_is_of_no_certain_age_is_made_again_where_age_matters(
    bench: Bench, tally: Tally, tmp_path: Path, seconds: float
) -> None:
    first, second = line(tally, *FLOW).steps
    flow = Workflow(
        name="line", steps=(replace(first, cache=Cache(max_age=3600)), second)
    )
    bench.run(flow)
    bench.run(flow)
    assert tally.taken() == ["s0", "s1"]
    shift(tmp_path, seconds)
    bench.run(flow)
    assert tally.taken() == ["s0"]


def test_what_is_shown_is_never_younger_than_now(
    bench: Bench, tally: Tally, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench.run(line(tally, *FLOW))
    now = time.time()
    for jump in (-1e6, 1e6, -1e9):
        monkeypatch.setattr(time, "time", lambda jump=jump: now + jump)
        with Kept(load_config()) as cache:
            ages = [one["age"] for one in cache.view()["artifacts"]]
        assert len(ages) == 2
        assert all(one is not None and one >= 0 for one in ages)


@pytest.mark.parametrize("policy", ["lru", "fifo"])
def test_what_goes_first_does_not_hang_on_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, policy: str
) -> None:
    """Objects are kept while the clock runs backwards; the first still goes first."""
    from couler_jupyter.caching import Artifact, policy_of
    from couler_jupyter.reusing.keeping import Keeping
    from couler_jupyter.store import Made, Object, Result, object_of

    store = Store.open(tmp_path / "cache", budget=3500)

    def offer(number: int) -> None:
        # each in a process of its own, as far as the policy knows
        keeping = Keeping(store, lambda: policy_of(policy))
        data = os.urandom(1000)
        made: Object = object_of(data)
        key = f"{number:064x}"
        one = Artifact(key=key, workflow="w", step=key, own=key, seconds=1, size=1000)
        verdict, _ = keeping.offer(one, {made: lambda: data})
        assert verdict.keep
        output = Made(kind="file", content=made.digest, value={}, object=made)
        result = Result(
            fingerprint=key,
            workflow="w",
            step=key,
            run="r",
            outputs={"out": output},
            seconds=1.0,
            made=time.time(),
        )
        store.results.remember(result)

    for number in range(6):
        monkeypatch.setattr(time, "time", lambda number=number: 2e9 - 1e8 * number)
        offer(number)
    left = {int(one.origins[0].fingerprint, 16) for one in store.kept()}
    store.close()
    assert left == {3, 4, 5}
