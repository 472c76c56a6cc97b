"""What in a workflow is written in the words of one engine, and where."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from couler_jupyter.ir.condition import atoms
from couler_jupyter.ir.step import Extra, Step, condition_values
from couler_jupyter.ir.template import SubWorkflow
from couler_jupyter.ir.validate_template import texts_of
from couler_jupyter.ir.value import Raw, Text, leaves
from couler_jupyter.ir.workflow import Workflow


def own_words(workflow: Workflow) -> Iterator[tuple[Extra | Raw, str]]:
    """Yield each extra and raw expression with the path of its step.

    The path is empty for the workflow itself and `tune/fit` inside a sub-workflow.
    """
    yield from ((extra, "") for extra in workflow.extras)
    for output in workflow.outputs:
        yield from ((raw, "") for raw in _raws((output.value,)))
    for step in (*workflow.steps, *(one.step for one in workflow.exit_handlers)):
        yield from ((found, step.name) for found in _of_step(step))
        if isinstance(step.template, SubWorkflow):
            for found, inner in own_words(step.template.workflow):
                yield found, f"{step.name}/{inner}" if inner else step.name


def _of_step(step: Step) -> Iterator[Extra | Raw]:
    yield from step.extras
    yield from _raws(step.values())
    yield from _raws(texts_of(step.template))
    for condition in step.conditions():
        yield from (atom for atom in atoms(condition) if isinstance(atom, Raw))
    if step.retry is not None and step.retry.when is not None:
        yield from _raws(condition_values(step.retry.when))


def _raws(texts: Iterable[Text]) -> Iterator[Raw]:
    for text in texts:
        yield from (leaf for leaf in leaves(text) if isinstance(leaf, Raw))
