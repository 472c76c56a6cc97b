"""Plans of a session: what would run, what it would take, and that nothing runs."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from couler_jupyter.errors import (
    PassFailed,
    UnknownName,
    Unsupported,
    UsageFailed,
)
from couler_jupyter.ir import (
    Cache,
    ExitHandler,
    Job,
    OutputRef,
    ParameterRef,
    Resources,
    StepField,
    StepRef,
    SubWorkflow,
    Suspend,
    Workflow,
)
from couler_jupyter.passes import Decision, Passed, Word
from couler_jupyter.planning import Fate, Plan, Row
from couler_jupyter.session import Session
from couler_jupyter.testing.parts import (
    echo,
    flow,
    inputs,
    over,
    python,
    sh,
    smaller,
    step,
)
from tests.planning.histories import remember

LOAD = python("def load(n): return n", resources=Resources(cpu=2))
FIT = python("def fit(data): return data + 1", resources=Resources(cpu=1))


def chain(n: int = 1) -> Workflow:
    inner = flow("inner", step("x", FIT, takes={"data": 1}))
    return flow(
        "chain",
        step("load", LOAD, takes={"n": n}),
        step("fit", FIT, takes={"data": OutputRef("load")}),
        step("aside", SubWorkflow(workflow=inner)),
    )


def rows(plan: Plan) -> Mapping[str, Row]:
    return {one.step: one for one in plan.rows}


def fates(plan: Plan) -> Mapping[str, Fate]:
    return {one.step: one.fate for one in plan.rows}


def run(session: Session, workflow: Workflow) -> str:
    handle = session.submit(workflow)
    handle.wait()
    assert handle.phase.good
    while session.store.held(handle.id):
        time.sleep(0.01)
    return handle.id


def test_before_anything_ran_nothing_is_known(session: Session) -> None:
    plan = session.plan(chain())
    assert set(fates(plan).values()) == {Fate.RUN}
    assert plan.after.seconds is None
    assert plan.after.unknown == plan.after.steps == 3
    assert plan.after.cost is None
    assert plan.after.bytes is None
    assert all(one.seconds is None and one.cost is None for one in plan.rows)


def test_what_ran_is_reused_and_from_which_run(session: Session) -> None:
    before = run(session, chain())
    plan = session.plan(chain())
    assert fates(plan) == dict.fromkeys(rows(plan), Fate.REUSED)
    assert {one.to for one in plan.rows} == {before}
    assert plan.after.steps == 0
    assert plan.after.seconds is not None
    assert plan.after.seconds.high == 0
    assert plan.before.seconds is not None
    assert plan.before.seconds.middle > 0


def test_what_changed_runs_and_what_waits_for_it(session: Session) -> None:
    run(session, chain())
    plan = session.plan(chain(n=2))
    assert fates(plan) == {
        "load": Fate.RUN,
        "fit": Fate.RUN,
        "aside": Fate.REUSED,
        "aside/x": Fate.REUSED,
    }
    assert "waits for will run" in rows(plan)["fit"].why
    assert rows(plan)["load"].basis == "1 run, with other arguments"
    assert plan.critical == ("load", "fit")
    assert [one.step for one in plan.rows if one.critical] == ["load", "fit"]


def test_the_plan_tells_what_the_run_then_does(session: Session) -> None:
    run(session, chain())
    plan = session.plan(chain(n=2))
    handle = session.submit(chain(n=2))
    handle.wait()
    phases = {path: record.phase for path, record in handle.steps.items()}
    for path, row in rows(plan).items():
        if path != "aside":
            assert (phases[path] == "cached") is (row.fate is Fate.REUSED), path


def test_planning_runs_nothing_and_writes_nothing(
    session: Session, tmp_path: Path
) -> None:
    run(session, chain())
    before = _contents(tmp_path), session.store.changed()
    for engine in ("local", "argo"):
        session.plan(chain(n=2), engine=engine, targets=("fit",))
    assert (_contents(tmp_path), session.store.changed()) == before


def test_planning_makes_no_cache(session: Session, tmp_path: Path) -> None:
    session.plan(chain())
    assert not (tmp_path / "cache").exists()


def test_targets_leave_the_rest_out(session: Session) -> None:
    plan = session.plan(chain(), targets=("load",))
    assert fates(plan)["load"] is Fate.RUN
    assert fates(plan)["fit"] is Fate.REMOVED
    assert fates(plan)["aside/x"] is Fate.REMOVED
    assert plan.after.steps == 1


def test_only_what_the_targets_need_is_run(session: Session) -> None:
    handle = session.submit(chain(), targets=("fit",))
    handle.wait()
    assert set(handle.steps) == {"load", "fit"}


def test_costs_are_resources_times_prices(session: Session, prices: Path) -> None:
    prices.write_text('currency = "EUR"\n[local]\ncpu_hour = 3600\n')
    workflow = flow(
        "one", step("load", LOAD, takes={"n": 1}), step("other", sh("true"))
    )
    remember(session.store, workflow, {"load": 10.0, "other": 1.0})
    plan = session.plan(workflow)
    assert rows(plan)["load"].cost == pytest.approx(20.0)
    assert rows(plan)["other"].cost is None  # it asks for nothing
    assert plan.after.cost is None
    alone = session.plan(workflow, targets=("load",))
    assert alone.after.cost == pytest.approx(20.0)
    assert alone.currency == "EUR"


def test_what_a_loop_takes_is_counted_by_its_items(session: Session) -> None:
    workflow = flow(
        "loop",
        step("each", FIT, takes={"data": 1}, loop=over(1, 2, 3)),
        parallelism=1,
    )
    remember(session.store, workflow, {"each[0]": 2.0, "each[1]": 2.0, "each[2]": 2.0})
    plan = session.plan(workflow)
    assert rows(plan)["each"].times == 3
    assert plan.after.seconds is not None
    assert plan.after.seconds.middle == pytest.approx(6.0)


def test_a_wait_takes_what_is_written_and_a_person_takes_nobody_knows_how_long(
    session: Session,
) -> None:
    workflow = flow(
        "waits",
        step("pause", Suspend(seconds="30")),
        step("ask", Suspend(message="go on?"), after=("pause",)),
    )
    plan = session.plan(workflow)
    assert rows(plan)["pause"].basis == "as written"
    assert plan.after.seconds is not None
    assert plan.after.seconds.middle == 30
    assert plan.after.unknown == 1


def test_history_of_a_step_that_changed_is_not_used_and_that_is_told(
    session: Session,
) -> None:
    before = remember(session.store, chain(), {"load": 3.0, "fit": 4.0, "aside/x": 1.0})
    other = python("def fit(data): return data * 2", resources=Resources(cpu=1))
    workflow = flow(
        "chain",
        step("load", LOAD, takes={"n": 1}),
        step("fit", other, takes={"data": OutputRef("load")}),
        step("new", sh("true")),
    )
    plan = session.plan(workflow)
    assert rows(plan)["load"].basis == "1 run"
    assert rows(plan)["fit"].seconds is None
    assert rows(plan)["fit"].basis == f"it was written otherwise in run {before}"
    assert plan.after.unknown == 2


def test_the_size_is_told_against_each_limit(session: Session) -> None:
    plan = session.plan(chain(), engine="argo")
    sizes = {one.of: one for one in plan.sizes}
    assert sizes["bytes"].most == 2**20
    assert 0 < (sizes["bytes"].amount or 0) < 2**20
    assert (sizes["templates"].amount or 0) >= 2
    assert not plan.refused


def test_an_engine_that_lacks_a_feature_says_so(session: Session) -> None:
    workflow = flow("job", step("sends", Job(manifest="kind: Job")))
    plan = session.plan(workflow)
    assert [one.where for one in plan.refused] == ["step 'sends'"]
    without = session.plan(workflow, passes="prune")
    assert [one.where for one in without.refused] == ["step 'sends'"]
    with pytest.raises(Unsupported):
        session.submit(workflow)
    assert not session.store.runs()


def test_what_ran_here_is_not_run_on_argo(session: Session) -> None:
    """What the cache holds is taken out of the manifest; the rest reads it there."""
    workflow = flow(
        "shared",
        step("load", sh("echo 7", image="busybox")),
        step("say", echo(), takes={"x": OutputRef("load")}),
    )
    before = run(session, flow("shared", workflow.steps[0]))
    plan = session.plan(workflow, engine="argo")
    assert (rows(plan)["load"].fate, rows(plan)["load"].to) == (Fate.REUSED, before)
    assert plan.after.steps == 1
    assert set(plan.workflow.by_name) == {"say"}
    assert plan.before.steps == 2


def test_merged_steps_are_told_and_take_nothing(session: Session) -> None:
    workflow = flow(
        "twice",
        step("left", LOAD, takes={"n": 1}, cache=Cache()),
        step("right", LOAD, takes={"n": 1}, cache=Cache()),
        step("fit", FIT, takes={"data": OutputRef("right")}),
    )
    plan = session.plan(workflow, engine="argo")
    assert (rows(plan)["right"].fate, rows(plan)["right"].to) == (Fate.MERGED, "left")
    assert plan.after.steps == 2
    assert set(plan.workflow.by_name) == {"left", "fit"}


def test_a_condition_may_leave_out_what_would_be_next(session: Session) -> None:
    workflow = flow(
        "maybe",
        step("load", LOAD, takes={"n": 5}),
        step("fit", FIT, takes={"data": 1}, when=smaller(OutputRef("load"), 3)),
    )
    run(session, workflow)
    plan = session.plan(workflow)
    assert rows(plan)["fit"].why == "it may be left out by a condition"


def test_exit_handlers_have_rows(session: Session) -> None:
    handler = ExitHandler(
        step=step("tells", echo(), takes={"x": StepRef("load", StepField.PHASE)})
    )
    workflow = flow(
        "ends", step("load", LOAD, takes={"n": 1}), exit_handlers=(handler,)
    )
    assert list(rows(session.plan(workflow))) == ["load", "tells"]


def test_what_is_given_counts_for_what_is_reused(session: Session) -> None:
    workflow = flow(
        "given",
        step("load", LOAD, takes={"n": ParameterRef("n")}),
        parameters=inputs("n"),
    )
    handle = session.submit(workflow, arguments={"n": 3})
    handle.wait()
    assert fates(session.plan(workflow, arguments={"n": 3}))["load"] is Fate.REUSED
    assert fates(session.plan(workflow, arguments={"n": 4}))["load"] is Fate.RUN
    open_ = session.plan(workflow)
    assert fates(open_)["load"] is Fate.RUN
    assert any("what is reused is not known" in note for note in open_.notes)


@pytest.mark.parametrize(
    ("more", "error", "told"),
    [
        (
            {"targets": ("fti",)},
            UnknownName,
            "no step named 'fti'; did you mean 'fit'?",
        ),
        (
            {"passes": "prun"},
            UnknownName,
            "no pass named 'prun'; did you mean 'prune'?",
        ),
        ({"passes": "split{max-step=1}"}, UsageFailed, "did you mean 'max-steps'?"),
        ({"engine": "agro"}, UnknownName, "did you mean 'argo'?"),
        ({"arguments": {"x": 1}}, UsageFailed, "no parameter 'x'"),
    ],
)
def test_what_is_wrong_is_told_in_one_line(
    session: Session, more: dict[str, object], error: type[Exception], told: str
) -> None:
    with pytest.raises(error) as raised:
        session.plan(chain(), **more)  # type: ignore[arg-type]
    assert told in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_target_that_is_not_there_starts_nothing(session: Session) -> None:
    with pytest.raises(UnknownName, match="did you mean 'fit'"):
        session.submit(chain(), targets=("fti",))
    assert not session.store.runs()


def test_a_pass_that_fails_starts_nothing(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from couler_jupyter.passes.prune import Prune

    def fails(*_: object) -> None:
        raise PassFailed("it cannot")

    monkeypatch.setattr(Prune, "run", fails)
    with pytest.raises(PassFailed):
        session.submit(chain())
    assert not session.store.runs()


def test_what_a_pass_refuses_is_not_started(
    session: Session, monkeypatch: pytest.MonkeyPatch
) -> None:
    from couler_jupyter.passes.dedupe import Dedupe

    def refuses(one: Dedupe, workflow: Workflow, _: object) -> Passed:
        too_much = Decision(
            pass_name=one.name, word=Word.REFUSED, reason="too much", step="fit"
        )
        return Passed(workflow, (too_much,))

    monkeypatch.setattr(Dedupe, "run", refuses)
    session.passes = "dedupe"
    assert session.plan(chain()).refused
    with pytest.raises(Unsupported, match="step 'fit': too much"):
        session.submit(chain())
    assert not session.store.runs()


def test_prices_that_are_none_are_told(session: Session, prices: Path) -> None:
    prices.write_text("[local]\ncpu = 3\n")
    with pytest.raises(UsageFailed, match="has no price 'cpu'"):
        session.plan(chain())


def test_a_cache_that_cannot_be_used_is_told_and_planned_without(
    session: Session, tmp_path: Path
) -> None:
    (tmp_path / "cache.toml").write_text("enabled = 3\n")
    plan = session.plan(chain())
    assert plan.after.steps == 3
    assert any("cache.toml" in note for note in plan.notes)


def test_the_passes_of_a_session_are_those_that_were_chosen(session: Session) -> None:
    assert session.passes == "default"
    session.passes = " prune , dedupe{trust=all} "
    assert session.passes == "prune,dedupe{trust=all}"
    assert session.plan(chain()).passes == "prune,dedupe{trust=all}"
    session.passes = "default"
    assert session.plan(chain()).passes == "validate,prune,tune,fit"
    with pytest.raises(UnknownName):
        session.passes = "prunes"
    assert session.passes == "default"


def test_chosen_passes_hold_for_what_is_submitted(session: Session) -> None:
    twice = flow(
        "twice",
        step("left", LOAD, takes={"n": 1}),
        step("right", LOAD, takes={"n": 1}),
    )
    session.passes = "dedupe{trust=all}"
    handle = session.submit(twice)
    handle.wait()
    assert set(handle.steps) == {"left"}


def _contents(root: Path) -> dict[str, object]:
    """Return what is in all files; of a database its rows, however they lie."""
    return {
        one.relative_to(root).as_posix(): _rows_in(one)
        if one.suffix == ".sqlite"
        else one.read_bytes()
        for one in root.rglob("*")
        if one.is_file() and not one.name.endswith(("-wal", "-shm"))
    }


def _rows_in(database: Path) -> list[str]:
    with closing(sqlite3.connect(database)) as connection:
        return list(connection.iterdump())
