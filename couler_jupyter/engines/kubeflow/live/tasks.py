"""The tasks of a run from a server that keeps them itself (`tasks` of a run).

Each names the one it is in; one that is done for an item of a loop says for which.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from couler_jupyter.engines.following.kept import handle_of
from couler_jupyter.engines.following.standing import at, one_line
from couler_jupyter.engines.kubeflow.live.seen import Seen
from couler_jupyter.ir import Json

Task: TypeAlias = dict[str, Json]
_ITEM, _EXECUTOR = "LOOP_ITERATION", "EXECUTOR"


def is_told_by_tasks(run: Task) -> bool:
    """Whether a run has tasks that say which one they are in."""
    return any("parent_task_id" in one or "type" in one for one in _tasks(run))


def seen_by_tasks(run: Task) -> Seen | None:
    """Return the outermost task of a run; None before it is there."""
    inside: dict[str, list[Task]] = defaultdict(list)
    for task in _tasks(run):
        inside[task.get("parent_task_id") or ""].append(task)
    for task in inside[""]:
        return _seen(task, inside)
    return None


def _tasks(run: Task) -> list[Task]:
    details = (run.get("run_details") or {}).get("task_details")
    return list(run.get("tasks") or details or ())


def _seen(task: Task, inside: Mapping[str, list[Task]]) -> Seen:
    others = inside.get(task["task_id"], [])
    items = [one for one in others if one.get("type") == _ITEM]
    plain = [one for one in others if one.get("type") != _ITEM]
    started = _began(task)
    return Seen(
        state=task.get("state") or task.get("status") or "",
        started=started,
        finished=at(task.get("end_time")),
        message=one_line(_message(task)),
        outputs=dict(_outputs(task.get("outputs") or {})),
        pods=tuple(_pods(task.get("pods") or ())),
        inside={one["name"]: _seen(one, inside) for one in plain},
        items={_number(one): _seen(one, inside) for one in items},
    )


def _began(task: Task) -> float | None:
    return at(task.get("start_time") or task.get("create_time"))


def _number(task: Task) -> int:
    return int((task.get("type_attributes") or {}).get("iteration_index") or 0)


def _message(task: Task) -> str:
    told = (task.get("status_metadata") or {}).get("message")
    return str(told or task.get("lifecycle_message") or "")


def _pods(pods: Iterable[Task]) -> Iterator[str]:
    for one in pods:
        if one.get("type") == _EXECUTOR and one.get("name"):
            yield str(one["name"])


def _outputs(outputs: Task) -> Iterator[tuple[str, Json]]:
    for one in outputs.get("parameters") or ():
        yield _key(one, "parameter_key"), one.get("value")
    for one in outputs.get("artifacts") or ():
        for artifact in one.get("artifacts") or ():
            yield _key(one, "artifact_key"), handle_of(str(artifact.get("uri") or ""))


def _key(one: Task, word: str) -> str:
    return str(one.get(word) or (one.get("producer") or {}).get("key") or "")
