"""Parts are well formed, follow renamed steps, and are read and written exactly."""

from __future__ import annotations

from dataclasses import replace

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.local import Local
from couler_jupyter.errors import InvalidDocument, InvalidWorkflow
from couler_jupyter.ir import (
    ExitHandler,
    PartMode,
    Parts,
    Workflow,
    diff_of,
    from_json,
    from_yaml,
    to_json,
    to_yaml,
)
from couler_jupyter.testing.parts import flow, sh, step

OK = sh("true")
CHAIN = flow(
    "chain",
    step("a", OK),
    step("b", OK, after=["a"]),
    step("c", OK, after=["b"]),
    exit_handlers=(ExitHandler(step=step("bye", OK)),),
)
PARTED = replace(CHAIN, parts=Parts(members=(("a",), ("b", "c")), live=2))


def parted(*members: tuple[str, ...], live: int = 1) -> Workflow:
    return replace(CHAIN, parts=Parts(members=members, live=live))


def test_parts_that_wait_for_each_other_are_refused() -> None:
    """The smallest graph that the paper's algorithm cuts so."""
    crossed = flow(
        "crossed",
        step("s0", OK),
        step("s1", OK),
        step("s2", OK, after=["s0", "s1"]),
        step("s3", OK, after=["s0"]),
    )
    with pytest.raises(InvalidWorkflow, match="'s2' of part 1 waits for 's1' of part"):
        replace(crossed, parts=Parts(members=(("s0", "s2"), ("s1", "s3"))))


def test_few_of_many_faults_are_told() -> None:
    with pytest.raises(InvalidWorkflow) as caught:
        parted(("a",), *(("b", "c"),) * 20)
    many = flow("many", *(step(f"s{n}", OK) for n in range(100)))
    with pytest.raises(InvalidWorkflow) as other:
        replace(many, parts=Parts(members=(("s0",),)))
    assert len(caught.value.problems) == 2
    assert len(other.value.problems) == 6
    assert other.value.problems[-1].what == "parts: 94 more like the last"


def test_a_step_cannot_wait_for_an_exit_handler() -> None:
    """A ring that goes through an exit handler is found before any split."""
    bye = ExitHandler(step=step("bye", OK, after=["a"]))
    with pytest.raises(InvalidWorkflow, match="'bye'"):
        flow("ring", step("a", OK, after=["bye"]), exit_handlers=(bye,))


def test_they_stand_in_files() -> None:
    barrier = replace(
        PARTED, parts=Parts(members=(("a", "b"), ("c",)), mode=PartMode.BARRIER)
    )
    for workflow in (PARTED, barrier):
        assert from_json(to_json(workflow)) == workflow
        assert from_yaml(to_yaml(workflow)) == workflow
    assert '"parts": {"members": [["a"], ["b", "c"]], "live": 2}' in to_json(PARTED)


@pytest.mark.parametrize(
    ("given", "fault"),
    [
        ('"parts": {"members": [["a", 1]]}', r"members\[0\]\[1\]: must be text"),
        ('"parts": {"members": ["a"]}', r"members\[0\]: must be a list"),
        ('"parts": {"members": [["a"]], "mode": "door"}', "one of window, barrier"),
        ('"parts": {}', "'members' is missing"),
    ],
)
def test_bad_files_are_refused(given: str, fault: str) -> None:
    text = to_json(PARTED).replace(
        '"parts": {"members": [["a"], ["b", "c"]], "live": 2}', given
    )
    with pytest.raises(InvalidDocument, match=fault):
        from_json(text)


def test_they_make_a_difference() -> None:
    [change] = diff_of(CHAIN, PARTED).workflow
    assert (change.path, change.before, change.after) == ("parts", None, PARTED.parts)
    [moved] = diff_of(PARTED, parted(("a", "b"), ("c",), live=2)).workflow
    assert moved.path == "parts.members"
    [wider] = diff_of(PARTED, parted(("a",), ("b", "c"), live=3)).workflow
    assert (wider.path, wider.before, wider.after) == ("parts.live", 2, 3)


def test_they_follow_renamed_steps() -> None:
    named = replace(
        PARTED,
        steps=(PARTED["a"], PARTED["b"], replace(PARTED["c"], name="last")),
        parts=Parts(members=(("a",), ("b", "last")), live=2),
    )
    assert not diff_of(PARTED, named).workflow
    assert diff_of(PARTED, named).changed[0].was == "c"


def test_what_is_left_of_them() -> None:
    parts = Parts(members=(("a",), ("b", "c")), live=3)
    assert parts.of({"a", "b", "c"}) == parts
    assert parts.of({"c"}) == Parts(members=(("c",),), live=3)
    assert parts.of({"x"}) is None
    assert parts.numbers() == {"a": 0, "b": 1, "c": 1}


def test_engines_say_what_they_make_of_them() -> None:
    assert not Local().problems(PARTED)
    [note] = Local().notes(PARTED)
    assert note.what == "parts: all parts run as one workflow"
    assert len(Argo().compile(PARTED).documents) == 2 + len(PARTED.exit_handlers)


def test_cutting_checks_the_parts_and_keeps_the_rest() -> None:
    made = CHAIN.cut(PARTED.parts)
    assert made == PARTED
    assert made.steps is CHAIN.steps
    assert CHAIN.parts is None
    assert made.cut(None) == CHAIN
    with pytest.raises(InvalidWorkflow, match="waits for"):
        CHAIN.cut(Parts(members=(("b", "c"), ("a",))))
