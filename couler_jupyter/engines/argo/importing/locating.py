"""Steps of an imported workflow with where their tasks stand in the text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.importing.fields import Object, text_at
from couler_jupyter.engines.argo.importing.whole import spec_of, spec_path
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.yaml_reading import Read
from couler_jupyter.ir import ExitHandler, Json, Origin, Step, SubWorkflow, Workflow


def located(workflow: Workflow, read: Read, place: str) -> Workflow:
    """Return a workflow whose steps say where they were written.

    Args:
        workflow: what was read.
        read: what it was read from.
        place: the file, as it is shown.
    """
    manifest: Object = read.value
    head = (*spec_path(text_at(manifest, "kind")), "templates")
    origins = {
        name: Origin(place, read.place((*head, *path)).line)
        for name, path in _places(spec_of(manifest).get("templates"))
    }
    return _Locating(origins).workflow(workflow)


def _places(templates: Json) -> Iterator[tuple[tuple[str, str], Path]]:
    """Yield where tasks stand, by the names of their templates and their own.

    A template by itself stands under no name of a template.
    """
    for at, node in enumerate(templates if isinstance(templates, list) else ()):
        name = node.get("name") if isinstance(node, dict) else None
        if not isinstance(name, str):
            continue
        yield ("", name), (at,)
        dag, groups = node.get("dag"), node.get("steps")
        tasks: Json = dag.get("tasks") if isinstance(dag, dict) else None
        for index, task in enumerate(tasks if isinstance(tasks, list) else ()):
            yield (name, _name(task)), (at, "dag", "tasks", index)
        for row, group in enumerate(groups if isinstance(groups, list) else ()):
            for index, task in enumerate(group if isinstance(group, list) else ()):
                yield (name, _name(task)), (at, "steps", row, index)


def _name(task: Json) -> str:
    return str(task.get("name")) if isinstance(task, dict) else ""


class _Locating:
    """Tells steps where they were written; workflows that are shared stay so."""

    def __init__(self, origins: Mapping[tuple[str, str], Origin]) -> None:
        self._origins = origins
        self._made: dict[int, Workflow] = {}

    def workflow(self, workflow: Workflow) -> Workflow:
        made = self._made.get(id(workflow))
        if made is None:
            made = self._made[id(workflow)] = self._workflow(workflow)
        return made

    def _workflow(self, workflow: Workflow) -> Workflow:
        dag = str(form(workflow.extras, "entrypoint") or "")
        if form(workflow.extras, "layout") == "template":
            dag = ""
        chosen = form(workflow.extras, "onExit")
        at_end: Mapping[str, Json] = chosen if isinstance(chosen, dict) else {}
        last = str(at_end.get("template", ""))
        alone = at_end.get("layout") == "template"
        steps = [self._step(one, (dag, one.name)) for one in workflow.steps]
        handlers = [
            ExitHandler(
                step=self._step(
                    one.step, ("", last) if alone else (last, one.step.name)
                ),
                on=one.on,
            )
            for one in workflow.exit_handlers
        ]
        return replace(workflow, steps=tuple(steps), exit_handlers=tuple(handlers))

    def _step(self, step: Step, place: tuple[str, str]) -> Step:
        template = step.template
        if isinstance(template, SubWorkflow):
            template = SubWorkflow(workflow=self.workflow(template.workflow))
        return replace(step, template=template, origin=self._origins.get(place))
