"""Outputs with global names: read from the steps that leave them, or why not."""

from __future__ import annotations

from typing import Any

import pytest

from couler_jupyter.engines.tekton import Tekton
from couler_jupyter.ir import (
    Compare,
    Constant,
    FromStdout,
    GlobalRef,
    Operator,
    OutputParameter,
    OutputRef,
    Step,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.parts import echo, flow, over, sh, step

_BEST = OutputParameter(name="result", source=FromStdout(), global_name="best")
_USE = step("use", echo(), takes={"x": GlobalRef("best")}, after=["pick"])


def _pick(name: str = "pick", **more: Any) -> Step:
    return step(name, sh("echo forest", outputs=(_BEST,)), **more)


def test_is_a_result_of_the_pipeline_and_read_from_its_step() -> None:
    spec = Tekton().built(flow("known", _pick(), _USE)).pipeline["spec"]
    own = "$(tasks.pick.results.result)"
    assert spec["results"] == [{"name": "best", "value": own}]
    use = next(one for one in spec["tasks"] if one["name"] == "use")
    assert {"name": "x", "value": own} in use["params"]


def test_is_known_outside_the_sub_workflow_that_makes_it() -> None:
    inner = flow("inner", _pick())
    whole = flow(
        "known",
        step("part", SubWorkflow(workflow=inner)),
        step("use", echo(), takes={"x": GlobalRef("best")}, after=["part"]),
    )
    spec = Tekton().built(whole).pipeline["spec"]
    own = "$(tasks.part-pick.results.result)"
    assert spec["results"] == [{"name": "best", "value": own}]


_FLIP = Compare(OutputRef("flip"), Operator.EQUAL, Constant.of("heads"))


@pytest.mark.parametrize(
    ("workflow", "why"),
    [
        (flow("twice", _pick(), _pick("again"), _USE), "2 outputs are known as 'best'"),
        (flow("items", _pick(loop=over(1, 2)), _USE), "every item of 'pick' leaves it"),
        (
            flow("early", _pick(), step("use", echo(), takes={"x": GlobalRef("best")})),
            "does not come behind 'pick'",
        ),
        (
            flow("maybe", step("flip", sh("echo x")), _pick(when=_FLIP), _USE),
            "may be skipped",
        ),
        (
            flow(
                "same",
                _pick(),
                outputs=(WorkflowOutput(name="best", value=OutputRef("pick")),),
            ),
            "an output of the workflow has that name",
        ),
    ],
    ids=["twice", "items", "early", "maybe", "same"],
)
def test_says_why_it_cannot_be_read(workflow: Workflow, why: str) -> None:
    assert any(why in one.what for one in Tekton().problems(workflow))
