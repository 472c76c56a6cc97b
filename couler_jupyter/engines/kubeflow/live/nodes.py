"""The tasks of a run from a server that tells of the nodes of its Argo Workflow alone.

There a task is told by its display name and the ids of the nodes behind it, and not by an
id of its own. Argo makes the id of a node from its full name, and full names follow from
the pipeline: so it is known which ids to expect behind each task.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from couler_jupyter.engines.following.standing import at
from couler_jupyter.engines.kube.fnv import fnv32a
from couler_jupyter.engines.kubeflow.dag import Dag
from couler_jupyter.engines.kubeflow.live.seen import (
    FAILED,
    PENDING,
    RUNNING,
    SKIPPED,
    Seen,
)
from couler_jupyter.ir import Json

Task: TypeAlias = dict[str, Json]
_POD = "system-container-impl"


def node_id(workflow: str, name: str) -> str:
    """Return the id that Argo gives a node.

    >>> node_id("w", "w"), node_id("w", "w.root")
    ('w', 'w-1839963680')
    """
    return workflow if name == workflow else f"{workflow}-{fnv32a(name)}"


def seen_by_nodes(run: Task, dag: Dag) -> Seen | None:
    """Return the outermost task of a run; None before it is there.

    Args:
        run: as the server has it.
        dag: of the pipeline.
    """
    details: list[Task] = (run.get("run_details") or {}).get("task_details") or []
    nodes = _Nodes(details)
    if not nodes.workflow:
        return None
    found = nodes.dag("root", f"{nodes.workflow}.root", dag)
    return found or Seen(state=str(run.get("state") or ""))


@dataclass(slots=True)
class _Nodes:
    """What is told of nodes, by their display names and by the ids behind them."""

    details: list[Task]
    workflow: str = ""
    behind: dict[str, list[Task]] = field(
        default_factory=lambda: defaultdict[str, list[Task]](list)
    )
    skipped: dict[str, list[Task]] = field(
        default_factory=lambda: defaultdict[str, list[Task]](list)
    )

    def __post_init__(self) -> None:
        for one in self.details:
            children = [child.get("pod_name") for child in one.get("child_tasks") or ()]
            for child in children:
                self.behind[str(child)].append(one)
            if one.get("state") == SKIPPED:
                self.skipped[str(one.get("display_name"))].append(one)
        for one in self.details:
            name = str(one.get("display_name"))
            if node_id(name, f"{name}.root-driver") in self.behind:
                self.workflow = name

    def dag(self, task: str, name: str, dag: Dag) -> Seen | None:
        """Return a task that runs a DAG, with all that is in it."""
        inside = {
            key: found
            for key in dag.tasks
            if key != dag.last and (found := self._task(dag, key, name))
        }
        if dag.last:  # it is a hook of the task that holds the steps
            hook = f"{name}.{dag.body}.onExit"
            if found := self.dag(dag.last, f"{hook}.{dag.last}", dag.inside[dag.last]):
                inside[dag.last] = found
        first = [f"{name}.{key}{end}" for key in dag.tasks for end in ("-driver", "")]
        found = self._told(task, name, first)
        return None if found is None else replace(found, inside=inside)

    def _task(self, dag: Dag, key: str, around: str) -> Seen | None:
        name = f"{around}.{key}"
        inner = dag.inside.get(key)
        if "parameterIterator" in dag.tasks[key] and inner is not None:
            return self._loop(key, name, inner)
        if inner is not None:
            return self.dag(key, name, inner)
        return self._container(key, name, retried="retryPolicy" in dag.tasks[key])

    def _loop(self, key: str, name: str, body: Dag) -> Seen | None:
        found = self._told(key, name, [f"{name}.iteration-driver"])
        if found is None:
            return None
        items: dict[int, Seen] = {}
        while item := self._item(f"{name}.iteration-iterations", len(items), body):
            items[len(items)] = item
        return replace(found, items=items)

    def _item(self, name: str, number: int, body: Dag) -> Seen | None:
        whole = f"{name}({number}:{number}).iteration-item"
        return self.dag("iteration-item", whole, body)

    def _container(self, key: str, name: str, *, retried: bool) -> Seen | None:
        executor = f"{name}.executor"
        found = self._told(key, name, [executor])
        if found is None:
            return None
        kind = f"retry-{_POD}" if retried else _POD
        pods: list[str] = []
        while (tried := self._id(f"{executor}({len(pods)})")) in self.behind:
            pods.append(self._pod(tried, kind))
        pods = pods or [self._pod(self._id(executor), kind)]
        return replace(found, pods=tuple(pods))

    def _id(self, name: str) -> str:
        return node_id(self.workflow, name)

    def _pod(self, node: str, kind: str) -> str:
        return f"{self.workflow}-{kind}-{node.rpartition('-')[2]}"

    def _told(self, task: str, name: str, first: list[str]) -> Seen | None:
        """Return what is told of a node, found by the ids that must be behind it."""
        for one in first:
            for detail in self.behind.get(self._id(one), ()):
                if detail.get("display_name") == task:
                    return _seen(detail)
        if self._id(name) not in self.behind:
            return None
        others = self.skipped.get(task)  # what is in it is not there: one of these
        return _seen(others[0]) if others else Seen(state=PENDING)


def _seen(detail: Task) -> Seen:
    state = str(detail.get("state") or "")
    begun = state not in (PENDING, "")
    ended = begun and state != RUNNING
    history = detail.get("state_history") or ()
    return Seen(
        state=FAILED if state == "ERROR" else state,
        started=at(detail.get("start_time")) if begun else None,
        finished=at(detail.get("end_time")) if ended else None,
        message=next(_messages([detail, *history]), ""),
    )


def _messages(told: list[Task]) -> Iterator[str]:
    for one in told:
        if message := (one.get("error") or {}).get("message"):
            yield " ".join(str(message).split())
