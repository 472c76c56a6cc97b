"""What waits for what, and what becomes of it when something fails."""

from __future__ import annotations

from couler_jupyter.ir import (
    Ended,
    ExitHandler,
    ItemRef,
    Outcome,
    OutputRef,
    PartMode,
    Parts,
    Phase,
    Workflow,
)
from couler_jupyter.testing.case import runs
from couler_jupyter.testing.parts import equal, exits, flow, over, python, sh, step

_OK = sh("true")
_FAILS = sh("exit 1")


@runs(
    steps="load:succeeded low:succeeded high:succeeded span:succeeded",
    outputs={"load": {"result": [3, 1, 2]}, "span": {"result": 2}},
)
def diamond_by_data() -> Workflow:
    """Edges come from the outputs that steps use."""
    return flow(
        "diamond",
        step("load", python("def load(): return [3, 1, 2]")),
        step(
            "low", python("def low(x): return min(x)"), takes={"x": OutputRef("load")}
        ),
        step(
            "high", python("def high(x): return max(x)"), takes={"x": OutputRef("load")}
        ),
        step(
            "span",
            python("def span(low, high): return high - low"),
            takes={"low": OutputRef("low"), "high": OutputRef("high")},
        ),
    )


@runs(steps="a:succeeded b:succeeded c:succeeded d:succeeded")
def diamond_by_order() -> Workflow:
    """Edges come from `after` alone."""
    return flow(
        "diamond",
        step("a", _OK),
        step("b", _OK, after=["a"]),
        step("c", _OK, after=["a"]),
        step("d", _OK, after=["b", "c"]),
    )


@runs(
    run=Phase.FAILED,
    steps="bad:failed next:omitted last:omitted other:succeeded",
)
def failure_stops_what_depends_on_it() -> Workflow:
    """A failed step keeps back what waits for it, and nothing else."""
    return flow(
        "partly",
        step("bad", _FAILS),
        step("next", _OK, after=["bad"]),
        step("last", _OK, after=["next"]),
        step("other", _OK),
    )


@runs(steps="risky:failed clean-up:succeeded")
def after_failed() -> Workflow:
    """A failure that some step is there for does not fail the run."""
    failed = Ended("risky", (Outcome.FAILED, Outcome.ERRORED))
    return flow(
        "rescue",
        step("risky", _FAILS),
        step("clean-up", _OK, after=[failed]),
    )


@runs(steps="fine:succeeded clean-up:omitted")
def after_failed_that_succeeded() -> Workflow:
    """What is there for a failure is left out when there is none."""
    failed = Ended("fine", (Outcome.FAILED,))
    return flow("rescue", step("fine", _OK), step("clean-up", _OK, after=[failed]))


@runs(
    run=Phase.FAILED,
    steps="try:failed try[0]:failed try[1]:succeeded go:succeeded",
)
def after_any_succeeded() -> Workflow:
    """One good item is enough to go on."""
    return flow(
        "race",
        step("try", exits(), takes={"x": ItemRef()}, loop=over(1, 0)),
        step("go", _OK, after=[Ended("try", (Outcome.ANY_SUCCEEDED,))]),
    )


@runs(steps="try:failed try[0]:failed try[1]:failed plan-b:succeeded")
def after_all_failed() -> Workflow:
    """A second plan, for when no item did it."""
    return flow(
        "plan-b",
        step("try", sh("exit 1"), loop=over(1, 2)),
        step("plan-b", _OK, after=[Ended("try", (Outcome.ALL_FAILED,))]),
    )


@runs(steps="never:skipped next:succeeded")
def after_skipped() -> Workflow:
    """Plain order holds when what was waited for was skipped."""
    return flow(
        "goes-on",
        step("never", _OK, when=equal(1, 2)),
        step("next", _OK, after=["never"]),
    )


@runs(run=Phase.FAILED, steps="bad:failed late:omitted")
def fail_fast() -> Workflow:
    """Nothing more is started once a step has failed."""
    return flow(
        "hasty",
        step("bad", _FAILS),
        step("late", _OK),
        fail_fast=True,
        parallelism=1,
    )


@runs(steps="a:succeeded b:succeeded c:succeeded")
def parallelism() -> Workflow:
    """One step at a time."""
    return flow("narrow", step("a", _OK), step("b", _OK), step("c", _OK), parallelism=1)


@runs(
    steps="a:succeeded b:succeeded c:succeeded d:succeeded",
    outputs={"d": {"result": 3}},
)
def parts_by_window() -> Workflow:
    """Steps in parts get what those of other parts leave."""
    add = python("def add(x, y): return x + y")
    return flow(
        "parted",
        step("a", add, takes={"x": 1, "y": 0}),
        step("b", add, takes={"x": OutputRef("a"), "y": 0}),
        step("c", add, takes={"x": OutputRef("a"), "y": 1}),
        step("d", add, takes={"x": OutputRef("b"), "y": OutputRef("c")}),
        parts=Parts(members=(("a", "b"), ("c", "d")), live=2),
    )


@runs(run=Phase.FAILED, steps="a:failed b:omitted c:succeeded bye:succeeded")
def parts_by_barrier() -> Workflow:
    """A failed step keeps back what waits for it in other parts; the rest runs."""
    return flow(
        "walled",
        step("a", _FAILS),
        step("b", _OK, after=["a"]),
        step("c", _OK),
        exit_handlers=(ExitHandler(step=step("bye", _OK)),),
        parts=Parts(members=(("a",), ("b", "c")), mode=PartMode.BARRIER),
    )
