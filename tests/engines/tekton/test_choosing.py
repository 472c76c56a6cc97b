"""Outputs of steps that may be skipped: kept where others look for them, or refused."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.tekton import Tekton
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import FirstOf, OutputRef, Value, Workflow
from couler_jupyter.testing.parts import echo, equal, flow, over, sh, step, text


def joined(*options: Value) -> Workflow:
    return flow(
        "join",
        step("a", sh("echo 1"), when=equal(1, 2)),
        step("b", echo(), takes={"x": OutputRef("a")}, when=equal(1, 2)),
        step("m", echo(), takes={"x": "y"}, loop=over(1, 2), when=equal(1, 2)),
        step("c", echo(), takes={"x": FirstOf(options)}),
    )


def test_who_looks_comes_behind_and_refers_to_no_result() -> None:
    made = flow(
        "join",
        step("a", sh("echo 1"), when=equal(1, 2)),
        step("b", sh("echo 2"), when=equal(1, 1)),
        step("c", echo(), takes={"x": FirstOf((OutputRef("a"), OutputRef("b")))}),
    )
    spec = Tekton().built(made).pipeline["spec"]
    tasks = {one["name"]: one for one in spec["tasks"]}
    looks = tasks["couler-value"]
    assert looks["runAfter"] == ["a", "b"]
    assert "$(tasks." not in str(looks)
    assert "couler-files.path)/a/result.text" in str(looks["taskSpec"]["steps"])
    assert "couler-files.path)/a/result.text" in str(tasks["a"]["taskSpec"]["steps"])


@pytest.mark.parametrize(
    ("option", "said"),
    [
        (OutputRef("b"), "takes an output of a step that may be skipped"),
        (OutputRef("m"), "nobody looks which items"),
        (text("is ", OutputRef("a")), "let each of them be an output itself"),
    ],
)
def test_refuses_what_nobody_can_look_for(option: Value, said: str) -> None:
    with pytest.raises(Unsupported, match=said):
        Tekton().compile(joined(option, OutputRef("a")))


def test_refuses_order_behind_what_is_skipped_with_another() -> None:
    made = flow(
        "chain",
        step("a", sh("echo 1"), when=equal(1, 2)),
        step("b", echo(), takes={"x": OutputRef("a")}, when=equal(1, 2)),
        step("c", sh("true"), after=("b",)),
    )
    with pytest.raises(Unsupported, match="skips it and all that comes behind it"):
        Tekton().compile(made)
