"""Only what is new is told, and who waits in vain is named once."""

from __future__ import annotations

from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.engines.following.stuck import Stuck
from couler_jupyter.engines.following.telling import Telling
from couler_jupyter.ir import Phase


def test_a_step_that_ended_unseen_is_told_to_have_begun() -> None:
    telling = Telling({}, lambda: 9.0)
    done = Standing(phase=Phase.SUCCEEDED, attempt=1, started=1.0, finished=2.0)
    found = telling.events("a", done)
    told = [(one.phase, one.time) for one in found]
    assert told == [(Phase.RUNNING, 1.0), (Phase.SUCCEEDED, 2.0)]
    assert telling.events("a", done) == []


def test_a_step_that_was_seen_to_run_is_told_to_end_only() -> None:
    telling = Telling({}, lambda: 9.0)
    telling.events("a", Standing(phase=Phase.RUNNING, attempt=1, started=1.0))
    (end,) = telling.events(
        "a", Standing(phase=Phase.FAILED, attempt=1, started=1.0, message="why")
    )
    assert (end.phase, end.time, end.message) == (Phase.FAILED, 9.0, "why")


def test_who_waits_in_vain_is_named_once_it_is_late() -> None:
    clock = [0.0]
    stuck = Stuck(lambda: clock[0])
    stuck.seen(["a"])
    clock[0] = 5.0
    stuck.seen(["a", "b"])
    assert stuck.late(10.0) == ""
    clock[0] = 11.0
    assert stuck.late(0) == ""  # for ever
    assert stuck.late(10.0) == "a"
    assert stuck.late(10.0) == ""
