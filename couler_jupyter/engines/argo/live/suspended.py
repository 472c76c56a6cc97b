"""A suspended step: which node it is, and whether what a person gives will do."""

from __future__ import annotations

import json
from collections.abc import Mapping

from couler_jupyter.engines.argo.live.step_paths import StepPaths, retries_in
from couler_jupyter.engines.argo.live.surgery import is_suspended
from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import (
    Constant,
    Json,
    OutputParameter,
    Step,
    ValueType,
    Workflow,
    as_text,
)
from couler_jupyter.ir.given import outputs_of


def node_of(
    workflow: Workflow, found: Json, nodes: Mapping[str, Json], path: str
) -> tuple[str, Step | None]:
    """Return the id of the node that waits for the step at `path`, and the step.

    Raises:
        UsageFailed: none does (any more).
    """
    paths = StepPaths(workflow, found["metadata"]["name"])
    retries = retries_in(nodes)
    for key, node in nodes.items():
        if is_suspended(node):
            place = paths.place(node, nodes, retries)
            if place.shown and place.path == path:
                return key, place.step
    raise UsageFailed(f"step {path!r} is not suspended any more")


def texts_for(
    step: Step | None, path: str, given: Mapping[str, Json]
) -> dict[str, str]:
    """Return what a person gave as Argo takes it.

    Raises:
        UsageFailed: with everything that is missing, unknown or of the wrong type.
    """
    if step is None:
        return {name: as_text(value) for name, value in given.items()}
    wanted = {
        one.name: one for one in outputs_of(step) if isinstance(one, OutputParameter)
    }
    faults = [f"it has no output {name!r}" for name in given if name not in wanted]
    faults += [
        f"output {name!r} must be given"
        for name, one in wanted.items()
        if name not in given and one.default is None
    ]
    faults += [
        fault
        for name, value in given.items()
        if name in wanted and (fault := _fault(wanted[name], value))
    ]
    if faults:
        raise UsageFailed(f"step {path!r}: {'; '.join(faults)}")
    return {port_name(name): as_text(value) for name, value in given.items()}


def _fault(wanted: OutputParameter, value: Json) -> str:
    read = value
    if isinstance(value, str) and wanted.type is not ValueType.STRING:
        try:
            read = json.loads(value)
        except ValueError:
            read = value
    if not wanted.type.admits(read) and not wanted.type.admits(value):
        return f"output {wanted.name!r} is {as_text(value)!r}; it is {wanted.type.with_article}"
    choices = [one.value for one in wanted.choices]
    if choices and read not in choices and value not in choices:
        some = ", ".join(Constant.of(one).json for one in choices)
        return f"output {wanted.name!r} must be one of {some}"
    return ""
