"""The template that runs the exit handlers of a workflow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.engines.argo.extras import ENGINE, form, merge_tasks
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.dag import sub_template
from couler_jupyter.engines.argo.structure.ending import (
    handler_when,
    with_failures_asked,
)
from couler_jupyter.engines.argo.structure.scope import AtEnd
from couler_jupyter.engines.argo.structure.writer import TaskWriter, task_names
from couler_jupyter.ir import Extra, Workflow


def exit_template(
    workflow: Workflow, building: Building, steps_called: Mapping[str, str]
) -> str:
    """Return the name of the template of the exit handlers; empty if there are none.

    Args:
        workflow: the outermost workflow.
        building: the manifest.
        steps_called: what its steps are called.
    """
    if not workflow.exit_handlers:
        return ""
    steps = [handler.step for handler in workflow.exit_handlers]
    task = task_names(steps)
    scope = AtEnd(workflow, task, outermost=True, root=building.root)
    writer = TaskWriter(building, scope, workflow, sub_template)
    tasks: list[Object] = []
    for one in workflow.exit_handlers:
        handler = with_failures_asked(one, scope, steps_called)
        made = writer.task(handler.step, task[handler.step.name])
        if when := handler_when(handler, scope, steps_called):
            made["when"] = when
        tasks.append(made)
    name, layout = _chosen(workflow)
    if layout == "template":
        (only, *others), name = tasks, ""
        alone = only.keys() == {"name", "template"} and not others
        if alone and not any(_is_of_dag(one) for one in _extras_at_end(workflow)):
            return str(only["template"])
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


def _extras_at_end(workflow: Workflow) -> Iterator[Extra]:
    yield from workflow.extras
    for handler in workflow.exit_handlers:
        yield from handler.step.extras


def _is_of_dag(extra: Extra) -> bool:
    """Whether an extra has its place only in a template with tasks."""
    return extra.engine == ENGINE and extra.path.startswith(("onExit.", "task."))


def _chosen(workflow: Workflow) -> tuple[str, str]:
    """Return the name and the layout that were chosen for the template."""
    chosen = form(workflow.extras, "onExit") if workflow.extras else None
    if isinstance(chosen, dict):
        return str(chosen.get("template", "")), str(chosen.get("layout", "dag"))
    return (chosen, "dag") if isinstance(chosen, str) else ("", "dag")
