"""A workflow as a DAG template, or as one of steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import cast

from couler_jupyter.engines.argo.conditions import condition_expression
from couler_jupyter.engines.argo.extras import form, merge_tasks
from couler_jupyter.engines.argo.names import Taken
from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.carrying import (
    Carried,
    carried_in,
    pickle_port,
)
from couler_jupyter.engines.argo.structure.grouping import MOST_TASKS
from couler_jupyter.engines.argo.structure.inner_ending import with_handlers_as_steps
from couler_jupyter.engines.argo.structure.leaving import outputs_of
from couler_jupyter.engines.argo.structure.parts import Parts
from couler_jupyter.engines.argo.structure.scope import Scope
from couler_jupyter.engines.argo.structure.verdict import (
    BODY,
    needs_verdict,
    verdict_depends,
)
from couler_jupyter.engines.argo.structure.waiting import depends_of, needs_depends
from couler_jupyter.engines.argo.structure.writer import TaskWriter, task_names
from couler_jupyter.engines.argo.templates import input_fields, step_fields
from couler_jupyter.engines.argo.terms import tag_of
from couler_jupyter.engines.argo.texts import text_of
from couler_jupyter.ir import (
    Condition,
    Extra,
    Step,
    Text,
    Workflow,
)
from couler_jupyter.ir.template import Input


class Dag:
    """One workflow that becomes templates.

    Attributes:
        workflow: the workflow.
        building: the manifest it goes into.
        outermost: whether it is what the run runs.
        carried: what goes as pickles in it.
    """

    def __init__(
        self,
        workflow: Workflow,
        building: Building,
        *,
        outermost: bool,
        carried: Carried | None = None,
        flat: bool = False,
    ) -> None:
        self.workflow = workflow
        self.building = building
        self.outermost = outermost
        self.groups = _groups(workflow)
        self.depends = self.groups is None and needs_depends(workflow)
        self.task = task_names(workflow.steps, digits=not self.depends)
        self.parts: Parts | None = None
        if carried is None:
            root = building.root
            carried = carried_in(workflow, root.exports, crossing=root.crossing)
        self.carried = carried
        self.scope = Scope(
            workflow,
            self.task,
            outermost=outermost,
            root=building.root,
            prefix="tasks" if self.groups is None else "steps",
            carried=carried,
        )
        self.verdict = self.depends and needs_verdict(workflow)
        crowded = len(workflow.steps) + self.verdict > MOST_TASKS
        if self.groups is None and crowded and not flat:
            self.parts = Parts(self.scope)
            self.scope = self.parts.around
        self.writer = TaskWriter(building, self.scope, workflow, sub_template)

    def template(self, step: Step | None = None) -> str:
        """Return the name of the template that runs the workflow.

        Args:
            step: whose template it is; None for the outermost.
        """
        layout = form(self.workflow.extras, "layout") if self.workflow.extras else None
        if layout == "template" and len(self.workflow.steps) == 1:
            return self.writer.made_for(self.workflow.steps[0]).template
        body = self._head() | self._body()
        if step is not None:
            body |= step_fields(step, self.text, self._condition)
        body = self._with_extras(body)
        chosen = form(self.workflow.extras, "entrypoint")
        name = chosen if isinstance(chosen, str) else self.workflow.name
        return self.building.book.add(name, body, named=isinstance(chosen, str))

    def _head(self) -> Object:
        ports: tuple[Input, ...] = self.workflow.artifacts
        if not self.outermost:
            ports = (*self.workflow.parameters, *ports)
        made = input_fields(ports, self.text, self.building.around, None)
        if self.carried.came:
            made["artifacts"] = [
                *made.get("artifacts", ()),
                *(_pickle(one.name) for one in ports if one.name in self.carried.came),
            ]
        return {"inputs": made} if made else {}

    def _body(self) -> Object:
        """Return the graph and what comes of it.

        Outputs first: what is used of a group has to be known before it is closed.
        """
        made: Object = {}
        if self.parts is not None:
            self.parts.write(self)
        outputs = outputs_of(self.workflow, self.scope)
        for name, ref in self.carried.left.items():
            source = {**_pickle(name), "from": tag_of(self.scope.pickle(ref))}
            outputs["artifacts"] = [*outputs.get("artifacts", ()), source]
        if outputs:
            made["outputs"] = outputs
        if self.workflow.parallelism is not None and not self.outermost:
            bound = self.workflow.parallelism
            made["parallelism"] = bound if self.parts is None else 1
        if self.groups is None:
            return made | {"dag": {**self.fast(), "tasks": self._tasks()}}
        steps = self.workflow.by_name
        groups = [
            [self.writer.task(steps[name], self.task[name]) for name in group]
            for group in self.groups
        ]
        return made | {"steps": groups}

    def _tasks(self) -> list[Object]:
        if self.parts is not None:
            return self.parts.tasks(self)
        return self.tasks_in(self.scope, [*self.workflow.steps])

    def tasks_in(self, scope: Scope, steps: list[Step]) -> list[Object]:
        """Return the tasks of some steps, with their order among themselves."""
        writer = self.writer
        if scope is not self.scope:
            writer = TaskWriter(self.building, scope, self.workflow, sub_template)
        task = {step.name: self.task[step.name] for step in steps}
        tasks = [self._waiting(step, writer, task) for step in steps]
        if self.verdict and len(steps) > 1:
            tasks.append(self._verdict(steps, task))
        return tasks

    def _verdict(self, steps: list[Step], task: Mapping[str, str]) -> Object:
        taken = Taken()
        for name in task.values():
            taken.take(name)
        return {
            "name": taken.take("verdict"),
            "template": self.building.book.add("verdict", BODY),
            "depends": verdict_depends(steps, self.workflow, task),
        }

    def merged_tasks(self, body: Object, steps: list[Step]) -> Object:
        """Return a template with the extras of the steps in it."""
        return self._merged(body, (), steps)

    def fast(self) -> Object:
        """Return whether a DAG of the workflow goes on when something failed."""
        return {} if self.workflow.fail_fast else {"failFast": False}

    def _waiting(
        self, step: Step, writer: TaskWriter, task: Mapping[str, str]
    ) -> Object:
        made = writer.task(step, self.task[step.name])
        if self.depends:
            if text := depends_of(step, self.workflow, task):
                made["depends"] = text
            return made
        waits = self.workflow.dependencies[step.name]
        if names := [task[name] for name in waits if name in task]:
            made["dependencies"] = names
        return made

    def _with_extras(self, body: Object) -> Object:
        steps = self.workflow.steps if self.parts is None else ()
        return self._merged(body, self.workflow.extras, steps)

    def _merged(
        self, body: Object, extras: tuple[Extra, ...], steps: Iterable[Step]
    ) -> Object:
        of_tasks = {self.task[one.name]: one.extras for one in steps if one.extras}
        if not extras and not of_tasks:
            return body
        where = f"workflow {self.workflow.name!r}"
        return merge_tasks(
            body,
            extras,
            of_tasks,
            lambda extra, why: self.building.report(where, extra, why),
        )

    def text(self, text: Text) -> str:
        """Return a text as it is in the tasks."""
        return text_of(text, self.scope)

    def _condition(self, condition: Condition) -> str:
        return condition_expression(condition, self.scope)


def sub_template(
    workflow: Workflow, step: Step, building: Building, carried: Carried
) -> str:
    """Return the name of the template of a sub-workflow that `step` runs."""
    if workflow.exit_handlers:
        workflow = with_handlers_as_steps(workflow)
        building.kept.append(workflow)
        carried = carried_in(
            workflow, came=carried.came, asked=carried.asked, plain=carried.used
        )
    return Dag(workflow, building, outermost=False, carried=carried).template(step)


def _pickle(name: str) -> Object:
    return {"name": pickle_port(name), "optional": True}


def _groups(workflow: Workflow) -> list[list[str]] | None:
    layout = form(workflow.extras, "layout") if workflow.extras else None
    if not isinstance(layout, list):
        return None
    return cast("list[list[str]]", layout)
