"""Running a run again from one of its steps on."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.local.rerunning import again_from
from couler_jupyter.errors import StoreFailed, UnknownName
from couler_jupyter.ir import Phase, Run, Script, SubWorkflow, Workflow
from couler_jupyter.testing.parts import flow, over, sh, step
from tests.engines.local.runs.bench import Bench


def counts(folder: Path, name: str) -> Script:
    """A step that adds a character to a file whenever it runs."""
    return sh(f"printf x >> {folder / name}")


def shape(folder: Path) -> Workflow:
    inner = flow(
        "inner",
        step("fit", counts(folder, "fit")),
        step("score", counts(folder, "score"), after=("fit",)),
    )
    return flow(
        "w",
        step("load", counts(folder, "load")),
        step("each", counts(folder, "each"), after=("load",), loop=over(1, 2)),
        step("tune", SubWorkflow(workflow=inner), after=("load",)),
        step("best", counts(folder, "best"), after=("tune",)),
        step("aside", counts(folder, "aside")),
    )


PATHS = (
    "load", "each", "each[0]", "each[1]", "tune", "tune/fit", "tune/score", "best", "aside",
)  # fmt: skip


@pytest.mark.parametrize(
    ("start", "again"),
    [
        ("best", "best"),
        ("aside", "aside"),
        ("tune", "tune tune/fit tune/score best"),
        ("tune/score", "tune tune/score best"),
        ("each[1]", "each each[1]"),
        ("each", "each each[0] each[1]"),
        ("load", "load each each[0] each[1] tune tune/fit tune/score best"),
    ],
)
def test_what_runs_again_is_the_step_and_all_behind_it(
    tmp_path: Path, start: str, again: str
) -> None:
    assert again_from(shape(tmp_path), start, PATHS) == tuple(again.split())


def test_turns_behind_a_turn_run_again() -> None:
    workflow = flow(
        "w", step("flip", sh("true")), step("end", sh("true"), after=("flip",))
    )
    paths = ("flip", "flip#1", "flip#2", "flip#10", "end")
    assert again_from(workflow, "flip#2", paths) == ("flip", "flip#2", "flip#10", "end")


def times(folder: Path) -> dict[str, int]:
    return {one.name: len(one.read_text()) for one in folder.iterdir()}


def again(bench: Bench, run: Run, start: str) -> None:
    bench.local.retry_from(run, start)
    assert bench.ended(run).phase is Phase.SUCCEEDED


def test_a_run_that_succeeded_is_run_again_from_a_step(
    bench: Bench, tmp_path: Path
) -> None:
    counted = tmp_path / "counted"
    counted.mkdir()
    run = bench.submit(shape(counted))
    assert bench.ended(run).phase is Phase.SUCCEEDED
    once = {"load": 1, "each": 2, "fit": 1, "score": 1, "best": 1, "aside": 1}
    assert times(counted) == once
    again(bench, run, "tune/score")
    assert times(counted) == {**once, "score": 2, "best": 2}
    again(bench, run, "each[1]")
    assert times(counted) == {**once, "score": 2, "best": 2, "each": 3}
    assert bench.store.steps(run.id)["each[1]"].attempt == 2
    assert bench.store.steps(run.id)["each[0]"].attempt == 1


def test_what_is_kept_of_it_is_not_reused(
    bench: Bench, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COULER_CACHE", "on")
    monkeypatch.setenv("COULER_CACHE_URL", str(tmp_path / "cache"))
    counted = tmp_path / "counted"
    counted.mkdir()
    workflow = flow(
        "w",
        step("load", counts(counted, "load")),
        step("best", counts(counted, "best"), after=("load",)),
    )
    run = bench.submit(workflow)
    assert bench.ended(run).phase is Phase.SUCCEEDED
    again(bench, run, "load")
    assert times(counted) == {"load": 2, "best": 2}
    steps = bench.store.steps(run.id)
    assert {one.phase for one in steps.values()} == {Phase.SUCCEEDED}


def test_what_is_not_there_or_not_over_is_told(bench: Bench, tmp_path: Path) -> None:
    run = bench.submit(flow("w", step("s", sh("sleep 77.7"))))
    bench.wait(run, "s", Phase.RUNNING)
    with pytest.raises(UnknownName, match="no step of the run named 't'"):
        bench.local.retry_from(run, "t")
    with pytest.raises(StoreFailed):
        bench.local.retry_from(run, "s")
    bench.local.cancel(run)
    assert bench.ended(run).phase is Phase.CANCELLED
