"""Runs on a stand-in for Airflow, from the file to what they left."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from couler_jupyter.engines import Remote, Submitter
from couler_jupyter.engines.abilities import Paged, Rehearser, Rerunner
from couler_jupyter.engines.airflow import Airflow
from couler_jupyter.errors import SubmitFailed, UnknownName, UsageFailed
from couler_jupyter.ir import Phase, Run, Workflow
from couler_jupyter.testing.airflow_server import Try, bad, good
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import flow, over, sh, step
from tests.engines.airflow.live.place import Place, coin, wait_for


def test_it_can_all_that_runs_elsewhere_can() -> None:
    engine = Airflow()
    for ability in (Submitter, Remote, Rehearser, Rerunner, Paged):
        assert isinstance(engine, ability)


def test_a_run_leaves_phases_outputs_and_logs(place: Place) -> None:
    run = place.ran(coin())
    assert place.told(run) == (Phase.SUCCEEDED, "")
    steps = place.store.steps(run.id)
    assert {name: one.phase for name, one in steps.items()} == {
        "flip": Phase.SUCCEEDED,
        "say": Phase.SUCCEEDED,
    }
    assert (steps["flip"].attempt, steps["flip"].exit_code) == (1, 0)
    assert steps["flip"].duration == 1.0
    assert place.engine.outputs(run)["say"] == {"result": "heads"}
    assert place.store.log_path(run.id, "flip", 1).read_text() == "heads\n"


def test_the_file_is_what_is_compiled(place: Place) -> None:
    place.ran(coin())
    (document,) = Airflow().compile(coin()).documents
    assert (place.server.folder / "coin.py").read_text() == document.text
    assert [one.name for one in place.server.folder.iterdir()] == ["coin.py"]


def test_options_of_the_compiler_are_options_of_a_run(place: Place) -> None:
    run = place.ran(coin(), pool="small")
    assert "'pool': 'small'" in (place.server.folder / "coin.py").read_text()
    assert json.loads(place.store.get(run.id).options)["compile"] == {"pool": "small"}


def test_arguments_go_along(place: Place) -> None:
    run = place.engine.submit(coin(), arguments={"x": 3}, options=place.options)
    place.follow(run)
    assert place.dag_run(run).conf == {"x": 3}


def test_items_of_a_map_are_told_one_by_one(place: Place) -> None:
    each = step("each", sh("true"), loop=over(1, 2))
    place.server.plays["coin"] = {
        ("each", 0): (good({"result": "a"}),),
        ("each", 1): (bad("exit code 2", 2),),
    }
    run = place.ran(flow("coin", each))
    phases = {name: one.phase for name, one in place.store.steps(run.id).items()}
    assert phases == {
        "each[0]": Phase.SUCCEEDED,
        "each[1]": Phase.FAILED,
        "each": Phase.FAILED,
    }
    assert place.engine.outputs(run)["each"] == {"result": ["a"]}


def test_files_that_were_left_are_where_they_lie(place: Place) -> None:
    left = {"result": {"$file": "s3://b/x"}, "odd": {"$other": 1}}
    place.server.plays["coin"]["say", -1] = (good(left),)
    outputs = place.engine.outputs(place.ran(coin()))["say"]
    assert getattr(outputs["result"], "where", "") == "s3://b/x"
    assert outputs["odd"] == {"$other": 1}


def test_each_try_has_a_log_of_its_own(place: Place) -> None:
    place.server.plays["coin"]["flip", -1] = (
        bad("exit code 1", 1, "first"),
        good({"result": "heads"}, "second"),
    )
    run = place.ran(coin())
    assert place.told(run) == (Phase.FAILED, "step 'flip' failed: exit code 1")
    assert place.store.steps(run.id)["flip"].exit_code == 1
    assert place.engine.retry(run) == run
    assert place.told(run)[0] is Phase.PENDING
    place.follow(run)
    assert place.told(run)[0] is Phase.SUCCEEDED
    steps = place.store.steps(run.id)
    assert (steps["flip"].attempt, steps["say"].attempt) == (2, 1)
    logs = [place.store.log_path(run.id, "flip", n).read_text() for n in (1, 2)]
    assert logs == ["first\n", "second\n"]


def test_a_retry_begins_only_what_did_not_succeed(place: Place) -> None:
    place.server.plays["coin"]["say", -1] = (bad("exit code 1", 1), good({}))
    run = place.ran(coin())
    place.engine.retry(run)
    place.follow(run)
    tasks = {one.task: one.number for one in place.dag_run(run).tasks}
    assert tasks == {"flip": 1, "say": 2}
    with pytest.raises(SubmitFailed, match="succeeded; there is nothing to run again"):
        place.engine.retry(run)


def test_from_a_step_on_all_behind_it_is_asked_for(place: Place) -> None:
    run = place.ran(coin())
    with pytest.raises(UnknownName, match="did you mean 'flip'"):
        place.engine.retry_from(run, "flap")
    place.engine.retry_from(run, "flip")
    assert place.store.steps(run.id)["flip"].phase is Phase.PENDING
    place.follow(run)
    tasks = {one.task: one.number for one in place.dag_run(run).tasks}
    assert tasks["flip"] == 2
    assert place.told(run)[0] is Phase.SUCCEEDED


def test_a_cancelled_run_ends_as_cancelled(place: Place) -> None:
    place.server.plays["coin"]["flip", -1] = (Try(held=True),)
    engine = Airflow(place.store)
    run = engine.submit(coin(), options=place.options)  # a real process follows it
    wait_for(lambda: "flip" in place.store.steps(run.id))
    wait_for(lambda: place.store.steps(run.id)["flip"].phase is Phase.RUNNING)
    engine.cancel(run)
    wait_for(lambda: place.store.phase(run.id).ended)
    assert place.told(run)[0] is Phase.CANCELLED
    phases = {name: one.phase for name, one in place.store.steps(run.id).items()}
    assert phases == {"flip": Phase.CANCELLED, "say": Phase.OMITTED}
    wait_for(lambda: not place.store.held(run.id))
    with pytest.raises(SubmitFailed, match="has ended: cancelled"):
        engine.cancel(run)


def test_a_run_is_cancelled_before_it_begins(place: Place) -> None:
    place.server.watched = False
    run = place.submit(coin())
    place.engine.cancel(run)
    place.follow(run)
    assert place.told(run) == (Phase.CANCELLED, "it was cancelled before it began")
    assert place.server.runs == {}


def test_a_run_is_found_again_by_another_process(place: Place) -> None:
    run = place.submit(coin())
    other = replace(place, store=type(place.store)(place.store.root))
    other.follow(run)
    assert place.told(run)[0] is Phase.SUCCEEDED
    assert place.engine.outputs(run)["flip"] == {"result": "heads"}
    assert list(place.server.runs) == [("coin", f"couler__{run.id}")]


def test_a_run_that_was_triggered_is_not_triggered_again(place: Place) -> None:
    run = place.ran(coin())
    place.store.reopen(run.id)
    place.follow(run)
    triggers = [one for one in place.server.asked if one.startswith("POST /api")]
    assert triggers == ["POST /api/v2/dags/coin/dagRuns"]


def test_a_file_that_changed_is_waited_for(place: Place) -> None:
    place.ran(coin())
    place.server.stale["coin"] = (place.server.folder / "coin.py").read_text()
    run = place.submit(flow("coin", step("flip", sh("echo tails"))), discovery=0.05)
    place.follow(run)
    assert "has not read the new" in place.told(run)[1]
    assert "PUT /api/v2/parseDagFile/token-of-coin" in place.server.asked
    place.server.stale.clear()
    place.engine.retry(run)
    place.follow(run)
    assert place.told(run)[0] is Phase.SUCCEEDED


def test_a_dag_that_is_there_runs_as_it_is(place: Place) -> None:
    (place.server.folder / "coin.py").write_text("somebody's own")
    run = place.ran(coin(), deployed=True, dags="/nowhere")
    assert place.told(run)[0] is Phase.SUCCEEDED
    assert (place.server.folder / "coin.py").read_text() == "somebody's own"


def test_runs_are_listed_paged_and_deleted(place: Place) -> None:
    run = place.ran(coin())
    (entry,) = place.engine.listed(place.options)
    assert (entry.name, entry.phase) == (f"coin couler__{run.id}", Phase.SUCCEEDED)
    assert entry.run == run.id
    page = place.engine.page(run)
    assert page == f"{place.url}/dags/coin/runs/couler__{run.id}"
    place.engine.delete(run)
    place.engine.delete(run)
    assert place.engine.listed(place.options) == ()
    assert place.told(run)[0] is Phase.SUCCEEDED


def test_the_same_again(place: Place) -> None:
    run = place.ran(coin(), pool="small")
    again = place.engine.resubmit(run)
    place.follow(again)
    assert again != run
    assert place.told(again)[0] is Phase.SUCCEEDED
    first, second = (place.store.get(one.id) for one in (run, again))
    assert first.options == second.options


def test_a_published_dag_is_a_file(place: Place) -> None:
    told = place.engine.publish(coin(), options=place.options)
    assert told == (f"DAG coin in {place.server.folder}/coin.py",)
    with pytest.raises(SubmitFailed, match="cannot be read as a workflow"):
        place.engine.fetched("coin", options=place.options)


def test_suspending_pauses_the_dag(place: Place) -> None:
    run = place.submit(coin())
    place.engine.suspend(run)
    assert place.server.paused == {"coin"}
    place.engine.resume_all(run)
    assert place.server.paused == set()
    place.follow(run)
    with pytest.raises(UsageFailed, match="is not suspended: succeeded"):
        place.engine.resume(run, "flip", {})


def test_a_rehearsal_writes_nothing(place: Place) -> None:
    told = place.engine.rehearse(coin(), arguments={}, options=place.options)
    assert told[1] == f"{place.server.folder}/coin.py can be written"
    assert told[2].startswith(f"Airflow 3.3.2 at {place.url} answers")
    assert list(place.server.folder.iterdir()) == []
    assert place.store.runs() == ()


def _asking() -> Workflow:
    return replace(CORPUS["suspend-for-a-person"].make(), name="coin")


def _waits(place: Place, run: Run) -> bool:
    steps = place.store.steps(run.id)
    return "ask" in steps and steps["ask"].phase is Phase.SUSPENDED


def _ends(place: Place, run: Run) -> bool:
    return place.told(run)[0].ended


def test_a_person_is_asked_and_what_is_typed_in_is_left(place: Place) -> None:
    place.server.plays["coin"] = {
        ("ask", -1): (Try(state="awaiting_input"),),
        ("go", -1): (good({"result": "yes"}),),
    }
    run = place.submit(_asking())
    with place.following(run):
        wait_for(lambda: _waits(place, run))
        with pytest.raises(UsageFailed, match="'choice' must be one of"):
            place.engine.resume(run, "ask", {"choice": "perhaps"})
        with pytest.raises(UsageFailed, match="'choice' must be given"):
            place.engine.resume(run, "ask", {})
        place.engine.resume(run, "ask", {"choice": "yes"})
        wait_for(lambda: _ends(place, run))
    assert place.told(run)[0] is Phase.SUCCEEDED
    assert place.engine.outputs(run)["ask"] == {"choice": "yes", "note": ""}
