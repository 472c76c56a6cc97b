"""The groups of a big workflow: a template for each, and the tasks that run them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from couler_jupyter.engines.argo.names import Taken
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.grouped import Among, Inside
from couler_jupyter.engines.argo.structure.grouping import groups_of
from couler_jupyter.engines.argo.structure.leaving import outputs_from
from couler_jupyter.engines.argo.structure.scope import Scope
from couler_jupyter.engines.argo.terms import tag_of
from couler_jupyter.ir import Json, Step, Workflow


class Whole(Protocol):
    """What writes the tasks of a workflow."""

    workflow: Workflow
    building: Building

    def tasks_in(self, scope: Scope, steps: list[Step]) -> list[Object]:
        """Return the tasks of some of its steps, with their order among themselves."""
        ...

    def merged_tasks(self, body: Object, steps: list[Step]) -> Object:
        """Return a template with the extras of the steps in it."""
        ...

    def fast(self) -> Object:
        """Return whether a DAG of the workflow goes on when something failed."""
        ...


@dataclass(slots=True)
class _Part:
    task: str
    steps: list[Step]
    inside: Inside
    tasks: list[Object] = field(default_factory=list)


class Parts:
    """The groups of a workflow that has more steps than a DAG template takes.

    Attributes:
        around: what references are in the DAG of the groups.
    """

    def __init__(self, scope: Scope) -> None:
        workflow = scope.workflow
        groups = groups_of(workflow)
        taken = Taken()
        for name in scope.task.values():
            taken.take(name)
        home: dict[str, str] = {}
        self._groups: list[tuple[str, list[str]]] = []
        for index, group in enumerate(groups):
            name = scope.task[group[0]]
            if len(group) > 1:
                name = taken.take(f"part-{index + 1}")
                home |= dict.fromkeys(group, name)
            self._groups.append((name, group))
        self._home = home
        self._at = {one: task for task, members in self._groups for one in members}
        self.around = Among(scope, home)
        self._parts: dict[str, _Part] = {}
        self._single: dict[str, Object] = {}

    def write(self, whole: Whole) -> None:
        """Write the tasks of all groups, so that what they use of others is known."""
        steps = whole.workflow.by_name
        for name, group in self._groups:
            own = [steps[one] for one in group]
            if group[0] in self._home:
                inside = Inside(self.around, group)
                tasks = whole.tasks_in(inside, own)
                self._parts[name] = _Part(name, own, inside, tasks)
            else:
                (self._single[name],) = whole.tasks_in(self.around, own)

    def tasks(self, whole: Whole) -> list[Object]:
        """Return the tasks that run the groups, after their templates are made."""
        return [self._task(name, group, whole) for name, group in self._groups]

    def _task(self, name: str, group: list[str], whole: Whole) -> Object:
        if group[0] in self._home:
            part = self._parts[name]
            task: Object = {"name": name, "template": self._template(part, whole)}
            if arguments := part.inside.arguments():
                task["arguments"] = arguments
        else:
            task = self._single[name]
        if waits := self._waits(name, group, whole.workflow.dependencies):
            task["dependencies"] = waits
        return task

    def _template(self, part: _Part, whole: Whole) -> str:
        body: Object = {}
        if inputs := part.inside.taken():
            body["inputs"] = inputs
        if outputs := self._outputs(part):
            body["outputs"] = outputs
        if whole.workflow.parallelism is not None and not self.around.outermost:
            # the bound of the template around counts groups: one of them at once
            body["parallelism"] = whole.workflow.parallelism
        body["dag"] = {**whole.fast(), "tasks": part.tasks}
        body = whole.merged_tasks(body, part.steps)
        name = f"{whole.workflow.name}-{part.task}"
        return whole.building.book.add_alone(name, body)

    def _outputs(self, part: _Part) -> Object:
        left = self.around.left[part.task]
        outputs = outputs_from(
            ((name, leaf, "", "") for leaf, name in left.items()), part.inside
        )
        makers = (self.around.makers[one.name] for one in part.steps)
        skippable = {one.name for one in makers if one.when is not None}
        for leaf, name in left.items():
            if getattr(leaf, "step", "") in skippable:
                for one in (*outputs.get("parameters", ()),):
                    if one["name"] == name:
                        one["valueFrom"].setdefault("default", "[]")
                for one in (*outputs.get("artifacts", ()),):
                    if one["name"] == name:
                        one["optional"] = True
        pickles: list[Json] = [
            {"name": name, "from": tag_of(part.inside.pickle(ref)), "optional": True}
            for ref, name in self.around.pickled[part.task].items()
        ]
        if pickles:
            outputs["artifacts"] = [*outputs.get("artifacts", ()), *pickles]
        return outputs

    def _waits(
        self, own: str, group: list[str], dependencies: Mapping[str, tuple[str, ...]]
    ) -> list[str]:
        at = self._at
        waits = {at[name] for one in group for name in dependencies[one]} - {own}
        return [name for name, _ in self._groups if name in waits]
