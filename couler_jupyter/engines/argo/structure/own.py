"""Foreign templates that are no template of the manifest: a whole spec, a reference.

A task that runs a template of another manifest, or one written in the task itself, names
it there. A manifest whose spec could not be said otherwise is one such template.
"""

from __future__ import annotations

from couler_jupyter.engines.argo.extras import ENGINE, SPEC
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.ir import Foreign, Step, Workflow

IN_TASK = frozenset({"templateRef", "inline"})
"""Kinds of foreign templates that stand in the task."""


def in_task(step: Step) -> Object | None:
    """Return what a task says instead of the name of a template, or None."""
    template = step.template
    if isinstance(template, Foreign) and template.kind in IN_TASK:
        body: Object = template.body.value
        if body.keys() == {template.kind}:
            return body
    return None


def with_own_spec(manifest: Object, workflow: Workflow) -> Object:
    """Return a manifest with the spec that the one step of a workflow holds, if it does."""
    if len(workflow.steps) != 1 or workflow.exit_handlers:
        return manifest
    template = workflow.steps[0].template
    if not isinstance(template, Foreign) or template.engine != ENGINE:
        return manifest
    if template.kind != SPEC:
        return manifest
    return {**manifest, "spec": template.body.value}
