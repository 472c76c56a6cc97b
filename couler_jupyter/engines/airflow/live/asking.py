"""What a person types in for a step that waits for it, as Airflow takes it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, Step, SubWorkflow, Suspend, Workflow
from couler_jupyter.ir.given import outputs_of
from couler_jupyter.ir.parameter import OutputParameter

GO_ON = "Go on"
"""The only answer that a DAG file offers beside what is typed in."""
_ITEM_OR_TURN = re.compile(r"\[\d+\]|#\d+")


def typed_for(
    workflow: Workflow, path: str, given: Mapping[str, Json]
) -> dict[str, Json]:
    """Return a value for each output of a step that waits for a person.

    Raises:
        UsageFailed: with everything that is missing, unknown or none of the choices.
    """
    step = _step_at(workflow, path)
    if not isinstance(step.template, Suspend) or step.template.seconds is not None:
        raise UsageFailed(f"step {path!r} waits for nobody")
    asked = [one for one in outputs_of(step) if isinstance(one, OutputParameter)]
    if faults := list(_faults(asked, given)):
        raise UsageFailed(f"step {path!r}: {'; '.join(faults)}")
    return {
        one.name: given[one.name]
        if one.name in given or one.default is None
        else one.default.value
        for one in asked
    }


def _faults(asked: list[OutputParameter], given: Mapping[str, Json]) -> Iterator[str]:
    names = [one.name for one in asked]
    for name in given:
        if name not in names:
            yield f"it has no output {name!r}"
    for one in asked:
        if one.name not in given:
            if one.default is None:
                yield f"output {one.name!r} must be given"
        elif one.choices and given[one.name] not in [
            each.value for each in one.choices
        ]:
            choices = ", ".join(each.json for each in one.choices)
            yield f"output {one.name!r} must be one of {choices}"


def _step_at(workflow: Workflow, path: str) -> Step:
    *around, last = _ITEM_OR_TURN.sub("", path).split("/")
    for name in around:
        inner = workflow.by_name[name].template
        assert isinstance(inner, SubWorkflow)
        workflow = inner.workflow
    steps = (*workflow.steps, *(one.step for one in workflow.exit_handlers))
    return next(one for one in steps if one.name == last)
