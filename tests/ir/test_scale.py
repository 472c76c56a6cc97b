"""Building, checking and writing grow with the workflow, not with its square.

Calls are counted, not seconds: a count is the same on every machine.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    Constant,
    Ended,
    FromStdout,
    ListOf,
    Outcome,
    OutputParameter,
    OutputRef,
    Step,
    Workflow,
    WorkflowOutput,
    diff_of,
    features_of,
    from_json,
    to_json,
)
from couler_jupyter.testing.parts import echo, equal, flow, inputs, printed, sh, step

WORK, ECHO = sh("echo 1"), echo()
Make = Callable[[int], object]


def calls(make: Make, size: int) -> int:
    """Count the calls of functions, Python's and C's, that `make(size)` takes."""
    count = 0

    def tick(_frame: FrameType, event: str, _arg: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(tick)
    try:
        make(size)
    finally:
        sys.setprofile(None)
    return count


def chain(size: int) -> Workflow:
    """Each step takes what the one before gave."""
    steps = [step("s0", WORK)]
    steps += [
        step(f"s{n}", ECHO, takes={"x": OutputRef(f"s{n - 1}")}) for n in range(1, size)
    ]
    return flow("w", *steps)


def wide(size: int) -> Workflow:
    """One step waits for all others, by data, by order and by how they ended."""
    names = [f"s{n}" for n in range(size)]
    all_of_them = ListOf(tuple(OutputRef(name) for name in names))
    trees = [Ended(name, (Outcome.SUCCEEDED,)) for name in names]
    last = step("last", ECHO, takes={"x": all_of_them}, after=[*names, *trees])
    return flow("w", *(step(name, WORK) for name in names), last)


def many_arguments(size: int) -> Workflow:
    """One step has an argument from each of the others, under one condition."""
    names = [f"s{n}" for n in range(size)]
    when = equal(1, 1)
    use = sh("true", inputs=inputs(*names))
    steps = [step(name, WORK, when=when) for name in names]
    takes = {name: OutputRef(name) for name in names}
    return flow("w", *steps, step("last", use, takes=takes, when=when))


def many_outputs(size: int) -> Workflow:
    """One step leaves many outputs, and each is used by another step."""
    names = [f"o{n}" for n in range(size)]
    first = step("first", sh("echo 1", outputs=printed(*names)))
    users = [step(f"u{n}", ECHO, takes={"x": OutputRef("first", n)}) for n in names]
    return flow("w", first, *users)


def many_ends(size: int) -> Workflow:
    """The workflow leaves an output of each of its steps."""
    steps = [step(f"s{n}", WORK) for n in range(size)]
    outputs = [
        WorkflowOutput(name=f"o{n}", value=OutputRef(f"s{n}")) for n in range(size)
    ]
    return flow("w", *steps, outputs=tuple(outputs))


def all_wrong(size: int) -> None:
    """Every step is wrong, each in its own way."""
    steps = [
        step(f"s{n}", ECHO, takes={"x": OutputRef(f"t{n}")}, after=[f"u{n}"])
        for n in range(size)
    ]
    with pytest.raises(InvalidWorkflow) as caught:
        flow("w", *steps)
    assert len(caught.value.problems) == 2 * size


def unshared(size: int) -> Workflow:
    """Every step has a template of its own, and two of each are equal."""
    out = (OutputParameter(name="result", source=FromStdout()),)
    return flow(
        "w", *(step(f"s{n}", sh(f"echo {n // 2}", outputs=out)) for n in range(size))
    )


def written(make: Callable[[int], Workflow]) -> Make:
    return lambda size: from_json(to_json(make(size)))


def compared(size: int) -> object:
    before, after = chain(size), unshared(size)
    return diff_of(before, after), diff_of(before, chain(size))


GROWING: dict[str, Make] = {
    "chain": chain,
    "wide": wide,
    "many-arguments": many_arguments,
    "many-outputs": many_outputs,
    "many-ends": many_ends,
    "all-wrong": all_wrong,
    "written-chain": written(chain),
    "written-wide": written(wide),
    "written-unshared": written(unshared),
    "features": lambda size: features_of(many_arguments(size)),
    "compared": compared,
}


@pytest.mark.parametrize("name", GROWING)
def test_twice_as_much_takes_twice_as_long(name: str) -> None:
    make = GROWING[name]
    make(10)
    once, twice = calls(make, 400), calls(make, 800)
    assert twice < 2.2 * once, (once, twice)


def test_ten_thousand_steps_are_checked_with_few_calls_each() -> None:
    steps = chain(10_000).steps
    assert calls(lambda _: Workflow(name="w", steps=steps), 0) < 120 * len(steps)


def test_a_very_long_chain_nests_nothing() -> None:
    workflow = chain(5_000)
    assert workflow.order[0] == "s0"
    assert workflow.order[-1] == "s4999"
    assert from_json(to_json(workflow)) == workflow
    assert (workflow.size, workflow.depth) == (5_000, 1)


def test_the_same_sub_workflow_many_times_is_counted_not_walked() -> None:
    from couler_jupyter.ir import SubWorkflow

    inner = flow("inner", *(Step(name=f"s{n}", template=WORK) for n in range(1000)))
    part = SubWorkflow(workflow=inner)
    assert calls(lambda _: inner.size, 0) < 20 * 1000
    outer = flow("outer", *(step(f"p{n}", part) for n in range(500)))
    assert outer.size == 500 * 1001
    assert calls(lambda _: flow("w", *outer.steps).size, 0) < 120 * 500
    assert Constant.of(outer.depth).value == 2
