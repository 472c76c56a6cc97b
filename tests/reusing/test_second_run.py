"""What is run again, and what is not."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

from couler_jupyter.ir import Workflow
from couler_jupyter.store import Store
from tests.engines.local.runs.bench import Bench
from tests.reusing.flows import Tally


def chain(tally: Tally, middle: str = "return load + 1") -> Workflow:
    steps = (
        tally.step("load", "return 1"),
        tally.step("middle", middle, "load"),
        tally.step("last", "return [middle, {1, 2}]", "middle"),
    )
    return Workflow(name="chain", steps=steps)


def test_a_second_run_runs_nothing(bench: Bench, tmp_path: Path) -> None:
    tally = Tally(tmp_path)
    first = bench.run(chain(tally))
    assert first.phase == "succeeded", first.message
    assert tally.taken() == ["last", "load", "middle"]
    second = bench.run(chain(tally))
    assert tally.taken() == []
    assert set(second.phases.values()) == {"cached"}
    assert second["last"] == first["last"] == [2, {1, 2}]
    assert second.said("last") == f"reused from run {first.run.id}"


def test_a_run_that_is_over_is_history(bench: Bench, tmp_path: Path) -> None:
    """Not a moment later: the next run may begin at once."""
    run = bench.submit(chain(Tally(tmp_path)))
    bench.local.wait(run)
    with closing(Store.open(tmp_path / "cache")) as store:
        assert [(one.run, one.finished) for one in store.history.pasts()] == [
            (run.id, True)
        ]


def test_values_too_large_for_the_index(bench: Bench, tmp_path: Path) -> None:
    tally = Tally(tmp_path)
    flow = Workflow(
        name="large",
        steps=(
            tally.step("many", "return list(range(30_000))"),
            tally.step("count", "return len(many)", "many"),
        ),
    )
    bench.run(flow)
    tally.taken()
    ended = bench.run(flow)
    assert tally.taken() == []
    assert (len(ended["many"]), ended["count"]) == (30_000, 30_000)
