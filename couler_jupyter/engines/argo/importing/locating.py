"""Steps of an imported workflow with where their tasks stand in the text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from couler_jupyter.engines.argo.extras import form
from couler_jupyter.engines.argo.importing.whole import spec_of, spec_path
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.kube.reading.fields import (
    Object,
    list_at,
    object_at,
    objects_at,
    text_at,
)
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
        for name, path in _places(objects_at(spec_of(manifest), "templates"))
    }
    return _Locating(origins).workflow(workflow)


def _places(templates: Iterable[Object]) -> Iterator[tuple[tuple[str, str], Path]]:
    """Yield where tasks stand, by the names of their templates and their own.

    A template by itself stands under no name of a template.
    """
    for at, node in enumerate(templates):
        name = text_at(node, "name")
        yield ("", name), (at,)
        for index, task in enumerate(objects_at(object_at(node, "dag"), "tasks")):
            yield (name, text_at(task, "name")), (at, "dag", "tasks", index)
        for row, group in enumerate(list_at(node, "steps")):
            for index, task in enumerate(group):
                yield (name, text_at(task, "name")), (at, "steps", row, index)


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
