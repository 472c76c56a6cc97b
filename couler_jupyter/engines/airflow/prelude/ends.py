"""How steps ended and what they left, as their tasks tell it by XCom.

A task tells how it ended under the key `ended` and leaves its outputs as its return
value. `STEPS` says of each path of a step which task that is, and of a mapped one where
its items come from, or which tasks they are.
"""

from __future__ import annotations

from typing import Any

from couler_jupyter.engines.airflow.prelude.trees import holds
from couler_jupyter.engines.airflow.prelude.values import Unknown

STEPS: dict[str, Any] = {}
_FAILED = ("failed", "errored")


class Ends:
    """How the steps of a run ended, asked by one of its tasks.

    Attributes:
        ti: the task that asks; group: the mapped group of tasks that it is in.
    """

    def __init__(self, ti: Any, group: str) -> None:
        self.ti = ti
        self.group = group
        self._known: dict[str, Any] = {}

    def records(self, path: str) -> Any:
        """Return what the tasks of a step told, one for each item it had."""
        if path not in self._known:
            self._known[path] = self._pull(path, "ended")
        return self._known[path]

    def record(self, path: str) -> Any:
        """Return what a step told; of a mapped one, what its items come to."""
        step = STEPS[path]
        found = self.records(path)
        if not self._each(step):
            return found[0] if found else self._untold(path)
        count = step["items"]
        if isinstance(count, str):
            begun = self.one(count, "ended")
            if not begun or begun["phase"] != "succeeded":
                return begun or self._untold(path)
            count = begun["items"]
        if count and not found:
            return self._untold(path)
        return _together(found, count)

    def phase(self, path: str) -> str:
        """Return the phase of a step."""
        return str(self.record(path)["phase"])

    def items(self, path: str) -> list[str]:
        """Return the phases of the items of a mapped step."""
        return [one["phase"] for one in self.records(path)]

    def output(self, path: str, name: str) -> Any:
        """Return an output of a step, or its default; of a mapped one, of each item.

        Raises:
            Unknown: there is neither.
        """
        step = STEPS[path]
        if self._each(step):
            if self.phase(path) in {"succeeded", "failed"}:
                left = self._pull(path, "return_value")
                return [one[name] for one in left if one and name in one]
        elif self.phase(path) == "succeeded":
            left = self._pull(path, "return_value")
            if left and name in left[0]:
                return left[0][name]
        if name in step.get("defaults", {}):
            return [] if self._each(step) else step["defaults"][name]
        raise Unknown(f"output {name!r} of step {path!r} is not there")

    def ended(self, path: str, how: Any) -> bool:
        """Whether a step ended in one of some ways."""
        phase = self.phase(path)
        if phase in how:
            return True
        items = self.items(path) if STEPS[path]["items"] is not None else []
        if "any-succeeded" in how and "succeeded" in items:
            return True
        return (
            "all-failed" in how and bool(items) and all(one in _FAILED for one in items)
        )

    def one(self, task: str, key: str) -> Any:
        """Return what one task told under a key, or None."""
        index = self.ti.map_index if self._mine(task) else -1
        return self.ti.xcom_pull(task_ids=task, key=key, map_indexes=index)

    def _pull(self, path: str, key: str) -> Any:
        step = STEPS[path]
        tasks = _tasks(step)
        near = step["group"] in {"", self.group}
        if near and (step["items"] is None or "tasks" in step):
            each = (self.one(task, key) for task in tasks)
            return [one for one in each if one is not None]
        found = self.ti.xcom_pull(task_ids=tasks, key=key)
        return [one for one in found or () if one is not None]

    def _each(self, step: Any) -> bool:
        """Whether a step has several tasks as seen from here."""
        return step["items"] is not None or (
            bool(step["group"]) and step["group"] != self.group
        )

    def _mine(self, task: str) -> bool:
        return bool(self.group) and task.startswith(f"{self.group}.")

    def _untold(self, path: str) -> Any:
        """Return how a step ended that told nothing: it never began, or was killed."""
        told = (state_of(self.ti, task) for task in _tasks(STEPS[path]))
        states = sorted({one for some in told for one in some})
        phase = "failed" if "failed" in states else "omitted"
        return {
            "phase": phase,
            "message": f"its task is {', '.join(states) or 'not run'}",
        }


def _tasks(step: Any) -> list[str]:
    return list(step.get("tasks", ())) or [step["task"]]


def state_of(ti: Any, task: str) -> list[str]:
    """Return the states that Airflow has for a task of this run."""
    if hasattr(ti, "get_task_states"):
        known = ti.get_task_states(
            dag_id=ti.dag_id, task_ids=[task], run_ids=[ti.run_id]
        )
        return sorted({str(one) for run in known.values() for one in run.values()})
    instances = ti.get_dagrun().get_task_instances()
    return sorted({str(one.state) for one in instances if one.task_id == task})


def obstacle(step: Any, ends: Ends) -> str:
    """Return why a step cannot run, by how others ended; empty if it can."""
    for one in step["after"]:
        if isinstance(one, str):
            if ends.phase(one) not in {"succeeded", "skipped"}:
                return f"{one} ended as {ends.phase(one)}"
        elif not holds(one, lambda atom: ends.ended(atom[1], atom[2])):
            return "what it runs after does not hold"
    for path in step["needs"]:
        if ends.phase(path) != "succeeded":
            return f"{path} ended as {ends.phase(path)}"
    for options in step["choices"]:
        if not any(_available(option, ends) for option in options):
            return "there is nothing to choose from"
    return ""


def _available(option: Any, ends: Ends) -> bool:
    return all(ends.phase(path) == "succeeded" for path in option)


def _together(found: Any, count: int) -> Any:
    phases = [one["phase"] for one in found]
    bad = [one for one in found if one["phase"] in _FAILED]
    if bad:
        message = f"{len(bad)} of {count} items failed: {bad[0].get('message', '')}"
        return {"phase": "failed", "message": message}
    if len(phases) < count:
        return {
            "phase": "failed",
            "message": f"{count - len(phases)} items told nothing",
        }
    if "omitted" in phases:
        return {"phase": "omitted", "message": ""}
    skipped = bool(phases) and all(one == "skipped" for one in phases)
    return {"phase": "skipped" if skipped else "succeeded", "message": ""}
