"""The live view of a cache: what other processes change is shown, and it ends."""

from __future__ import annotations

from pathlib import Path
from threading import Thread
from typing import Any, cast

from couler_jupyter.magics.cache_watch import CacheWatch
from couler_jupyter.protocol import CacheView
from couler_jupyter.reusing import load_config
from tests.engines.local.runs.bench import Bench, wait_for
from tests.reusing.flows import Tally
from tests.reusing.test_what_runs_again import files


def shown(watch: CacheWatch) -> CacheView:
    return cast("CacheView", watch.widget.view)


def followed(watch: CacheWatch, patience: float) -> Thread:
    thread = Thread(
        target=watch.follow, kwargs={"patience": patience, "look": 0.01}, daemon=True
    )
    thread.start()
    return thread


def kept(watch: CacheWatch) -> set[str]:
    return {one["step"] for one in shown(watch)["artifacts"] if one["kept"]}


def test_what_a_run_makes_is_shown_while_it_goes_on(
    bench: Bench, tmp_path: Path
) -> None:
    watch = CacheWatch(load_config())
    watch.widget.following = True
    assert shown(watch)["artifacts"] == []
    thread = followed(watch, 60)
    gate = tmp_path / "gate"
    waiting = f"while [ ! -e {gate} ]; do sleep 0.02; done; sort -r data > sum"
    run = bench.submit(files(Tally(tmp_path), 5, last=waiting))
    wait_for(lambda: kept(watch) == {"make"})
    (one,) = shown(watch)["artifacts"]
    assert (one["reason"], one["run"]) == ("its run goes on", run.id)
    gate.touch()
    bench.ended(run)
    wait_for(lambda: kept(watch) == {"make", "take"})
    wait_for(
        lambda: all("kept: " in one["reason"] for one in shown(watch)["artifacts"])
    )
    made = {one["step"]: one for one in shown(watch)["artifacts"]}
    watch._pin(made["make"]["id"])
    wait_for(lambda: any(one["pinned"] for one in shown(watch)["artifacts"]))
    watch._drop(made["take"]["id"])
    wait_for(lambda: kept(watch) == {"make"})
    assert watch.widget.following
    assert thread.is_alive()


def test_the_next_version_of_a_workflow_is_known_while_its_run_goes_on(
    bench: Bench, tmp_path: Path
) -> None:
    tally = Tally(tmp_path)
    bench.run(files(tally, 5))
    gate = tmp_path / "gate"
    waiting = f"while [ ! -e {gate} ]; do sleep 0.02; done; sort -r data > sum"
    run = bench.submit(files(tally, 6, last=waiting))
    watch = CacheWatch(load_config())
    followed(watch, 60)

    def fresh() -> list[Any]:
        rows = shown(watch)["artifacts"]
        return [one for one in rows if one["step"] == "make" and one["run"] == run.id]

    (made,) = wait_for(fresh)
    # take of this version is to come and will read it: one direct reader counts 2
    assert made["frequency"] == 2
    old = [
        one
        for one in shown(watch)["artifacts"]
        if one["step"] == "make" and one["run"] != run.id
    ]
    assert [one["frequency"] for one in old] == [0]
    gate.touch()
    bench.ended(run)


def test_it_ends_when_nothing_happens(bench: Bench) -> None:
    watch = CacheWatch(load_config())
    watch.widget.following = True
    thread = followed(watch, 0.05)
    thread.join(60)
    assert not thread.is_alive()
    assert not watch.widget.following


def test_it_ends_when_the_store_is_gone(bench: Bench, tmp_path: Path) -> None:
    watch = CacheWatch(load_config())
    watch.widget.following = True
    first = shown(watch)["sent"]
    thread = followed(watch, 60)
    wait_for(lambda: shown(watch)["sent"] > first)
    (tmp_path / "cache").rename(tmp_path / "away")
    thread.join(60)
    assert not thread.is_alive()
    assert not watch.widget.following
