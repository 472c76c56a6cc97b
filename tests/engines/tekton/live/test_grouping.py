"""How a sub-workflow stands, and what it leaves, by the steps in it."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.engines.tekton.live.grouping import (
    NotThere,
    outputs_of,
    with_members,
)
from couler_jupyter.ir import (
    Constant,
    DictOf,
    FirstOf,
    Format,
    Json,
    Leaf,
    ListOf,
    OutputRef,
    Phase,
)

_DONE = Standing(phase=Phase.SUCCEEDED, attempt=1, started=1.0, finished=2.0)
_RUNS = Standing(phase=Phase.RUNNING, attempt=1, started=3.0)
_WAITS = Standing(phase=Phase.PENDING)
_SKIPPED = Standing(phase=Phase.SKIPPED)
_OMITTED = Standing(phase=Phase.OMITTED)
_FAILED = Standing(
    phase=Phase.FAILED, attempt=1, message="exit code 3", started=2.0, finished=5.0
)


@pytest.mark.parametrize(
    ("members", "phase"),
    [
        ((_WAITS, _WAITS), Phase.PENDING),
        ((_DONE, _WAITS), Phase.RUNNING),
        ((_RUNS, _WAITS), Phase.RUNNING),
        ((_FAILED, _RUNS), Phase.RUNNING),
        ((_DONE, _FAILED, _OMITTED), Phase.FAILED),
        ((_DONE, _SKIPPED), Phase.SUCCEEDED),
        ((_OMITTED, _OMITTED), Phase.OMITTED),
        ((_DONE, _OMITTED), Phase.CANCELLED),
    ],
    ids=lambda one: str(one) if isinstance(one, Phase) else "",
)
def test_stands_as_its_steps_do(members: tuple[Standing, ...], phase: Phase) -> None:
    named = {f"s{number}": one for number, one in enumerate(members)}
    assert with_members(named).phase is phase


def test_says_which_step_failed_and_when() -> None:
    found = with_members({"good": _DONE, "bad": _FAILED})
    assert found.message == "step 'bad' failed: exit code 3"
    assert (found.started, found.finished) == (1.0, 5.0)


def _look_up(leaf: Leaf) -> Json:
    if leaf == OutputRef("fit"):
        return 0.5
    raise NotThere


def test_outputs_are_put_together_of_what_is_there() -> None:
    there, gone = OutputRef("fit"), OutputRef("gone")
    found = outputs_of(
        [
            ("one", there),
            ("none", gone),
            ("first", FirstOf((gone, there))),
            ("no-first", FirstOf((gone,))),
            ("text", Format(("at ", there))),
            ("list", ListOf((there, Constant.of("x")))),
            ("object", DictOf((("score", there),))),
        ],
        _look_up,
    )
    assert found == {
        "one": 0.5,
        "first": 0.5,
        "text": "at 0.5",
        "list": [0.5, "x"],
        "object": {"score": 0.5},
    }
