"""Running again: which task instances of a DAG run are cleared."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from couler_jupyter.engines.airflow.live.book import Key
from couler_jupyter.engines.airflow.told import TaskTold, told_of
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

_CLOSING = frozenset({"ending", "outcome"})
"""Tasks that look at how all others ended."""


def undone(found: list[Json], handlers: Collection[str]) -> tuple[Key, ...]:
    """Return all that did not succeed, and what runs once all others have ended.

    Args:
        found: the task instances of a run, as Airflow has them.
        handlers: ids of the tasks of exit handlers.
    """
    return tuple(
        _key(one)
        for one in found
        if one["state"] != "success"
        or one["task_id"] in handlers
        or one["task_id"].rpartition(".")[2] in _CLOSING
    )


def tasks_of(
    steps: Mapping[str, Mapping[str, Any]], found: list[Json], step: str
) -> dict[str, Key]:
    """Return the task instances of a step and of those in it, by their paths.

    Args:
        steps: which task tells of each step.
        found: the task instances of a run, as Airflow has them.
        step: path of the step.

    Raises:
        SubmitFailed: no task tells of it.
    """
    plain = [
        TaskTold(task=one["task_id"], index=one["map_index"], state=one["state"] or "")
        for one in found
    ]
    mine = {
        path: (one.task, one.index)
        for path, one in told_of(steps, plain).tasks.items()
        if path == step or path.startswith((f"{step}/", f"{step}["))
    }
    if not mine:
        raise SubmitFailed(
            f"step {step!r} is no task of its own; run again from the step around it"
        )
    return mine


def _key(one: Json) -> Key:
    return one["task_id"], one["map_index"]
