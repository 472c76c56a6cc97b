"""A manifest that runs all of another one, which the cluster has: one step that says so."""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.argo.whole.bindings import BINDING, LISTENS, REFERENCE
from couler_jupyter.engines.kube.reading.fields import NoWord, Object, object_at
from couler_jupyter.ir import (
    Argument,
    Constant,
    Extra,
    Foreign,
    Input,
    ParameterRef,
    Step,
    Workflow,
    name_fault,
)


def refers(spec: Object) -> bool:
    """Return whether a spec names a WorkflowTemplate and has no templates of its own."""
    return REFERENCE in spec and not spec.get("templates")


def listening(manifest: Object) -> tuple[Extra, ...]:
    """Return what a WorkflowEventBinding listens for, as the extra that says so.

    Raises:
        NoWord: it does not say that.
    """
    if manifest.get("kind") != BINDING:
        return ()
    event = object_at(object_at(manifest, "spec"), "event")
    if "selector" not in event:
        raise NoWord(f"the event of a {BINDING} has no selector")
    return (Extra(engine="argo", path=LISTENS, value=Constant.of(event["selector"])),)


def of_reference(
    spec: Object, around: dict[str, Any], extras: tuple[Extra, ...]
) -> Workflow:
    """Return the workflow whose one step is a WorkflowTemplate of the cluster.

    What the run is given is what the step is given.

    Args:
        spec: the spec of the workflow.
        around: fields of the workflow, as read.
        extras: of the workflow.

    Raises:
        NoWord: the reference has no name.
    """
    reference = object_at(spec, REFERENCE)
    name = reference.get("name")
    if not isinstance(name, str) or not name:
        raise NoWord(f"{REFERENCE} has no name")
    ports: tuple[Input, ...] = (*around["parameters"], *around["artifacts"])
    template = Foreign(
        engine="argo",
        kind=REFERENCE,
        body=Constant.of({REFERENCE: reference}),
        inputs=ports,
    )
    step = Step(
        name=name if name_fault(name) is None else "all",
        template=template,
        arguments=tuple(Argument(one.name, ParameterRef(one.name)) for one in ports),
    )
    return Workflow(**around, steps=(step,), extras=extras)
