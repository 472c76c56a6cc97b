"""Random workflows with steps that are there twice, each read now here and now there."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import strategies as st

from couler_jupyter.ir import OutputRef, Step, WorkflowOutput
from couler_jupyter.ir.renaming import renamed
from couler_jupyter.testing.case import Case
from couler_jupyter.testing.runnable import runnable_workflows


@st.composite
def twinned(draw: st.DrawFn) -> Case:
    """Draw a workflow that hands out what its steps and their twins leave behind."""
    case = draw(runnable_workflows(max_steps=5))
    workflow = case.make()
    steps: list[Step] = []
    twins: dict[str, str] = {}
    for step in workflow.steps:
        read = {name: twins[name] for name in twins if draw(st.booleans())}
        steps.append(renamed(step, read))
        if step.repeat is None and draw(st.booleans()):
            twins[step.name] = f"{step.name}-again"
            steps.append(replace(steps[-1], name=twins[step.name]))
    assert case.expected is not None
    sure = case.expected.outputs.keys()
    outputs = tuple(
        WorkflowOutput(name=step.name, value=OutputRef(step.name))
        for step in steps
        if step.name.removesuffix("-again") in sure and step.when is None
    )
    made = replace(workflow, steps=tuple(steps), outputs=outputs)
    return Case(name="twins", make=lambda: made)
