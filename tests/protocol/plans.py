"""Plans that between them have everything a view can show."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.errors import Problem
from couler_jupyter.ir import OutputRef, Parts, SubWorkflow, Workflow
from couler_jupyter.passes import Decision, Word
from couler_jupyter.planning import Fate, Part, Plan, Row, Size, Span, Total
from couler_jupyter.testing.parts import echo, flow, over, python, step

RUN = "20261122-090000-fit-ab12"
LOAD, ADD = python("def load(): return 1"), python("def add(a): return a")


def workflow() -> Workflow:
    """A workflow of which each step comes to another end."""
    inner = flow("inner", step("fit", ADD, takes={"a": 1}))
    return flow(
        "train",
        step("load", LOAD),
        step("again", LOAD),
        step("clean", ADD, takes={"a": OutputRef("load")}),
        step("tune", SubWorkflow(workflow=inner), after=("clean",)),
        step("each", ADD, takes={"a": OutputRef("clean")}, loop=over(1, 2, 3)),
        step("aside", echo(), takes={"x": "1"}),
    )


def plan() -> Plan:
    """A plan with all that there can be."""
    made = workflow()
    rows = (
        Row(step="load", fate=Fate.REUSED, to=RUN, why="the same was run before",
            seconds=Span(3661.0, 3600.0, 4000.0), bytes=5_000_000, basis="2 runs"),
        Row(step="again", fate=Fate.MERGED, to="load", why="they are equal"),
        Row(step="clean", part=1, seconds=Span(12.5, 10.0, 20.0), bytes=1200,
            cost=0.25, basis="3 runs", critical=True),
        Row(step="tune", part=2, seconds=Span(75.0, 75.0, 75.0), basis="1 run, on argo"),
        Row(step="tune/fit", part=2, basis=f"it was written otherwise in run {RUN}",
            critical=True),
        Row(step="each", part=2, times=3, seconds=Span(2.0, 2.0, 2.0), cost=1234.5,
            basis="1 run"),
        Row(step="aside", fate=Fate.REMOVED, why="no target needs it (tune, each)"),
    )  # fmt: skip
    return Plan(
        engine="argo",
        passes="prune,split{max-steps=2}",
        targets=("tune", "each"),
        original=made,
        workflow=flow(
            "train",
            step("clean", LOAD),
            step("each", ADD, takes={"a": OutputRef("clean")}),
            parts=Parts(members=(("clean",), ("each",)), live=2),
        ),
        rows=rows,
        before=Total(
            steps=6, unknown=1, seconds=Span(3700.0, 3610.0, 4100.0), cost=None, bytes=None
        ),
        after=Total(
            steps=3, unknown=0, seconds=Span(95.5, 90.0, 110.0), cost=2.5, bytes=1200
        ),
        waves=(1, 2),
        critical=("clean", "tune/fit"),
        workers=4,
        parts=(
            Part(number=1, id="0e3174f928ab09fd", steps=1, since=RUN, done=True,
                 sizes=(Size(of="bytes", amount=90_000, most=900_000),
                        Size(of="steps", amount=1, most=2))),
            Part(number=2, id="fb2adeca59a6ebec", steps=2, waits_for=(1,), edges=2,
                 sizes=(Size(of="bytes", amount=None, most=900_000),
                        Size(of="steps", amount=3, most=2))),
        ),
        start_seconds=2.4,
        sizes=(
            Size(of="bytes", amount=250_000, most=1_000_000, reason="what it can hold"),
            Size(of="templates", amount=None, most=200, reason="its CRDs"),
            Size(of="steps", amount=7),
        ),
        refused=(Problem("step 'each'", "map-items: it cannot"),),
        notes=("aside: ttl: records stay",),
        decisions=(
            Decision(pass_name="dedupe", word=Word.MERGED, step="again", to="load",
                     reason="they are equal"),
            Decision(pass_name="fit", word=Word.REFUSED, step="each", reason="it cannot"),
        ),
        currency="EUR",
    )  # fmt: skip


def plan_unknown() -> Plan:
    """The same where nothing is known and nothing stands in the way."""
    rows = tuple(Row(step=one.step, times=None) for one in plan().rows)
    nothing = Total(steps=6, unknown=6, seconds=None, cost=None, bytes=None)
    return replace(
        plan(),
        engine="local",
        passes="none",
        targets=(),
        rows=rows,
        before=nothing,
        after=nothing,
        critical=(),
        workers=None,
        parts=(),
        start_seconds=None,
        sizes=(),
        refused=(),
        notes=(),
        decisions=(),
        currency="",
    )
