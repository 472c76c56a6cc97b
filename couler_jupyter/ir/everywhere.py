"""What stands in a workflow and in the workflows that are its steps, and where.

Places are told by the path of the step: `tune/fit` for one inside a sub-workflow, and
empty for what belongs to the workflow itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeAlias, cast

from couler_jupyter.ir.constant import Constant
from couler_jupyter.ir.step import Step, condition_values, storage_values
from couler_jupyter.ir.template import SubWorkflow
from couler_jupyter.ir.validate_template import texts_of
from couler_jupyter.ir.value import Leaf, OutputRef, Text, leaves
from couler_jupyter.ir.workflow import Workflow

Shared: TypeAlias = dict[int, tuple[Leaf, ...]]
"""What templates hold, by their identity."""
_PLAIN = frozenset({Constant, OutputRef})


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
    shared: Shared = {}
    for one, path in places_in(workflow):
        for leaf in leaves_of(one, shared):
            yield leaf, path


def leaves_of(one: Workflow | Step, shared: Shared) -> Iterator[Leaf]:
    """Yield the constants and references of a step, or of a workflow beside its steps.

    Args:
        one: the step or workflow.
        shared: what templates hold that were seen before, by their identity, since
            many steps may share one; to begin with, empty.
    """
    for text in _texts_beside_templates(one):
        if type(text) in _PLAIN:  # what most are
            yield cast("Leaf", text)
        else:
            yield from leaves(text)
    if isinstance(one, Step):
        known = shared.get(id(one.template))
        if known is None:
            texts = texts_of(one.template)
            known = tuple(leaf for text in texts for leaf in leaves(text))
            shared[id(one.template)] = known
        yield from known


def _texts_beside_templates(one: Workflow | Step) -> Iterator[Text]:
    if isinstance(one, Step):
        yield from one.values()
        if one.retry is not None and one.retry.when is not None:
            yield from condition_values(one.retry.when)
        return
    for artifact in one.artifacts:
        if artifact.default is not None:
            yield from storage_values(artifact.default)
    for output in one.outputs:
        yield output.value
