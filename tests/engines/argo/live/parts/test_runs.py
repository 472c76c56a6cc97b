"""Runs in parts from submission to their end, beside the same in one piece."""

from __future__ import annotations

import pytest

from couler_jupyter.ir import (
    Ended,
    ExitHandler,
    FirstOf,
    FromStdout,
    ItemRef,
    Map,
    Outcome,
    OutputParameter,
    OutputRef,
    Over,
    PartMode,
    RunField,
    RunRef,
    ValueType,
    Workflow,
)
from couler_jupyter.testing.kube.operation import Played
from couler_jupyter.testing.parts import echo, equal, flow, over, sh, step
from tests.engines.argo.live.parts.conftest import Script, Stage, in_parts


def out(name: str, output: str = "result") -> OutputRef:
    return OutputRef(name, output)


def chain() -> Workflow:
    """Values handed on from part to part."""
    return flow(
        "chain",
        step("a", echo(), takes={"x": "one"}),
        step("b", echo(), takes={"x": out("a")}),
        step("c", echo(), takes={"x": out("b")}),
        step("d", echo(), takes={"x": out("a")}, after=("c",)),
    )


def broken() -> Workflow:
    """A step fails in the middle: some go on, some are left out, one is there for it."""
    return flow(
        "broken",
        step("a", echo(), takes={"x": "one"}),
        step("bad", echo(), takes={"x": out("a")}),
        step("left", echo(), takes={"x": out("bad")}),
        step(
            "mend", echo(), after=(Ended("bad", (Outcome.FAILED,)),), takes={"x": "m"}
        ),
        step("goes-on", echo(), takes={"x": out("a")}),
    )


def skipping() -> Workflow:
    """A condition switches a step off; another runs where it is not."""
    return flow(
        "skipping",
        step("a", echo(), takes={"x": "yes"}),
        step("no", echo(), takes={"x": "n"}, when=equal(out("a"), "no")),
        step("yes", echo(), takes={"x": "y"}, when=equal(out("a"), "yes")),
        step("then", echo(), takes={"x": "t"}, after=("no", "yes")),
        step("some", echo(), takes={"x": FirstOf((out("no"), out("yes")))}),
    )


def mapped() -> Workflow:
    """Lists that come out of maps and go into others."""
    listed = sh(
        "echo",
        outputs=(
            OutputParameter(name="result", source=FromStdout(), type=ValueType.LIST),
        ),
    )
    return flow(
        "mapped",
        step("list", listed),
        step("each", echo(), takes={"x": ItemRef()}, loop=Map(over=Over(out("list")))),
        step("all", echo(), takes={"x": out("each")}),
        step(
            "fixed", echo(), takes={"x": ItemRef()}, loop=over("p", "q"), after=("all",)
        ),
        step("last", echo(), takes={"x": out("fixed")}),
    )


def handled(**more: object) -> Workflow:
    """Exit handlers that are told of the end and of what a step left."""
    first = flow("handled", *chain().steps)
    return Workflow(
        name="handled",
        steps=first.steps,
        exit_handlers=(
            ExitHandler(step=step("bye", echo(), takes={"x": RunRef(RunField.STATUS)})),
            ExitHandler(step=step("told", echo(), takes={"x": out("a")})),
            ExitHandler(
                step=step("sorry", echo(), takes={"x": "s"}), on=(Outcome.FAILED,)
            ),
        ),
        **more,  # type: ignore[arg-type]
    )


LIST = Played(result='["u", "v", "w"]')
BAD = Played("Failed", message="Error (exit code 3)")
CASES = {
    "chain": (chain, ("a", "b c", "d"), {}),
    "failure": (broken, ("a bad", "left mend", "goes-on"), {"bad": BAD}),
    "no failure": (broken, ("a", "bad left", "mend goes-on"), {}),
    "late failure": (chain, ("a", "b", "c d"), {"c": BAD}),
    "error": (broken, ("a", "bad", "left mend goes-on"), {"bad": Played("Error")}),
    "skipped": (skipping, ("a", "no yes", "then", "some"), {}),
    "map": (mapped, ("list", "each", "all fixed", "last"), {"list": LIST}),
    "empty map": (
        mapped,
        ("list", "each", "all", "fixed last"),
        {"list": Played(result="[]")},
    ),
    "exit handlers": (handled, ("a", "b", "c d"), {}),
    "exit handlers after a failure": (handled, ("a", "b", "c d"), {"b": BAD}),
    "exit handler fails": (handled, ("a b", "c d"), {"bye": BAD}),
}


@pytest.mark.parametrize("mode", [PartMode.WINDOW, PartMode.BARRIER])
@pytest.mark.parametrize("case", CASES)
def test_parts_come_to_the_same_as_one_piece(
    stage: Stage, case: str, mode: PartMode
) -> None:
    make, members, ends = CASES[case]
    stage.script.ends |= ends
    whole = stage.story(stage.ended(make()))
    given = told(stage.script)
    stage.script.given.clear()
    run = stage.ended(in_parts(make(), *members, mode=mode, live=2))
    assert stage.story(run) == whole
    assert told(stage.script) == given
    assert len(stage.children()) >= len(members)


def told(script: Script) -> list[str]:
    """Return what pods were given, each once; templates that are alike share a name."""
    return sorted({str(one) for some in script.given.values() for one in some})
