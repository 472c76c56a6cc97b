"""A workflow as tasks and groups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from couler_jupyter.engines.airflow.boxes import made_of
from couler_jupyter.engines.airflow.extras import task_words
from couler_jupyter.engines.airflow.literals import Code
from couler_jupyter.engines.airflow.names import item_name, task_name, variable
from couler_jupyter.engines.airflow.ports import inputs_said
from couler_jupyter.engines.airflow.reliability import reliability_words, retry_said
from couler_jupyter.engines.airflow.setting import Setting
from couler_jupyter.engines.airflow.task import Group, Task, Waits, awaited, waits_of
from couler_jupyter.engines.airflow.trees import Trees
from couler_jupyter.engines.airflow.unrolling import known_items
from couler_jupyter.ir import (
    ExitHandler,
    ItemRef,
    Items,
    Json,
    OutputParameter,
    Over,
    Range,
    Step,
    SubWorkflow,
    Workflow,
    leaves,
)
from couler_jupyter.ir.given import outputs_of
from couler_jupyter.ir.step import condition_values
from couler_jupyter.ir.template import inputs_of, output_names

Said = dict[str, Any]


@dataclass
class Building:
    """What is made of a workflow.

    Attributes:
        steps: what the prelude's `STEPS` says of each path.
        tasks: what stands in the DAG, in order.
    """

    setting: Setting
    known: dict[str, tuple[str, str]]
    priority: int | None = None
    steps: dict[str, Said] = field(default_factory=dict[str, Said])

    def build(self, workflow: Workflow) -> tuple[Task | Group, ...]:
        """Return the tasks and groups of a whole workflow."""
        return tuple(Scope(self, workflow, "", "", "").tasks())


@dataclass(frozen=True, slots=True)
class Scope:
    """One workflow on its way to tasks.

    Attributes:
        path: of the step that it is; group: the id of its group, with a dot behind.
        mapped: the id of the group around it that is mapped.
    """

    building: Building
    workflow: Workflow
    path: str
    group: str
    mapped: str

    @property
    def trees(self) -> Trees:
        """What writes the values of its steps."""
        return Trees(f"{self.path}/" if self.path else "", self.building.known)

    def tasks(self) -> list[Task | Group]:
        """Return the tasks and groups of the steps, and what stands around them."""
        made: list[Task | Group] = []
        handlers = self.workflow.exit_handlers
        for name in self.workflow.order:
            made += self._of_step(self.workflow.by_name[name])
        if self.path and handlers:
            made.append(self._ending("verdict"))
        elif self.path or self._needs_ending():
            made.append(self._ending("ending"))
            if handlers:
                made.append(_outcome())
        for handler in handlers:
            on = tuple(one.value for one in handler.on)
            made += self._of_handler(handler.step, on)
        if self.path and handlers:
            made.append(self._ending("ending", handlers))
        return made

    def _needs_ending(self) -> bool:
        flow = self.workflow
        return bool(flow.exit_handlers or flow.outputs or flow.fail_fast) or any(
            self._waits(step).soft for step in flow.steps
        )

    def _waits(self, step: Step) -> Waits:
        return waits_of(step, self.workflow, self.trees)

    def _common(self, path: str) -> Said:
        said: Said = {"path": path}
        if self.path:
            said["inside"] = f"{self.group}begin"
        if self.mapped:
            said["group"] = self.mapped
        return said

    def _before(self, step: Step) -> tuple[str, ...]:
        """Return the tasks that tell how what a step waits for ended."""
        paths = (self.trees.path(one) for one in step.dependencies)
        found = [task for one in paths for task in enders(self.steps[one])]
        if not found and self.path:
            found = [f"{self.group}begin"]
        return tuple(found)

    @property
    def steps(self) -> dict[str, Said]:
        """What is known of all steps so far."""
        return self.building.steps

    def _of_step(self, step: Step) -> list[Task | Group]:
        path, name = self.trees.path(step.name), task_name(step.name)
        waits = self._waits(step)
        said = self._common(path) | waits.said
        if step.when is not None:
            said["when"] = self.trees.condition(step.when)
        if self.workflow.fail_fast:
            others = (one.name for one in self.workflow.steps if one is not step)
            said["fail_fast"] = tuple(map(self.trees.path, others))
        rule = {"trigger_rule": "all_done" if waits.soft else "none_failed"}
        before = self._before(step)
        if self.mapped and (known := known_items(step)) is not None:
            return self._unrolled(step, said, rule, before, known)
        made: list[Task | Group] = []
        expand, items = self._items(step, name)
        if isinstance(items, str):
            giver = self._giver(step, said, rule, before, items)
            made.append(giver)
            before, rule = (items,), {"trigger_rule": "none_failed"}
            said = self._common(path)
            if step.when is not None and _asks_item(step):
                said["when"] = self.trees.condition(step.when)
        if isinstance(step.template, SubWorkflow):
            begun = self._begin(step, said, rule, before, expand is not None)
            made.append(self._group(step, begun, expand))
            self._know(step, f"{self.group}{task_name(step.name)}.ending", items)
            return made
        self._know(step, f"{self.group}{name}", items)
        made.append(self._task(step, name, said, rule, before, expand=expand))
        return made

    def _unrolled(
        self,
        step: Step,
        said: Said,
        rule: Said,
        before: tuple[str, ...],
        known: tuple[Json, ...],
    ) -> list[Task | Group]:
        """Return a task or group for each item, where Airflow expands none."""
        made: list[Task | Group] = []
        for number, item in enumerate(known):
            mine = {**said, "item": item}
            if isinstance(step.template, SubWorkflow):
                begun = self._begin(step, mine, rule, before, False)
                made.append(self._group(step, begun, None, number))
            else:
                name = item_name(step.name, number)
                made.append(self._task(step, name, mine, rule, before))
        ending = ".ending" if isinstance(step.template, SubWorkflow) else ""
        tasks = tuple(f"{self.group}{one.id}{ending}" for one in made)
        self._know(step, tasks[0], len(known), tasks)
        return made

    def _task(
        self,
        step: Step,
        name: str,
        said: Said,
        rule: Said,
        before: tuple[str, ...],
        *,
        expand: Code | list[Any] | None = None,
        teardown: bool = False,
    ) -> Task:
        """Return the task of a step whose template is a single one."""
        kind, own, options = made_of(
            step, self.workflow, self.trees, self.building.setting
        )
        return Task(
            id=name,
            kind=kind,
            step={
                **said,
                **own,
                **_repeat(step, self.trees),
                **retry_said(step, self.trees),
            },
            options={**rule, **self._words(step), **options},
            before=before,
            expand=expand,
            teardown=teardown,
        )

    def _words(self, step: Step) -> Said:
        most = step.loop.parallelism if step.loop else None
        lanes = {"max_active_tis_per_dagrun": most} if most else {}
        old = self.building.setting.old
        return {**reliability_words(step, old), **lanes, **task_words(step)}

    def _items(self, step: Step, name: str) -> tuple[Code | list[Any] | None, Any]:
        """Return what a step is mapped over, and how many items or who gives them."""
        if step.loop is None:
            return None, None
        match step.loop.over:
            case Items(items=items) if items:
                return [one.value for one in items], len(items)
            case _:
                giver = f"{self.group}{name}_items"
                return Code(f"{variable(giver)}.output"), giver

    def _giver(
        self, step: Step, said: Said, rule: Said, before: tuple[str, ...], task: str
    ) -> Task:
        assert step.loop is not None
        trees = self.trees
        match step.loop.over:
            case Over(value=value):
                over = trees.value(value)
            case Range(start=start, end=end, step=by, format=form):
                over = ("range", trees.value(start), trees.value(end), by, form)
            case Items(items=items):
                over = ("is", [one.value for one in items])
        said = {**said, "over": over}
        if _asks_item(step):
            said.pop("when", None)
        return Task(
            id=task.removeprefix(self.group),
            kind="ItemsStep",
            step=said,
            options=dict(rule),
            before=before,
        )

    def _know(
        self, step: Step, task: str, items: Json, tasks: tuple[str, ...] = ()
    ) -> None:
        defaults = {
            one.name: one.default.value
            for one in outputs_of(step)
            if isinstance(one, OutputParameter) and one.default is not None
        }
        self.steps[self.trees.path(step.name)] = {
            "task": task,
            "items": items,
            "group": self.mapped,
            **({"tasks": tasks} if tasks else {}),
            **({"defaults": defaults} if defaults else {}),
            **({"leaves": output_names(step.template)} if items is not None else {}),
        }

    def _begin(
        self, step: Step, said: Said, rule: Said, before: tuple[str, ...], mapped: bool
    ) -> Task:
        """Return the task that says whether a workflow runs, and with what."""
        given = inputs_said(inputs_of(step.template), step.arguments, self.trees)
        group = f"{self.group}{task_name(step.name)}" if mapped else self.mapped
        around = {"group": group} if group else {}
        return Task(
            id="begin",
            kind="BeginStep",
            step={**said, **around, **({"inputs": given} if given else {})},
            options={**rule, **({"item": Code("item")} if mapped else {})},
            before=before,
        )

    def _group(
        self,
        step: Step,
        begin: Task,
        expand: Code | list[Any] | None,
        number: int | None = None,
    ) -> Group:
        """Return the group of a workflow that is a step; `number` is that of an item."""
        assert isinstance(step.template, SubWorkflow)
        name, path = task_name(step.name), self.trees.path(step.name)
        if number is not None:
            name, path = item_name(step.name, number), f"{path}[{number}]"
        whole = f"{self.group}{name}"
        inner = Scope(
            self.building,
            step.template.workflow,
            path,
            f"{whole}.",
            self.mapped if expand is None else whole,
        )
        return Group(id=name, tasks=(begin, *inner.tasks()), expand=expand)

    def _ending(self, name: str, handlers: tuple[ExitHandler, ...] = ()) -> Task:
        """Return the task that says how the workflow ended, its handlers included."""
        trees = self.trees
        paths = tuple(trees.path(name) for name in self.workflow.by_name)
        said: Said = self._common(self.path) | {"steps": paths}
        if who := awaited(self.workflow, trees):
            said["awaited"] = who
        if self.workflow.outputs:
            said["outputs"] = {
                one.name: trees.value(one.value) for one in self.workflow.outputs
            }
        after = tuple(trees.path(one.step.name) for one in handlers)
        if after:
            said["handlers"] = after
        if known := {
            one.name: one.global_name
            for one in self.workflow.outputs
            if one.global_name
        }:
            said["known_as"] = known
        awaits = (task for one in (*paths, *after) for task in enders(self.steps[one]))
        before = tuple(dict.fromkeys(awaits))
        begin = (f"{self.group}begin",) if self.path else ()
        return Task(
            id=name,
            kind="EndingStep",
            step=said,
            options={"trigger_rule": "all_done"},
            before=(*before, *begin),
        )

    def _of_handler(self, step: Step, on: tuple[str, ...]) -> list[Task]:
        path, name = self.trees.path(step.name), task_name(step.name)
        ending = f"{self.group}verdict" if self.path else "ending"
        said = self._common(path) | {"ending": ending}
        uses = self._waits(step)
        if uses.needs:
            said["needs"] = uses.needs
        if uses.choices:
            said["choices"] = uses.choices
        if on:
            said["on"] = on
        if step.when is not None:
            said["when"] = self.trees.condition(step.when)
        each = {name: said}
        if known := known_items(step):
            names = [item_name(step.name, number) for number in range(len(known))]
            each = {
                one: {**said, "item": item}
                for one, item in zip(names, known, strict=True)
            }
        tasks = tuple(f"{self.group}{one}" for one in each)
        if known:
            self._know(step, tasks[0], len(known), tasks)
        else:
            self._know(step, tasks[0], None)
        rule: Said = {"trigger_rule": "all_done"} if self.path else {}
        return [
            self._task(step, one, mine, rule, (ending,), teardown=not self.path)
            for one, mine in each.items()
        ]


def _outcome() -> Task:
    """Return what says that a run has failed, beside teardowns that end well."""
    return Task(id="outcome", kind="EmptyOperator", before=("ending",))


def enders(known: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the tasks that tell how a step ended."""
    return tuple(known.get("tasks", ())) or (str(known["task"]),)


def _repeat(step: Step, trees: Trees) -> Said:
    if step.repeat is None:
        return {}
    return {
        "repeat": {
            "condition": trees.condition(step.repeat.condition),
            "limit": step.repeat.limit,
            "at_limit": step.repeat.at_limit.value,
            "pause": trees.text(step.repeat.pause),
        }
    }


def _asks_item(step: Step) -> bool:
    return step.when is not None and any(
        isinstance(leaf, ItemRef)
        for value in condition_values(step.when)
        for leaf in leaves(value)
    )
