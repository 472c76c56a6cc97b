"""Retries and time-outs (rules 5 and 10)."""

from __future__ import annotations

import pytest

from couler_jupyter.ir import (
    AttemptField,
    AttemptRef,
    Backoff,
    Compare,
    Constant,
    Operator,
    Phase,
    Retry,
    RetryPolicy,
    SubWorkflow,
    Suspend,
)
from tests.engines.local.scheduling.play import BREAKS, FAILS, OK, Act, Play, flow, step

GONE = Act(phase=Phase.ERRORED, message="killed from outside", transient=True)


@pytest.mark.parametrize(
    ("policy", "act", "again"),
    [
        (RetryPolicy.ON_FAILURE, FAILS, True),
        (RetryPolicy.ON_FAILURE, BREAKS, False),
        (RetryPolicy.ON_ERROR, FAILS, False),
        (RetryPolicy.ON_ERROR, BREAKS, True),
        (RetryPolicy.ALWAYS, FAILS, True),
        (RetryPolicy.ALWAYS, BREAKS, True),
        (RetryPolicy.ON_TRANSIENT_ERROR, FAILS, False),
        (RetryPolicy.ON_TRANSIENT_ERROR, BREAKS, False),
        (RetryPolicy.ON_TRANSIENT_ERROR, GONE, True),
    ],
)
def test_a_policy_says_what_is_tried_again(
    policy: RetryPolicy, act: Act, again: bool
) -> None:
    retry = Retry(limit=1, policy=policy)
    play = Play(flow(step("a", retry=retry)), {"a": [act, OK]}).run()
    assert play.phases["a"] == ("succeeded" if again else act.phase.value)
    assert [launch.attempt for launch in play.launched] == [1, 2][: 1 + again]


def test_the_limit_counts_further_attempts() -> None:
    play = Play(flow(step("a", retry=Retry(limit=3))), {"a": FAILS}).run()
    assert [launch.attempt for launch in play.launched] == [1, 2, 3, 4]
    ended = [e for e in play.events if e.step == "a" and e.phase.ended]
    assert [(e.phase, e.attempt) for e in ended] == [(Phase.FAILED, 4)]
    told = [
        e.message for e in play.events if e.step == "a" and e.phase is Phase.PENDING
    ]
    assert told[1] == "attempt 1 failed: exit code 1; tries again"


def test_backoff_waits_longer_each_time() -> None:
    backoff = Backoff(seconds=2, factor=3, longest=10)
    retry = Retry(limit=3, backoff=backoff)
    play = Play(flow(step("a", retry=retry)), {"a": FAILS}).run()
    assert play.times("a", Phase.RUNNING) == [0, 3, 10, 21]
    assert "tries again in 6 s" in " ".join(e.message for e in play.events)


def test_backoff_gives_up_after_its_total() -> None:
    retry = Retry(limit=9, backoff=Backoff(seconds=2, total=5))
    play = Play(flow(step("a", retry=retry)), {"a": FAILS}).run()
    assert play.times("a", Phase.RUNNING) == [0, 3]


def test_a_condition_on_the_attempt_ends_the_trying() -> None:
    worth = Compare(
        AttemptRef(AttemptField.EXIT_CODE), Operator.NOT_EQUAL, Constant.of(2)
    )
    acts = [FAILS, Act(phase=Phase.FAILED, message="exit code 2", exit_code=2), OK]
    play = Play(flow(step("a", retry=Retry(limit=5, when=worth))), {"a": acts}).run()
    assert play.phases["a"] == "failed"
    assert len(play.launched) == 2


def test_a_condition_that_cannot_be_asked_is_told() -> None:
    odd = Compare(AttemptRef(AttemptField.EXIT_CODE), Operator.BIGGER, Constant.of("x"))
    play = Play(flow(step("a", retry=Retry(limit=5, when=odd))), {"a": FAILS}).run()
    assert play.phases["a"] == "failed"
    assert play.message("a").startswith("exit code 1; its retry condition: ")


def test_an_attempt_is_numbered_for_its_template() -> None:
    play = Play(flow(step("a", retry=Retry(limit=2))), {"a": FAILS}).run()
    ref = AttemptRef(AttemptField.NUMBER)
    assert [launch.look_up(ref) for launch in play.launched] == [1, 2, 3]


def test_a_nested_workflow_is_tried_again_as_a_whole() -> None:
    inner = SubWorkflow(workflow=flow(step("x"), step("y", after=("x",))))
    play = Play(
        flow(step("s", template=inner, retry=Retry(limit=1))),
        {"s/y": [FAILS]},
    ).run()
    assert play.order == ["s/x", "s/y", "s/x", "s/y"]
    assert [launch.attempt for launch in play.launched] == [1, 1, 2, 2]
    assert play.phases["s"] == "failed"
    assert play.message("s") == "step 'y' failed: exit code 1"


def test_a_nested_workflow_may_take_only_so_long() -> None:
    inner = SubWorkflow(workflow=flow(step("x"), step("y", after=("x",))))
    play = Play(
        flow(step("s", template=inner, timeout=5.0)), {"x": Act(seconds=60)}
    ).run()
    assert play.killed == ["s/x"]
    assert play.message("s") == play.message("s/x") == "took longer than 5 s"
    assert play.phases == {"s": "failed", "s/x": "failed", "s/y": "omitted"}


def test_a_wait_may_take_only_so_long() -> None:
    play = Play(flow(step("w", template=Suspend(), timeout=5.0))).run()
    assert play.phases["w"] == "failed"
    assert play.message("w") == "took longer than 5 s"


def test_a_workflow_may_take_only_so_long() -> None:
    last = step("bye")
    from couler_jupyter.ir import ExitHandler

    workflow = flow(
        step("quick"),
        step("slow"),
        step("next", after=("slow",)),
        timeout=5.0,
        exit_handlers=(ExitHandler(step=last),),
    )
    play = Play(workflow, {"slow": Act(seconds=60), "bye": Act(seconds=20)}).run()
    why = "the workflow took longer than 5 s"
    assert play.phases == {
        "quick": "succeeded",
        "slow": "failed",
        "next": "omitted",
        "bye": "succeeded",
    }
    assert play.message("slow") == play.message("next") == why
    assert (play.phase, play.scheduler.message) == (Phase.FAILED, why)


def test_a_time_out_ends_a_back_off() -> None:
    retry = Retry(limit=5, backoff=Backoff(seconds=100))
    play = Play(flow(step("a", retry=retry), timeout=5.0), {"a": FAILS}).run()
    assert play.now == pytest.approx(1005)
    assert play.phases["a"] == "failed"
