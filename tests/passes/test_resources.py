"""The pass resources."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Boxed,
    Resources,
    SubWorkflow,
    Workflow,
    places_in,
)
from couler_jupyter.passes import Context, Estimate, Word, parse_passes
from couler_jupyter.passes.resources import Resources as Asking
from couler_jupyter.testing.parts import flow, python, step
from couler_jupyter.testing.passes import PassContract
from tests.passes.engines import Deaf, Facts
from tests.passes.golden import check_pass
from tests.passes.running import RunsHere

MIB = 2**20
ALL = Facts()
FIT = python("def fit(a): return a")


def knowing(past: Mapping[str, Estimate], engine: Facts = ALL) -> Context:
    return Context(engine=engine, past=past)


class TestResources(RunsHere, PassContract):
    @pytest.fixture
    def one(self) -> Asking:
        return Asking()

    def about(self, workflow: Workflow) -> Context:
        """Know of every step that it needed 50 MiB."""
        seen = Estimate(runs=2, peak_memory=50 * MIB)
        return knowing({path: seen for _, path in places_in(workflow) if path})


def memory(workflow: Workflow, name: str) -> tuple[int | None, int | None]:
    template = workflow[name].template
    assert isinstance(template, Boxed)
    return template.resources.memory, template.resources.memory_limit


def test_what_asks_for_nothing_asks_for_its_peak_and_a_margin() -> None:
    asks = python("def fit(a): return a", resources=Resources(memory=MIB))
    limited = python("def fit(a): return a", resources=Resources(memory_limit=MIB))
    workflow = flow(
        "sizes",
        step("big", FIT, takes={"a": 1}),
        step("same", FIT, takes={"a": 2}),
        step("asks", asks, takes={"a": 3}),
        step("limited", limited, takes={"a": 3}),
        step("new", python("def new(): return 1")),
    )
    seen = {name: Estimate(runs=3, peak_memory=300 * MIB) for name in workflow.by_name}
    seen["same"] = Estimate(runs=1, peak_memory=40 * MIB)
    del seen["new"]
    made = check_pass(
        "what asks for nothing asks for its peak and a margin",
        Asking(),
        workflow,
        knowing(seen),
    )
    assert memory(made.workflow, "big") == (464 * MIB, 65536 * MIB)
    assert made.workflow["big"].template == made.workflow["same"].template
    assert memory(made.workflow, "asks") == (MIB, None)
    assert memory(made.workflow, "limited") == (None, MIB)
    assert memory(made.workflow, "new") == (None, None)


def test_steps_inside_are_sized_too() -> None:
    inner = flow("inner", step("fit", FIT, takes={"a": 1}))
    workflow = flow("outer", step("tune", SubWorkflow(workflow=inner)))
    past = {"tune/fit": Estimate(runs=1, peak_memory=MIB)}
    made = Asking().run(workflow, knowing(past)).workflow
    template = made["tune"].template
    assert isinstance(template, SubWorkflow)
    assert memory(template.workflow, "fit") == (64 * MIB, 65536 * MIB)


def test_a_peak_above_what_may_be_asked_is_left_alone() -> None:
    workflow = flow("big", step("fit", FIT, takes={"a": 1}))
    past = Estimate(runs=2, peak_memory=2000 * MIB)
    made = Asking(most_mib=1000).run(workflow, knowing({"fit": past}))
    assert made.workflow is workflow
    assert made.decisions[0].word is Word.KEPT
    capped = Asking(most_mib=2100).run(workflow, knowing({"fit": past})).workflow
    assert memory(capped, "fit")[0] == 2100 * MIB


def test_what_was_written_otherwise_says_nothing() -> None:
    workflow = flow("new", step("fit", FIT, takes={"a": 1}))
    past = Estimate(runs=2, peak_memory=MIB, changed="its source was another")
    made = Asking().run(workflow, knowing({"fit": past}))
    assert made.workflow is workflow
    assert "source was another" in made.decisions[0].reason


def test_nothing_is_asked_of_who_does_not_listen() -> None:
    workflow = flow("one", step("fit", FIT, takes={"a": 1}))
    past = Estimate(runs=2, peak_memory=MIB)
    assert not Asking().run(workflow, knowing({"fit": past}, Deaf())).decisions
    assert not Asking().run(workflow, Context(past={"fit": past})).decisions


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("margin=-1", "margin is -1; it must be 0 or more"),
        ("least-mib=0", "least-mib is 0; it must be 1 or more"),
        ("least-mib=9 most-mib=8", "least-mib is 9; it must be 1 or more, and 8"),
    ],
)
def test_bad_options_are_named(text: str, said: str) -> None:
    with pytest.raises(UsageFailed, match=said):
        parse_passes(f"resources{{{text}}}")
