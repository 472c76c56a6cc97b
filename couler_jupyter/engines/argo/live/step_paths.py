"""Which step of a run a node of a Workflow's status is: `train`, `train[2]`, `tune/fit`.

A node says which template invocation it stands in (its boundary) and what it is called
there. Going down from the root, each boundary is a scope: a workflow of steps, the
items of a mapped step, or the turns of a repeated one. Names are those the compiler
gives; what no step is called (a manifest written by hand) keeps Argo's own name.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from couler_jupyter.engines.argo.names import GATHERED, Taken, task_name
from couler_jupyter.ir import Foreign, Json, Step, SubWorkflow, Workflow

_GROUPS = frozenset({"DAG", "Steps"})
_TASK = re.compile(r"(?P<task>[^(]*)(?:\((?P<index>\d+):.*\))?", re.DOTALL)
_ATTEMPT = re.compile(r"\((\d+)\)$")
_STEP_GROUP = re.compile(r"^\[\d+\]\.?")
_UNSAFE = re.compile(r"[/\[\]#\s]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """What names mean inside a template invocation.

    Attributes:
        prefix: of the paths of steps in it.
        steps: its steps, by the names of their tasks.
        around: the step whose items or turns these are, None where steps are meant.
        path: of that step, without item or turn.
        turn: which turn of it this is; 0 if it is not repeated.
        item: path of the item that the one task in it runs; empty elsewhere.
    """

    prefix: str = ""
    steps: Mapping[str, Step]
    around: Step | None = None
    path: str = ""
    turn: int = 0
    item: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a node belongs.

    Attributes:
        path: of the step; empty for the run.
        shown: whether the node tells how that step stands; others only hold nodes.
        attempt: which attempt of the step it is, 0 where it is the step itself.
        scope: what names mean inside it.
        step: what the workflow says of it, None where it does not.
    """

    path: str
    scope: Scope
    shown: bool = True
    attempt: int = 0
    step: Step | None = None


class StepPaths:
    """Finds the places of the nodes of one Workflow, each once."""

    def __init__(self, workflow: Workflow, name: str) -> None:
        """Prepare for nodes of the Workflow called `name` that runs `workflow`."""
        self._workflow = workflow
        self._name = name
        self._places: dict[str, Place] = {}
        self._handlers = {
            task_name(one.step.name): one.step for one in workflow.exit_handlers
        }

    def forget(self, name: str) -> None:
        """Begin anew, for a Workflow of another name."""
        self._name = name
        self._places.clear()

    def place(
        self, node: Json, nodes: Mapping[str, Json], retries: Mapping[str, str]
    ) -> Place:
        """Return where a node belongs.

        Args:
            node: its state.
            nodes: those of all nodes, by id.
            retries: of every attempt of a step that is retried, the id of that step.
        """
        key = node["id"]
        if key not in self._places:
            self._places[key] = self._find(node, nodes, retries)
        return self._places[key]

    def _find(
        self, node: Json, nodes: Mapping[str, Json], retries: Mapping[str, str]
    ) -> Place:
        parent = nodes.get(retries.get(node["id"], ""))
        if parent is not None:
            found = _ATTEMPT.search(node["name"])
            attempt = int(found[1]) + 1 if found else 1
            return replace(self.place(parent, nodes, retries), attempt=attempt)
        if node["name"] == self._name:
            return self._root(node)
        if node["name"] == f"{self._name}.onExit":
            return self._on_exit(node)
        boundary = nodes.get(node.get("boundaryID") or "")
        if boundary is None:
            return _unknown(node, Scope(steps={}), node.get("displayName") or "")
        around = self.place(boundary, nodes, retries)
        return _inside(node, boundary, around)

    def _root(self, node: Json) -> Place:
        steps = _tasks(self._workflow)
        scope = Scope(steps=steps)
        if node.get("type") in _GROUPS or len(self._workflow.steps) != 1:
            return Place(path="", scope=scope)
        only = self._workflow.steps[0]
        return Place(path=only.name, scope=scope, step=only)

    def _on_exit(self, node: Json) -> Place:
        scope = Scope(steps=self._handlers)
        if node.get("type") in _GROUPS and self._handlers:
            return Place(path="", scope=scope, shown=False)
        if len(self._handlers) == 1:
            only = next(iter(self._handlers.values()))
            return _of_step(node, only, only.name, scope)
        return _unknown(node, scope, "onExit")


