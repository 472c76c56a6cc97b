"""What an engine adds to each step, from earlier runs."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from couler_jupyter.ir import Phase, RunEvent, Workflow, to_json
from couler_jupyter.planning.records import records_of, written_in
from couler_jupyter.planning.starting import Start, start_on
from couler_jupyter.runs import RunStore
from couler_jupyter.session import Session
from couler_jupyter.testing.parts import flow, sh, step

CHAIN = flow(
    "chain",
    step("load", sh("echo 1")),
    step("fit", sh("echo 2"), after=("load",)),
    step("pick", sh("echo 3"), after=("fit",)),
)


def ran(
    store: RunStore,
    spans: Mapping[str, tuple[float, float]],
    *,
    engine: str = "argo",
    workflow: Workflow = CHAIN,
) -> None:
    """Write down a run that began at 0, with when each step began and ended."""
    document = to_json(workflow)
    run = store.create(workflow=workflow.name, engine=engine, document=document)
    events = [RunEvent(step="", phase=Phase.RUNNING, time=0.0)]
    for path, (begin, end) in spans.items():
        events.append(RunEvent(step=path, phase=Phase.RUNNING, time=begin, attempt=1))
        events.append(RunEvent(step=path, phase=Phase.SUCCEEDED, time=end, attempt=1))
    events.append(RunEvent(step="", phase=Phase.SUCCEEDED, time=1000.0))
    store.record(run.id, events)


def start(session: Session, engine: str) -> Start:
    records = records_of(CHAIN, written_in(CHAIN), session.store, ())
    return start_on(session.engine_named(engine), records)


def test_without_runs_nobody_knows(session: Session) -> None:
    assert start(session, "argo") == Start()


def test_the_time_before_a_step_starts_is_that_of_the_steps_that_could(
    session: Session,
) -> None:
    ran(session.store, {"load": (2, 10), "fit": (13, 20), "pick": (24, 30)})
    assert start(session, "argo").before == 3
    assert start(session, "local").before is None, "steps wait for each other there"
    plan = session.plan(CHAIN, engine="argo")
    assert plan.start_seconds == 3
    assert plan.after.seconds is not None
    assert plan.after.seconds.middle == pytest.approx(8 + 7 + 6 + 3 * 3)
    assert plan.before.seconds == plan.after.seconds


def test_what_ran_elsewhere_takes_as_much_longer_as_others_did(
    session: Session,
) -> None:
    """`load` and `fit` ran on both, `pick` only here."""
    ran(session.store, {"load": (0, 10), "fit": (10, 22)}, engine="argo")
    ran(
        session.store,
        {"load": (0, 4), "fit": (4, 8), "pick": (8, 9)},
        engine="local",
    )
    assert start(session, "argo").around == 7
    rows = {one.step: one for one in session.plan(CHAIN, engine="argo").rows}
    assert rows["pick"].seconds is not None
    assert rows["pick"].seconds.middle == 1 + 7
    assert rows["pick"].basis == "1 run, on local, and 7.0 s to run on argo"
    assert rows["fit"].seconds is not None
    assert rows["fit"].seconds.middle == 12
    here = {one.step: one for one in session.plan(CHAIN).rows}
    assert here["pick"].seconds is not None
    assert here["pick"].seconds.middle == 1
