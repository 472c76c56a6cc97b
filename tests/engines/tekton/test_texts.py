"""Whatever a text holds, it arrives as it is, or is refused."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    Argument,
    Constant,
    InputParameter,
    Step,
    Workflow,
)
from couler_jupyter.testing.parts import echo


@pytest.mark.parametrize("text", ["$(params.x)", "a $(tasks.b.results.c)"])
def test_refuses_what_tekton_would_replace(text: str) -> None:
    step = Step(
        name="say", template=echo(), arguments=(Argument("x", Constant.of(text)),)
    )
    with pytest.raises(Unsupported, match="Tekton would replace"):
        Tekton().compile(Workflow(name="say", steps=(step,)))


def test_takes_no_name_of_the_pipeline_for_a_parameter_of_a_task() -> None:
    given = (Argument("x", Constant.of("own")),)
    steps = (Step(name="say", template=echo(), arguments=given),)
    flow = Workflow(name="say", steps=steps, parameters=(InputParameter(name="x"),))
    (task,) = Tekton().built(flow).pipeline["spec"]["tasks"]
    assert "x" not in {one["name"] for one in task["params"]}
