"""What a run's steps left behind, asked for by their names, also before there is any."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from couler_jupyter.errors import NoOutputs, UnknownName
from couler_jupyter.ir import OutputRef, Phase, Step, Suspend
from couler_jupyter.runs import follow
from couler_jupyter.session import RunHandle, Session
from couler_jupyter.testing.parts import flow, python, step

ONE = python("def one(): return 1")
INC = python("def inc(a): return a + 1")


@pytest.fixture
def run(tmp_path: Path) -> RunHandle:
    """A run that waits for somebody between its steps."""
    session = Session(root=tmp_path)
    return session.submit(
        flow(
            "halves",
            step("load", ONE),
            Step(name="ask", template=Suspend(), after=("load",)),
            step("train", INC, takes={"a": OutputRef("load")}, after=("ask",)),
        )
    )


def waited(run: RunHandle, root: Path) -> RunHandle:
    """Return a run once it waits for somebody."""
    for _ in follow(Session(root=root).store, run.id, idle=True):
        if (one := run.steps.get("ask")) and one.phase is Phase.SUSPENDED:
            return run
    raise AssertionError("it ended")


def test_a_step_that_has_not_ended_is_told_so(run: RunHandle, tmp_path: Path) -> None:
    with pytest.raises(NoOutputs, match=r"step 'train' .* is pending"):
        run.output("train")
    waited(run, tmp_path)
    assert run.output("load") == 1
    told = "step 'train' has left no outputs; it is pending; known: load"
    with pytest.raises(NoOutputs, match=re.escape(told)):
        run.left_by("train")
    run.resume("ask")
    assert run.wait(60).left_by("train") == {"result": 2}
    with pytest.raises(NoOutputs, match=r"'ask' .* it ended as succeeded"):
        run.output("ask")


def test_what_is_no_step_is_told_with_what_there_is(
    run: RunHandle, tmp_path: Path
) -> None:
    waited(run, tmp_path)
    with pytest.raises(UnknownName, match=r"step of the run.*did you mean 'train'"):
        run.output("trian")
    with pytest.raises(UnknownName, match="output of 'load' named 'sum'"):
        run.output("load", "sum")
    run.cancel()
    run.wait(60)