def _inside(node: Json, boundary: Json, around: Place) -> Place:
    scope = around.scope
    own = node["name"].removeprefix(boundary["name"])
    if node.get("type") == "StepGroup":
        return Place(path=around.path, scope=scope, shown=False)
    called = _STEP_GROUP.sub("", own).removeprefix(".")
    found = _TASK.fullmatch(called)
    task, index = (found["task"], found["index"]) if found else (called, None)
    if scope.around is not None and scope.turn:
        return _of_turn(node, boundary, scope, scope.around, task)
    if scope.around is not None:
        inner = replace(scope, around=None)
        if index is None:  # the group of all items
            return Place(path=scope.path, scope=scope, shown=False, step=scope.around)
        return _of_step(node, scope.around, scope.path, inner, index)
    step = scope.steps.get(task)
    if step is not None:
        path = scope.item or f"{scope.prefix}{step.name}"
        return _of_step(node, step, path, scope, index)
    if scope.steps:  # what the compiler added: a part of a large DAG, a helping task
        return Place(path=around.path, scope=scope, shown=False)
    end = "" if index is None else f"[{index}]"
    return _unknown(node, scope, _UNSAFE.sub("-", task or "step") + end)


def _of_step(
    node: Json, step: Step, path: str, scope: Scope, index: str | None = None
) -> Place:
    """Return the place of a node that runs a step, or all its items, or one."""
    is_group = node.get("type") in _GROUPS
    if index is not None:
        path = f"{path}[{index}]"
    elif step.loop is not None and is_group:  # the items are one level further down
        inner = replace(scope, around=step, path=path, turn=0)
        return Place(path=path, scope=inner, step=step)
    if step.repeat is not None and is_group:
        inner = replace(scope, around=step, path=path, turn=1)
        return Place(path=path, scope=inner, step=step)
    if is_group and not isinstance(step.template, SubWorkflow | Foreign):
        if index is not None:  # what the item leaves is gathered around its pod
            tasks = {GATHERED: step, task_name(step.name): step}
            inner = Scope(steps=tasks, prefix=scope.prefix, item=path)
            return Place(path=path, scope=inner, step=step, shown=False)
        inner = replace(scope, prefix=path.removesuffix(step.name))
        return Place(path=path, scope=inner, step=step, shown=False)
    return Place(path=path, scope=_within(step, path), step=step)


def _of_turn(node: Json, boundary: Json, scope: Scope, step: Step, task: str) -> Place:
    """Return the place of a node in a turn of a step, or that holds the next turn."""
    is_group = node.get("type") in _GROUPS
    if is_group and node.get("templateName") == boundary.get("templateName"):
        inner = replace(scope, turn=scope.turn + 1)
        return Place(path=scope.path, scope=inner, shown=False, step=step)
    path = f"{scope.path}#{scope.turn}"
    is_body = scope.steps.get(task) is step  # and not what comes between turns
    return Place(path=path, scope=_within(step, path), shown=is_body, step=step)


def _within(step: Step, path: str) -> Scope:
    steps: dict[str, Step] = {}
    if isinstance(step.template, SubWorkflow):
        inner = step.template.workflow
        handlers = (one.step for one in inner.exit_handlers)
        steps = {task_name(one.name): one for one in handlers} | _tasks(inner)
    return Scope(prefix=f"{path}/", steps=steps)


def _tasks(workflow: Workflow) -> dict[str, Step]:
    """Return steps by the names of their tasks."""
    taken = Taken()
    return {taken.take(task_name(one.name)): one for one in workflow.steps}


def _unknown(node: Json, scope: Scope, name: str) -> Place:
    path = f"{scope.prefix}{name or node['id']}"
    return Place(path=path, scope=Scope(prefix=f"{path}/", steps={}))


def retries_in(nodes: Mapping[str, Json]) -> dict[str, str]:
    """Return, of every attempt of a step that is retried, the id of that step's node."""
    return {
        child: key
        for key, one in nodes.items()
        if one.get("type") == "Retry"
        for child in one.get("children") or ()
        if child in nodes and nodes[child]["name"].startswith(f"{one['name']}(")
    }
