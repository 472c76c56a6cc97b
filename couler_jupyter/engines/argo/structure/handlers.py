"""The template that runs the exit handlers of a workflow."""

from __future__ import annotations

from couler_jupyter.engines.argo.extras import form, merge_tasks
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.dag import sub_template
from couler_jupyter.engines.argo.structure.ending import handler_when
from couler_jupyter.engines.argo.structure.scope import AtEnd
from couler_jupyter.engines.argo.structure.writer import TaskWriter, task_names
from couler_jupyter.ir import Workflow


def exit_template(workflow: Workflow, building: Building) -> str:
    """Return the name of the template of the exit handlers; empty if there are none."""
    if not workflow.exit_handlers:
        return ""
    steps = [handler.step for handler in workflow.exit_handlers]
    task = task_names(steps)
    scope = AtEnd(workflow, task, outermost=True, root=building.root)
    writer = TaskWriter(building, scope, workflow, sub_template)
    tasks: list[Object] = []
    for handler in workflow.exit_handlers:
        made = writer.task(handler.step, task[handler.step.name])
        if when := handler_when(handler, scope):
            made["when"] = when
        tasks.append(made)
    name, layout = _chosen(workflow)
    if (
        layout == "template"
        and len(tasks) == 1
        and tasks[0].keys() == {"name", "template"}
    ):
        return str(tasks[0]["template"])
    body: Object = {"dag": {"failFast": False, "tasks": tasks}}
    if layout == "steps":
        body = {"steps": [tasks]}
    body = merge_tasks(
        body,
        workflow.extras,
        {task[step.name]: step.extras for step in steps if step.extras},
        lambda extra, why: building.report(f"workflow {workflow.name!r}", extra, why),
        head="onExit",
    )
    wanted = name or f"{workflow.name}-exit"
    return building.book.add(wanted, body, named=bool(name))


def _chosen(workflow: Workflow) -> tuple[str, str]:
    """Return the name and the layout that were chosen for the template."""
    chosen = form(workflow.extras, "onExit") if workflow.extras else None
    if isinstance(chosen, dict):
        return str(chosen.get("template", "")), str(chosen.get("layout", "dag"))
    return (chosen, "dag") if isinstance(chosen, str) else ("", "dag")
