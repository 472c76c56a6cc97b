"""Steps that run only if, and what becomes of their outputs."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    Ended,
    FirstOf,
    FromStdout,
    Not,
    Operator,
    Outcome,
    OutputParameter,
    OutputRef,
    Phase,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.testing.case import runs
from couler_jupyter.testing.parts import echo, equal, flow, sh, smaller, step

_HEADS = equal(OutputRef("flip"), "heads")
_FLIP = step("flip", sh("echo heads"))


@runs(steps="flip:succeeded heads:succeeded tails:skipped")
def when_with_else() -> Workflow:
    """Of two branches, one runs."""
    return flow(
        "coin",
        _FLIP,
        step("heads", sh("true"), when=_HEADS),
        step("tails", sh("true"), when=Not(_HEADS)),
    )


@runs(steps="n:succeeded yes:succeeded no:skipped")
def when_nested() -> Workflow:
    """Conditions nest; text that reads as a number is one."""
    n = OutputRef("n")
    seven_or_so = AnyOf((equal(n, "07"), AllOf((smaller(6, n), smaller(n, 8)))))
    return flow(
        "nested",
        step("n", sh("echo 7")),
        step("yes", sh("true"), when=AllOf((seven_or_so, Not(equal(n, 8))))),
        step("no", sh("true"), when=AllOf((seven_or_so, smaller(n, 7)))),
    )


@runs(steps="pick:succeeded known:succeeded unknown:skipped")
def when_among() -> Workflow:
    """A value is looked for in a list, also one that comes as text."""
    known = Compare(Constant.of("mlp"), Operator.IN, OutputRef("pick"))
    return flow(
        "among",
        step("pick", sh("""echo '["forest", "mlp"]'""")),
        step("known", sh("true"), when=known),
        step("unknown", sh("true"), when=replace(known, operator=Operator.NOT_IN)),
    )


@runs(
    steps="flip:succeeded heads:succeeded tails:skipped either:succeeded",
    outputs={"either": {"result": "won"}},
)
def first_of() -> Workflow:
    """The branches of a condition join in the one that ran."""
    return flow(
        "join",
        _FLIP,
        step("tails", sh("echo lost"), when=Not(_HEADS)),
        step("heads", sh("echo won"), when=_HEADS),
        step(
            "either",
            echo(),
            takes={"x": FirstOf((OutputRef("tails"), OutputRef("heads")))},
        ),
    )


@runs(
    run=Phase.FAILED,
    steps="ready:succeeded broken:failed either:succeeded",
    outputs={"either": {"result": "none"}},
)
def first_of_after() -> Workflow:
    """What is waited for twice is not what the other option is there for."""
    return flow(
        "join-after",
        step("ready", sh("true")),
        step("broken", sh("exit 3")),
        step(
            "either",
            echo(),
            takes={"x": FirstOf((OutputRef("broken"), Constant.of("none")))},
            after=["ready", Ended("ready", (Outcome.SUCCEEDED,))],
        ),
    )


@runs(
    run=Phase.FAILED,
    steps="inner:failed inner/broken:failed inner/either:succeeded",
)
def first_of_inside() -> Workflow:
    """A sub-workflow has failed though one of its steps did without what failed."""
    inner = flow(
        "inner",
        step("broken", sh("exit 3")),
        step(
            "either",
            echo(),
            takes={"x": FirstOf((OutputRef("broken"), Constant.of("none")))},
        ),
    )
    return flow("join-inside", step("inner", SubWorkflow(workflow=inner)))


@runs(
    steps="flip:succeeded heads:succeeded again:succeeded",
    outputs={"again": {"result": "won"}},
)
def when_for_both() -> Workflow:
    """What uses the output of a conditional step stands under the same condition."""
    return flow(
        "both",
        _FLIP,
        step("heads", sh("echo won"), when=_HEADS),
        step("again", echo(), takes={"x": OutputRef("heads")}, when=_HEADS),
    )


@runs(
    steps="score:skipped report:succeeded",
    outputs={"report": {"result": 0.5}},
)
def output_default() -> Workflow:
    """An output with a default is there even when its step was skipped."""
    score = OutputParameter(
        name="result", source=FromStdout(), default=Constant.of(0.5)
    )
    return flow(
        "default",
        step("score", sh("echo 0.9", outputs=(score,)), when=equal(1, 2)),
        step("report", echo(), takes={"x": OutputRef("score")}),
    )
