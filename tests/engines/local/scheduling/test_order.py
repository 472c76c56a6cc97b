"""Dependencies: who runs after whom, and who does not run at all (rules 1 and 8)."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.local.scheduling.orders import Capacity
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Constant,
    Ended,
    FirstOf,
    Items,
    Map,
    Not,
    Operator,
    Outcome,
    OutputRef,
    Phase,
)
from couler_jupyter.ir.condition import Compare
from tests.engines.local.scheduling.play import (
    BREAKS,
    FAILS,
    Play,
    flow,
    gives,
    script,
    step,
)


def ended(name: str, *how: Outcome) -> Ended:
    return Ended(name, how)


def test_data_and_order_make_a_step_wait() -> None:
    play = Play(
        flow(
            step("c", takes={"x": OutputRef("a")}, after=("b",)),
            step("a"),
            step("b", after=("a",)),
        )
    ).run()
    assert play.order == ["a", "b", "c"]
    assert play.phase is Phase.SUCCEEDED
    assert dict(play.launched[-1].inputs) == {"x": "a"}


def test_independent_steps_run_at_once() -> None:
    play = Play(flow(*(step(f"s{n}") for n in range(5)))).run()
    assert play.most_running == 5
    assert play.now == pytest.approx(1001)


def test_a_failure_takes_only_what_depends_on_it() -> None:
    play = Play(
        flow(
            step("bad"),
            step("next", takes={"x": OutputRef("bad")}),
            step("last", after=("next",)),
            step("other"),
            step("far", after=("other",)),
        ),
        {"bad": FAILS},
    ).run()
    assert play.phases == {
        "bad": "failed",
        "next": "omitted",
        "last": "omitted",
        "other": "succeeded",
        "far": "succeeded",
    }
    assert play.phase is Phase.FAILED
    assert play.scheduler.message == "step 'bad' failed: exit code 1"
    assert play.message("next") == "bad failed"
    assert play.message("last") == "next did not run"


def test_a_run_whose_steps_only_errored_has_errored() -> None:
    play = Play(flow(step("a")), {"a": BREAKS}).run()
    assert play.phase is Phase.ERRORED


def test_a_skipped_step_lets_those_after_it_run() -> None:
    never = Compare(Constant("1"), Operator.EQUAL, Constant("2"))
    play = Play(
        flow(step("a", when=never), step("b", after=("a",)), step("c", after=("b",)))
    ).run()
    assert play.phases == {"a": "skipped", "b": "succeeded", "c": "succeeded"}
    assert play.phase is Phase.SUCCEEDED


CLEAN = ("clean",)


@pytest.mark.parametrize(
    ("how", "acts", "runs"),
    [
        ((Outcome.FAILED,), FAILS, True),
        ((Outcome.FAILED,), BREAKS, False),
        ((Outcome.ERRORED,), BREAKS, True),
        ((Outcome.FAILED, Outcome.ERRORED), BREAKS, True),
        ((Outcome.SUCCEEDED,), FAILS, False),
        ((Outcome.SUCCEEDED, Outcome.FAILED), FAILS, True),
        ((Outcome.OMITTED,), FAILS, False),
    ],
)
def test_after_asks_how_a_step_ended(
    how: tuple[Outcome, ...], acts: object, runs: bool
) -> None:
    play = Play(
        flow(step("a"), step("b", after=(ended("a", *how),))),
        {"a": acts},  # type: ignore[dict-item]
    ).run()
    assert play.phases["b"] == ("succeeded" if runs else "omitted")


def test_a_handled_failure_does_not_fail_the_run() -> None:
    workflow = flow(step("a"), step("fix", after=(ended("a", Outcome.FAILED),)))
    assert Play(workflow, {"a": FAILS}).run().phase is Phase.SUCCEEDED
    assert Play(workflow, {"a": FAILS, "fix": FAILS}).run().phase is Phase.FAILED
    assert Play(workflow, {"a": BREAKS}).run().phase is Phase.ERRORED


def test_trees_of_outcomes() -> None:
    both = AllOf((ended("a", Outcome.SUCCEEDED), ended("b", Outcome.FAILED)))
    either = AnyOf((ended("a", Outcome.FAILED), ended("b", Outcome.FAILED)))
    neither = Not(either)
    play = Play(
        flow(
            step("a"),
            step("b"),
            step("both", after=(both,)),
            step("either", after=(either,)),
            step("neither", after=(neither,)),
        ),
        {"b": FAILS},
    ).run()
    assert play.phases["both"] == play.phases["either"] == "succeeded"
    assert play.phases["neither"] == "omitted"
    assert play.message("neither") == (
        "what it runs after does not hold: a succeeded, b failed"
    )


@pytest.mark.parametrize(
    ("fails", "any_ok", "all_bad"),
    [((), True, False), ((0,), True, False), ((0, 1, 2), False, True)],
)
def test_outcomes_of_the_items_of_a_map(
    fails: tuple[int, ...], any_ok: bool, all_bad: bool
) -> None:
    items = Map(over=Items(tuple(Constant.of(n) for n in range(3))))
    play = Play(
        flow(
            step("m", loop=items),
            step(
                "some",
                takes={"x": OutputRef("m")},
                after=(ended("m", Outcome.ANY_SUCCEEDED),),
            ),
            step("none", after=(ended("m", Outcome.ALL_FAILED),)),
        ),
        {f"m[{n}]": FAILS for n in fails},
    ).run()
    assert play.phases["some"] == ("succeeded" if any_ok else "omitted")
    assert play.phases["none"] == ("succeeded" if all_bad else "omitted")
    if any_ok:
        given = next(one for one in play.launched if one.path == "some")
        assert given.inputs["x"] == [f"m[{n}]" for n in range(3) if n not in fails]


def test_first_of_takes_the_branch_that_ran() -> None:
    yes = Compare(OutputRef("coin"), Operator.EQUAL, Constant.of("heads"))
    no = Not(yes)
    workflow = flow(
        step("coin"),
        step("heads", when=yes),
        step("tails", when=no),
        step("end", takes={"x": FirstOf((OutputRef("heads"), OutputRef("tails")))}),
    )
    play = Play(workflow, {"coin": gives("tails")}).run()
    assert play.phases["heads"] == "skipped"
    assert dict(play.launched[-1].inputs) == {"x": "tails"}
    play = Play(workflow, {"coin": gives("tails"), "tails": FAILS}).run()
    assert play.message("end") == (
        "there is nothing to choose from: heads was skipped, tails failed"
    )


def test_a_default_stands_in_for_what_did_not_run() -> None:
    workflow = flow(
        step("a", template=script(default=7)),
        step(
            "b",
            takes={"x": OutputRef("a")},
            after=(ended("a", Outcome.FAILED, Outcome.SUCCEEDED),),
        ),
    )
    play = Play(workflow, {"a": FAILS}).run()
    assert dict(play.launched[-1].inputs) == {"x": 7}


def test_the_longest_path_goes_first_then_what_is_written_first() -> None:
    workflow = flow(
        step("late"),
        step("later"),
        step("a"),
        step("b", after=("a",)),
        step("c", after=("b",)),
    )
    play = Play(workflow, capacity=Capacity(cpu=1, memory=0)).run()
    assert play.order == ["a", "b", "late", "later", "c"]


def test_a_chain_of_thousands_of_omitted_steps_ends() -> None:
    steps = [step("s0"), *(step(f"s{n}", after=(f"s{n - 1}",)) for n in range(1, 5000))]
    play = Play(flow(*steps), {"s0": FAILS}).run()
    assert play.phases["s4999"] == "omitted"
