"""What changed between two workflows: all of it, at the smallest place, or nothing."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, replace

import pytest
from hypothesis import HealthCheck, given, settings

from couler_jupyter.ir import (
    ABSENT,
    Change,
    Ended,
    EnvVar,
    ExitHandler,
    Format,
    Origin,
    Outcome,
    OutputRef,
    ParameterRef,
    Resources,
    Retry,
    StepChange,
    SubWorkflow,
    Workflow,
    diff_of,
    from_json,
    to_json,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.pairs import PAIRS
from couler_jupyter.testing.parts import echo, equal, flow, inputs, sh, step
from couler_jupyter.testing.strategies import workflows

ONE = step("one", sh("echo 1"))
USE = step("use", echo(), takes={"x": OutputRef("one")})
some = settings(max_examples=12, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize("name", CORPUS)
def test_equal_workflows_have_no_difference(name: str) -> None:
    workflow = CORPUS[name].make()
    for other in (workflow, CORPUS[name].make(), from_json(to_json(workflow))):
        found = diff_of(workflow, other)
        assert not found
        assert str(found) == ""


@pytest.mark.parametrize("name", PAIRS)
def test_every_field_is_compared(name: str) -> None:
    pair = PAIRS[name]
    found = diff_of(pair.one, pair.other)
    assert found
    assert str(found)
    back = diff_of(pair.other, pair.one)
    assert len(str(back).splitlines()) == len(str(found).splitlines())


@some
@given(workflows(max_steps=4), workflows(max_steps=4))
def test_it_is_empty_exactly_for_equal_workflows(
    one: Workflow, other: Workflow
) -> None:
    assert bool(diff_of(one, other)) == (one != other)
    assert not diff_of(one, one)


@some
@given(workflows(max_steps=4))
def test_a_moved_step_is_told(workflow: Workflow) -> None:
    moved = replace(workflow, steps=workflow.steps[::-1])
    found = diff_of(workflow, moved)
    assert not found.added
    assert not found.removed
    assert not found.changed
    assert bool(found) == (len(workflow.steps) > 1)


def test_steps_come_and_go() -> None:
    found = diff_of(flow("w", ONE, USE), flow("w", ONE, step("new", sh("echo 2"))))
    assert [one.name for one in found.added] == ["new"]
    assert [one.name for one in found.removed] == ["use"]
    assert str(found) == "- step use (script)\n+ step new (script)"


def test_a_change_is_told_by_its_path() -> None:
    fast = step("one", sh("echo 1", resources=Resources(memory=2**30)), timeout=5)
    slow = step("one", sh("echo 1", resources=Resources(memory=2**31)))
    found = diff_of(flow("w", fast), flow("w", slow))
    assert found.changed == (
        StepChange(
            name="one",
            was="one",
            changes=(
                Change("template.resources.memory", 2**30, 2**31),
                Change("timeout", 5, None),
            ),
        ),
    )
    assert str(found).splitlines() == [
        "~ step one",
        "    ~ template.resources.memory: 1073741824 -> 2147483648",
        "    ~ timeout: 5 -> none",
    ]


def test_what_has_a_name_is_matched_by_it() -> None:
    before = sh("true", env=(EnvVar("A", "1"), EnvVar("B", "2")))
    after = sh("true", env=(EnvVar("C", "3"), EnvVar("B", "4")))
    found = diff_of(flow("w", step("s", before)), flow("w", step("s", after)))
    assert found.changed[0].changes == (
        Change("template.env.A", EnvVar("A", "1"), ABSENT),
        Change("template.env.B.value", "2", "4"),
        Change("template.env.C", ABSENT, EnvVar("C", "3")),
    )


def test_references_are_told_in_words() -> None:
    other = step("use", echo(), takes={"x": ParameterRef("p")}, when=equal(1, "a"))
    ports = {"parameters": inputs("p")}
    found = diff_of(flow("w", ONE, USE, **ports), flow("w", ONE, other, **ports))
    assert str(found).splitlines() == [
        "~ step use",
        "    ~ arguments.x.value: one.result -> input p",
        '    ~ when: none -> 1 == "a"',
    ]


def test_long_texts_are_told_line_by_line() -> None:
    before = step("s", sh("a\nb\nc\nd\ne\n"))
    after = step("s", sh("a\nb\nC\nd\ne\n"))
    found = str(diff_of(flow("w", before), flow("w", after)))
    assert "        -c\n        +C" in found
    assert "        -a" not in found


def test_a_renamed_step_is_followed() -> None:
    before = flow("w", ONE, USE, step("late", sh("true"), after=["one"]))
    one, late = replace(ONE, name="first"), step("late", sh("true"), after=["first"])
    use = step("use", echo(), takes={"x": OutputRef("first")})
    found = diff_of(before, flow("w", one, use, late))
    assert found.changed == (StepChange(name="first", was="one"),)
    assert not found.added
    assert not found.removed
    assert not found.workflow
    assert str(found) == "~ step first, was one"


def test_a_whole_renamed_chain_is_followed() -> None:
    def named(a: str, b: str, c: str) -> Workflow:
        failed = Ended(b, (Outcome.FAILED,))
        again = equal(OutputRef(c, "result"), 1)
        from couler_jupyter.ir import Repeat

        return flow(
            "w",
            step(a, sh("echo 1")),
            step(b, echo(), takes={"x": Format(("n", OutputRef(a)))}),
            step(
                c, sh("true"), after=[failed], repeat=Repeat(condition=again, limit=2)
            ),
            exit_handlers=(
                ExitHandler(step=step("bye", echo(), takes={"x": OutputRef(a)})),
            ),
        )

    found = diff_of(named("a", "b", "c"), named("x", "y", "z"))
    assert [(one.was, one.name) for one in found.changed] == [
        ("a", "x"),
        ("b", "y"),
        ("c", "z"),
    ]
    assert not any(one.changes for one in found.changed)
    assert not found.workflow


def test_a_renamed_and_changed_step_is_another() -> None:
    found = diff_of(flow("w", ONE), flow("w", step("two", sh("echo 2"))))
    assert [one.name for one in found.added] == ["two"]
    assert [one.name for one in found.removed] == ["one"]


def test_swapped_names_are_changes_of_both() -> None:
    a, b = step("a", sh("echo 1")), step("b", sh("echo 2"))
    found = diff_of(
        flow("w", a, b), flow("w", replace(a, name="b"), replace(b, name="a"))
    )
    assert {one.name for one in found.changed} == {"a", "b"}


def test_equal_steps_are_paired_once() -> None:
    same = sh("echo 1")
    before = flow("w", step("a", same), step("b", same))
    after = flow("w", step("x", same))
    found = diff_of(before, after)
    assert [one.name for one in found.removed] == ["b"]
    assert [(one.was, one.name) for one in found.changed] == [("a", "x")]


def test_fields_of_the_workflow() -> None:
    before = flow("w", ONE, labels=(("a", "1"),), timeout=60)
    after = flow("v", ONE, labels=(("a", "2"), ("b", "3")))
    found = diff_of(before, after)
    assert found.workflow == (
        Change("name", "w", "v"),
        Change("timeout", 60, None),
        Change("labels.a", "1", "2"),
        Change("labels.b", ABSENT, "3"),
    )


def test_inside_a_sub_workflow() -> None:
    def outer(inner: Workflow) -> Workflow:
        return flow("w", step("sub", SubWorkflow(workflow=inner)))

    patient = replace(ONE, retry=Retry(limit=2))
    found = diff_of(outer(flow("in", ONE)), outer(flow("in", patient, USE)))
    paths = [change.path for change in found.changed[0].changes]
    assert paths == ["template.workflow.steps.one.retry", "template.workflow.steps.use"]


def test_handlers_are_matched_by_name() -> None:
    def ending(*on: Outcome) -> Workflow:
        bye = step("bye", sh("true"))
        return flow("w", ONE, exit_handlers=(ExitHandler(step=bye, on=on),))

    found = diff_of(ending(), ending(Outcome.FAILED))
    assert [change.path for change in found.workflow] == ["exit_handlers.bye.on"]


def test_where_it_was_written_makes_no_difference() -> None:
    moved = replace(ONE, origin=Origin("cell [9]", 9))
    assert not diff_of(flow("w", ONE), flow("w", moved))


def test_a_difference_is_a_frozen_value() -> None:
    found = diff_of(
        flow("w", ONE), flow("w", USE.__class__(name="x", template=sh("y")))
    )
    assert hash(found) == hash(diff_of(flow("w", ONE), flow("w", step("x", sh("y")))))
    with pytest.raises(FrozenInstanceError):
        found.added = ()  # type: ignore[misc]
