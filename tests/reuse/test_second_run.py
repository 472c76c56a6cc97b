"""What is run again, and what is not."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.ir import Workflow
from tests.engines.local.runs.bench import Bench
from tests.reuse.flows import Tally


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
