"""Whether what a person typed in will do, before it is sent to the run."""

from __future__ import annotations

import re
from collections.abc import Mapping

from couler_jupyter.engines.local.scheduling.evaluate import Unfit
from couler_jupyter.engines.local.scheduling.typed_in import typed_in
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json, Step, SubWorkflow, Suspend, Workflow

_ITEM_OR_TURN = re.compile(r"\[\d+\]|#\d+")


def check_resume(workflow: Workflow, path: str, given: Mapping[str, Json]) -> None:
    """Check what is given to the suspended step at `path`.

    Raises:
        UsageFailed: with everything that is missing, unknown, or of the wrong type.
    """
    template = step_at(workflow, path).template
    if not isinstance(template, Suspend):
        raise UsageFailed(f"step {path!r} waits for nobody")
    try:
        typed_in(template, given)
    except Unfit as error:
        raise UsageFailed(f"step {path!r}: {error}") from None


def step_at(workflow: Workflow, path: str) -> Step:
    """Return the step that a path of a run is of.

    Raises:
        KeyError: there is none.
    """
    *around, last = _ITEM_OR_TURN.sub("", path).split("/")
    for name in around:
        inner = _named(workflow, name).template
        if not isinstance(inner, SubWorkflow):
            raise KeyError(path)
        workflow = inner.workflow
    return _named(workflow, last)


def _named(workflow: Workflow, name: str) -> Step:
    handlers = {one.step.name: one.step for one in workflow.exit_handlers}
    return workflow.by_name.get(name) or handlers[name]
