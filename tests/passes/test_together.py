"""Steps that what they share ties together stay in one part, in sub-workflows too."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.ir import (
    Ended,
    Mount,
    NewClaim,
    Outcome,
    SubWorkflow,
    Volume,
    Workflow,
)
from couler_jupyter.passes.together import together
from couler_jupyter.testing.parts import flow, over, sh, step

CLAIM = Volume(name="scratch", source=NewClaim(size=2**30))
MOUNTED = replace(sh("true"), mounts=(Mount(volume="scratch", path="/scratch"),))


def groups(workflow: Workflow) -> list[list[str]]:
    found, _ = together(workflow)
    return found


def test_who_mounts_a_volume_claimed_anew_stays_with_the_others() -> None:
    workflow = flow(
        "claims",
        step("a", MOUNTED),
        step("b", sh("true")),
        step("c", MOUNTED),
        volumes=(CLAIM,),
    )
    assert groups(workflow) == [["a", "c"], ["b"]]


def test_equal_claims_of_sub_workflows_are_one() -> None:
    inner = flow("inner", step("work", MOUNTED), volumes=(CLAIM,))
    other = replace(inner, volumes=(replace(CLAIM, source=NewClaim(size=2**31)),))
    workflow = flow(
        "claims",
        step("a", SubWorkflow(workflow=inner)),
        step("b", SubWorkflow(workflow=other)),
        step("c", SubWorkflow(workflow=inner)),
    )
    assert groups(workflow) == [["a", "c"], ["b"]]


def test_who_asks_how_items_ended_stays_with_the_map() -> None:
    any_good = Ended("each", (Outcome.ANY_SUCCEEDED,))
    workflow = flow(
        "maps",
        step("each", sh("true"), loop=over(1, 2)),
        step("go", sh("true"), after=(any_good,)),
        step("on", sh("true"), after=("each",)),
    )
    found, why = together(workflow)
    assert found == [["each", "go"], ["on"]]
    assert why["go"] == "'go' asks how the items of 'each' ended"
