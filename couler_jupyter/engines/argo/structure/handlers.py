"""The template that runs the exit handlers of a workflow."""

from __future__ import annotations

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.dag import TaskWriter, task_names
from couler_jupyter.engines.argo.structure.ending import handler_when
from couler_jupyter.engines.argo.structure.scope import AtEnd
from couler_jupyter.ir import Workflow


def exit_template(workflow: Workflow, building: Building) -> str:
    """Return the name of the template of the exit handlers; empty if there are none."""
    if not workflow.exit_handlers:
        return ""
    steps = [handler.step for handler in workflow.exit_handlers]
    task = task_names(steps)
    scope = AtEnd(workflow, task, outermost=True, root=building.root)
    writer = TaskWriter(building, scope, workflow)
    tasks: list[Object] = []
    for handler in workflow.exit_handlers:
        made = writer.task(handler.step, task[handler.step.name])
        if when := handler_when(handler, scope):
            made["when"] = when
        tasks.append(made)
    chosen = form(workflow.extras, "onExit")
    name = chosen if isinstance(chosen, str) else f"{workflow.name}-exit"
    body: Object = {"dag": {"failFast": False, "tasks": tasks}}
    return building.book.add(name, body, named=isinstance(chosen, str))
