"""All steps of a workflow, those of sub-workflows and exit handlers among them."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.ir import Step, SubWorkflow, Workflow


def all_steps(workflow: Workflow, path: str = "") -> Iterator[tuple[str, Step]]:
    """Yield each step with its path, as `tune/fit`."""
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        own = f"{path}{step.name}"
        yield own, step
        if isinstance(step.template, SubWorkflow):
            yield from all_steps(step.template.workflow, f"{own}/")
