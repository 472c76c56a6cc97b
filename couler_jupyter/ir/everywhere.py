"""What stands in a workflow and in the workflows that are its steps, and where.

Places are told by the path of the step: `tune/fit` for one inside a sub-workflow, and
empty for what belongs to the workflow itself.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.ir.step import Step, condition_values, storage_values
from couler_jupyter.ir.template import SubWorkflow
from couler_jupyter.ir.validate_template import texts_of
from couler_jupyter.ir.value import Leaf, Text, leaves
from couler_jupyter.ir.workflow import Workflow


def places_in(
    workflow: Workflow, path: str = ""
) -> Iterator[tuple[Workflow | Step, str]]:
    """Yield a workflow and its steps, each with its path and followed by what is in it.

    Exit handlers come last.
    """
    yield workflow, path
    front = f"{path}/" if path else ""
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        yield step, f"{front}{step.name}"
        if isinstance(step.template, SubWorkflow):
            yield from places_in(step.template.workflow, f"{front}{step.name}")


def leaves_in(workflow: Workflow) -> Iterator[tuple[Leaf, str]]:
    """Yield every constant and reference, however deep, with the path of its step."""
    for one, path in places_in(workflow):
        for text in texts_in(one):
            for leaf in leaves(text):
                yield leaf, path


def texts_in(one: Workflow | Step) -> Iterator[Text]:
    """Yield the values and texts of a step, or those of a workflow beside its steps."""
    if isinstance(one, Step):
        yield from one.values()
        yield from texts_of(one.template)
        if one.retry is not None and one.retry.when is not None:
            yield from condition_values(one.retry.when)
        return
    for artifact in one.artifacts:
        if artifact.default is not None:
            yield from storage_values(artifact.default)
    for output in one.outputs:
        yield output.value
