"""What starts a WorkflowTemplate when an event comes: a WorkflowEventBinding.

The workflow's one step refers to the template; its parameters are what the event gives.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.argo.extras import ENGINE
from couler_jupyter.engines.argo.templates import Fields, said
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Foreign, Pod, Workflow

BINDING = "WorkflowEventBinding"
REFERENCE = "workflowTemplateRef"
"""Kind of a foreign template that is a whole WorkflowTemplate of the cluster."""
LISTENS = "spec.event.selector"
"""The extra that says which events start it."""
_UNSAID = ("parallelism", "timeout", "priority", "ttl", "volumes", "schedule")


def binding_spec(spec: Fields) -> Fields:
    """Return the spec of a WorkflowEventBinding that starts a workflow of this spec.

    What it refers to and listens for is added to it.
    """
    return {"event": {}, "submit": said(arguments=spec.get("arguments"))}


def binding_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield what a WorkflowEventBinding cannot be, of a workflow that is to be one."""
    template = workflow.steps[0].template if len(workflow.steps) == 1 else None
    where = f"workflow {workflow.name!r}"
    if not isinstance(template, Foreign) or template.engine != ENGINE:
        what = f"its one step must be a foreign one of kind {REFERENCE}"
        yield Problem(where, f"a {BINDING} starts a template of the cluster: {what}")
        return
    if template.kind != REFERENCE:
        return
    unsaid = [name for name in _UNSAID if getattr(workflow, name)]
    unsaid += ["pod"] if workflow.pod != Pod() else []
    if unsaid:
        what = f"a {BINDING} has no word for its {', '.join(unsaid)}"
        yield Problem(where, f"{what}; it must stand in the template itself")
    if not any(one.path == LISTENS for one in workflow.extras):
        what = f"a {BINDING} must say what it listens for: extra {LISTENS!r}"
        yield Problem(where, what)
