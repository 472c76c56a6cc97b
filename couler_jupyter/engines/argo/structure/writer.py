"""The tasks of one template, and what they are called."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import TypeAlias

from couler_jupyter.engines.argo.names import Taken, port_name, task_name
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.carrying import (
    Carried,
    Ref,
    carried_in,
    pickle_port,
)
from couler_jupyter.engines.argo.structure.gathering import item_template
from couler_jupyter.engines.argo.structure.leaf import Leaves
from couler_jupyter.engines.argo.structure.looping import with_default, with_item
from couler_jupyter.engines.argo.structure.made import Made
from couler_jupyter.engines.argo.structure.own import in_task
from couler_jupyter.engines.argo.structure.scope import Scope
from couler_jupyter.engines.argo.structure.task import task_fields
from couler_jupyter.engines.argo.structure.wrapped import Wrapping
from couler_jupyter.engines.argo.templates import (
    Around,
    artifact_location,
    leaf_fields,
)
from couler_jupyter.engines.argo.terms import tag_of
from couler_jupyter.engines.argo.texts import text_of
from couler_jupyter.ir import (
    Json,
    OutputRef,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
)

Sub: TypeAlias = Callable[[Workflow, Step, Building, Carried], str]
"""Returns the template of a sub-workflow that a step runs."""


class TaskWriter:
    """Writes the tasks of one template.

    Attributes:
        building: the manifest.
        scope: what references are in the tasks.
        leaves: the leaf templates that they run.
    """

    def __init__(
        self, building: Building, scope: Scope, workflow: Workflow, sub: Sub
    ) -> None:
        self.building = building
        self.scope = scope
        around = building.around
        if workflow is not building.root.workflow:
            names = building.volumes.of(workflow)
            around = replace(around, pod=workflow.pod, nested=True, volumes=names)
        self.leaves = Leaves(building, scope, around)
        self._fail_fast = workflow.fail_fast
        self._sub = sub

    def task(self, step: Step, name: str) -> Object:
        """Return the task of a step, but for what it waits for."""
        crossing, around = self.building.root.crossing, self.building.around
        if self.scope.outermost and step.name in crossing.gates:
            return {"name": name, "template": self._gate(step, around)}
        if (own := in_task(step)) is not None:
            look_up = self.scope if step.loop is None else with_item(step, self.scope)
            rest = task_fields(name, "", step, look_up, repository=around.repository)
            del rest["template"]
            return {"name": name, **own, **rest}
        made = self.made_for(step)
        if self.scope.is_wrapped(step):
            wrapping = Wrapping(
                self.building.book,
                self.scope,
                made,
                self._fail_fast,
                around.image,
                around.repository,
            )
            return wrapping.task(step, name)
        look_up = self.scope if step.loop is None else with_item(step, self.scope)
        step = with_default(step, self.scope.makers)
        task = task_fields(
            name,
            made.template,
            step,
            look_up,
            made.passed,
            repository=around.repository,
        )
        is_part = isinstance(step.template, SubWorkflow)
        for port, ref in self.scope.carried.into.get(step.name, {}).items():
            passed: list[Json] = task["arguments"].setdefault("artifacts", [])
            called = pickle_port(port) if is_part else port_name(port)
            passed.append({"name": called, **self._pickled(ref), "optional": True})
        if self.scope.outermost and crossing.beside:
            for one in (task.get("arguments") or {}).get("artifacts") or ():
                one.update(crossing.beside.get((step.name, one["name"]), {}))
        return task

    def _gate(self, step: Step, around: Around) -> str:
        """Return the template of a task that waits until others have ended."""
        assert isinstance(step.template, Suspend)
        body = leaf_fields(step.template, lambda one: text_of(one, self.scope), around)
        return self.building.book.add("gate", body)

    def _pickled(self, ref: Ref) -> Object:
        """Return where the pickle beside a value comes from."""
        crossing = self.building.root.crossing
        if isinstance(ref, OutputRef) and ref in crossing.pickled:
            return artifact_location(
                crossing.place(ref),
                lambda text: text_of(text, self.scope),
                self.building.around.repository,
            )
        return {"from": tag_of(self.scope.pickle(ref))}

    def made_for(self, step: Step) -> Made:
        """Return the template that a step runs once."""
        made = self._made_once(step)
        if step.name in self.scope.gathered:
            return item_template(step, made, self.building.book)
        return made

    def _made_once(self, step: Step) -> Made:
        if not isinstance(step.template, SubWorkflow):
            return self.leaves.made_for(step)
        inner = step.template.workflow
        carried = self.scope.carried.inside.get(step.name)
        carried = carried_in(inner) if carried is None else carried
        own = (step.retry, step.timeout, step.cache, step.daemon)
        key = (id(inner), *own, carried.key)
        subs = self.building.subs
        if key not in subs:
            subs[key] = self._sub(inner, step, self.building, carried)
        return Made(subs[key])


def task_names(steps: Iterable[Step], *, digits: bool = True) -> dict[str, str]:
    """Return what steps are called in a DAG.

    Args:
        steps: the steps.
        digits: whether a name may begin with a digit; `depends` cannot say those.
    """
    taken = Taken()
    found: dict[str, str] = {}
    for step in steps:
        name = task_name(step.name)
        if not digits and name[0].isdigit():
            name = task_name(f"s-{name}")
        found[step.name] = taken.take(name)
    return found
