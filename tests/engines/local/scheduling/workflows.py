"""Random well-formed workflows, and what their attempts do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any

from hypothesis import strategies as st

from couler_jupyter.engines.local.scheduling.orders import Launch
from couler_jupyter.ir import (
    After,
    Backoff,
    Compare,
    Constant,
    Ended,
    ExitHandler,
    FirstOf,
    Items,
    Map,
    Not,
    Operator,
    Outcome,
    OutputRef,
    Over,
    Phase,
    Repeat,
    Retry,
    RetryPolicy,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
)
from tests.engines.local.scheduling.play import Act, script, step

OUTCOMES = [
    (Outcome.SUCCEEDED,),
    (Outcome.FAILED,),
    (Outcome.FAILED, Outcome.ERRORED),
    (Outcome.SUCCEEDED, Outcome.SKIPPED),
    (Outcome.ANY_SUCCEEDED,),
    (Outcome.ALL_FAILED,),
    (Outcome.OMITTED, Outcome.SKIPPED),
]


@dataclass(frozen=True)
class Case:
    workflow: Workflow
    seed: int

    def acts(self) -> Callable[[Launch], Act]:
        """What attempts do: the same for the same path and try."""

        def act(launch: Launch) -> Act:
            dice = Random(f"{self.seed}/{launch.path}/{launch.tries}")
            seconds = dice.choice([0.0, 0.5, 1.0, 1.0, 2.0, 7.0])
            phase = dice.choices(
                [Phase.SUCCEEDED, Phase.FAILED, Phase.ERRORED], [12, 3, 1]
            )[0]
            value = dice.choice([0, 1, 2, [1, 2, 3], []])
            return Act(
                seconds=seconds,
                phase=phase,
                message="said so",
                outputs={"result": value},
                transient=dice.random() < 0.5,
            )

        return act


@st.composite
def cases(draw: st.DrawFn) -> Case:
    return Case(draw(workflows()), draw(st.integers(0, 10**6)))


@st.composite
def workflows(draw: st.DrawFn, depth: int = 1) -> Workflow:
    steps: list[Step] = []
    for index in range(draw(st.integers(1, 7))):
        steps.append(draw(_steps(f"s{index}", steps, depth)))
    handlers = draw(
        st.lists(
            st.sampled_from(
                [(), (Outcome.SUCCEEDED,), (Outcome.FAILED,), (Outcome.ERRORED,)]
            ),
            max_size=2,
        )
    )
    return Workflow(
        name="random",
        steps=tuple(steps),
        exit_handlers=tuple(
            ExitHandler(step=step(f"h{n}"), on=on) for n, on in enumerate(handlers)
        ),
        parallelism=draw(st.sampled_from([None, None, 1, 2])),
        fail_fast=draw(st.sampled_from([False, False, True])),
        timeout=draw(st.sampled_from([None, None, None, 3.0])),
    )


@st.composite
def _steps(draw: st.DrawFn, name: str, before: list[Step], depth: int) -> Step:
    names = [one.name for one in before]
    plain = [
        one.name
        for one in before
        if one.when is None
        and not one.daemon
        and not isinstance(one.template, Suspend | SubWorkflow)
    ]
    after: tuple[After, ...] = ()
    if names:
        after = tuple(draw(st.lists(_afters(names), max_size=2)))
    more: dict[str, Any] = {"after": after}
    if draw(st.booleans()) and plain:
        more["takes"] = {"x": draw(_values(plain))}
    if draw(st.integers(0, 3)) == 0 and plain:
        ref = OutputRef(draw(st.sampled_from(plain)))
        more["when"] = Compare(ref, Operator.NOT_EQUAL, Constant.of(0))
    more |= draw(_shapes(name, plain))
    kind = draw(st.integers(0, 11))
    if kind == 0 and "takes" not in more:
        more["template"] = Suspend(seconds="1.5")
    elif kind == 1 and depth and "takes" not in more and "repeat" not in more:
        more["template"] = SubWorkflow(workflow=draw(workflows(depth=0)))
        more.pop("retry", None)
    elif kind == 2 and "loop" not in more and "repeat" not in more:
        more["daemon"] = True
    else:
        takes = more.get("takes", {})
        more["template"] = script(*takes, cpu=draw(st.sampled_from([None, 0.5, 2])))
    return step(name, **more)


def _values(names: list[str]) -> st.SearchStrategy[Any]:
    refs = st.sampled_from(names).map(OutputRef)
    return st.one_of(refs, refs.map(lambda ref: FirstOf((ref, Constant.of(1)))))


def _afters(names: list[str]) -> st.SearchStrategy[After]:
    ended = st.builds(Ended, st.sampled_from(names), st.sampled_from(OUTCOMES))
    return st.one_of(st.sampled_from(names), ended, ended.map(Not))


@st.composite
def _shapes(draw: st.DrawFn, name: str, plain: list[str]) -> dict[str, Any]:
    more: dict[str, Any] = {}
    kind = draw(st.integers(0, 7))
    if kind == 0:
        count = draw(st.integers(0, 4))
        items = Items(tuple(Constant.of(n) for n in range(count)))
        more["loop"] = Map(over=items, parallelism=draw(st.sampled_from([None, 2])))
    elif kind == 1 and plain:
        more["loop"] = Map(over=Over(OutputRef(draw(st.sampled_from(plain)))))
    elif kind == 2:
        again = Compare(OutputRef(name), Operator.EQUAL, Constant.of(0))
        more["repeat"] = Repeat(condition=again, limit=3, pause="0.5")
    if draw(st.booleans()):
        more["retry"] = Retry(
            limit=2,
            policy=draw(st.sampled_from(list(RetryPolicy))),
            backoff=draw(st.sampled_from([None, Backoff(seconds=1)])),
        )
    return more
