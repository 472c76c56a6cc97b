"""What each step brings is measured so that no part is bigger than it was promised."""

from __future__ import annotations

from random import Random

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.ir import (
    Constant,
    Extra,
    InputArtifact,
    OutputArtifact,
    OutputRef,
    SubWorkflow,
    Workflow,
    WorkflowOutput,
    to_json,
)
from couler_jupyter.passes import Context
from couler_jupyter.passes.split import Split
from couler_jupyter.testing.graphs import layered_local, layered_uniform
from couler_jupyter.testing.parts import flow, printed, sh, step

FAMILIES = {"layered local": layered_local, "layered uniform": layered_uniform}


def graph(family: str, count: int, *, data: bool) -> Workflow:
    """Return a random workflow whose steps wait for others, or take what they print."""
    random = Random(7)
    steps = []
    for number, parents in enumerate(FAMILIES[family](count, random)):
        names = [f"step-{one}" for one in parents]
        if not data:
            steps.append(step(f"step-{number}", sh("true"), after=names))
            continue
        ports = {f"x{at}": OutputRef(name, "out") for at, name in enumerate(names)}
        made = sh(
            f"echo {'<y>' * random.randrange(90)}", takes=ports, outputs=printed("out")
        )
        steps.append(step(f"step-{number}", made, takes=ports))
    return Workflow(name="graph", steps=tuple(steps))


@pytest.mark.parametrize("data", [False, True])
@pytest.mark.parametrize("most", [20_000, 60_000])
@pytest.mark.parametrize("family", FAMILIES)
def test_no_part_is_bigger_than_it_was_promised(
    family: str, most: int, *, data: bool
) -> None:
    engine = Argo()
    workflow = graph(family, 400, data=data)
    made = Split(max_bytes=most, max_steps=10_000).run(
        workflow, Context(measure=engine.measure)
    )
    assert made.workflow.parts is not None
    assert engine.measure(workflow) is not None  # and not told by a stand-in
    assert engine.problems(made.workflow) == ()
    sizes = [one.built.size for one in engine.children(made.workflow).children]
    assert len(sizes) > 1
    assert max(sizes) <= most


def test_a_step_is_what_its_task_and_its_own_template_are() -> None:
    engine = Argo()
    long = sh("true # " + "x" * 5_000)
    shared = sh("true # " + "y" * 5_000)
    workflow = flow(
        "some", step("long", long), step("one", shared), step("other", shared)
    )
    found = engine.measure(workflow)
    assert found is not None
    assert found.steps["long"] > 5_000
    assert found.steps["one"] < 1_000
    assert found.total > sum(found.steps.values()) + 5_000
    assert to_json(workflow)  # what is measured is left as it is


def test_sub_workflows_whose_files_go_far_count_each_with_all_in_it() -> None:
    made = OutputArtifact(name="file", path="/tmp/made")
    inner = flow(
        "inner",
        step("work", sh("true # " + "x" * 5_000, outputs=(made,))),
        outputs=(WorkflowOutput(name="file", value=OutputRef("work", "file")),),
    )
    take = sh("true", inputs=(InputArtifact(name="file", path="/tmp/taken"),))
    names = [f"run-{number}" for number in range(6)]
    workflow = flow(
        "subs",
        *(step(name, SubWorkflow(workflow=inner)) for name in names),
        *(step(f"to-{n}", take, takes={"file": OutputRef(n, "file")}) for n in names),
    )
    engine = Argo()
    made_in_parts = Split(max_bytes=14_000).run(
        workflow, Context(measure=engine.measure)
    )
    cut = made_in_parts.workflow
    assert cut.parts is not None
    found = [one.built.size for one in engine.children(cut).children]
    assert max(found) <= 14_000


def test_what_argo_cannot_say_has_no_bytes() -> None:
    word = Extra(engine="tekton", path="spec", value=Constant("1"))
    workflow = flow("foreign", step("a", sh("true")), extras=(word,))
    assert Argo().measure(workflow) is None
