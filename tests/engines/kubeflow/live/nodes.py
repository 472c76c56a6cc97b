"""The tasks of a run as servers tell of them that know only nodes of an Argo Workflow."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from couler_jupyter.engines.kube.fnv import fnv32a

Object = dict[str, Any]
_STATES = {"": "PENDING"}


class Nodes:
    """Makes nodes out of the tasks that the stand-in tells of."""

    def __init__(self, spec: Object, workflow: str, tasks: Iterable[Object]) -> None:
        self._spec = spec
        self._name = workflow
        self._inside: dict[str, list[Object]] = {}
        for one in tasks:
            self._inside.setdefault(one["parent_task_id"], []).append(one)

    def details(self) -> list[Object]:
        """Return what is told of each, without the id that it has itself."""
        found = []
        for root in self._inside.get("", ()):
            name = f"{self._name}.root"
            found += [
                self._detail(self._name, [f"{name}-driver"], root),
                self._driver("root", [name]),
                *self._dag("root", name, self._spec["root"], root),
            ]
        return sorted(found, key=lambda one: one["display_name"])

    def _dag(
        self, display: str, name: str, spec: Object, task: Object
    ) -> Iterator[Object]:
        tasks = spec["dag"]["tasks"]
        there = {one["name"]: one for one in self._inside.get(task["task_id"], ())}
        hooks = {
            dependency: key
            for key, one in tasks.items()
            if "strategy" in one.get("triggerPolicy", {})
            for dependency in one["dependentTasks"]
        }
        firsts = [
            self._first(f"{name}.{key}", one)
            for key, one in tasks.items()
            if key in there and not one.get("dependentTasks")
        ]
        yield self._detail(display, firsts, task)
        for key, one in tasks.items():
            if key not in there:
                continue
            around = name
            if key in hooks.values():
                (held,) = (k for k, hook in hooks.items() if hook == key)
                around = f"{name}.{held}.onExit"
            yield from self._task(key, f"{around}.{key}", one, there[key])

    def _first(self, name: str, task: Object) -> str:
        return name if "parameterIterator" in task else f"{name}-driver"

    def _task(
        self, key: str, name: str, task: Object, told: Object
    ) -> Iterator[Object]:
        spec = self._spec["components"][task["componentRef"]["name"]]
        if "parameterIterator" in task:
            yield from self._loop(key, name, spec, told)
            return
        yield self._driver(key, [name])
        if told["state"] == "SKIPPED":
            yield self._detail(key, [f"{self._name}.what-comes-next"], told)
        elif "dag" in spec:
            yield from self._dag(key, name, spec, told)
        else:
            executor = f"{name}.executor"
            yield self._detail(key, [executor], told)
            tries = len(told["pods"]) if "retryPolicy" in task else 0
            behind = [f"{executor}({number})" for number in range(tries)]
            yield self._detail("executor", behind, told)

    def _loop(
        self, key: str, name: str, body: Object, told: Object
    ) -> Iterator[Object]:
        yield self._detail(key, [f"{name}.iteration-driver"], told)
        group = f"{name}.iteration-iterations"
        yield self._driver("iteration", [group])
        items = self._inside.get(told["task_id"], ())
        each = [f"{group}({n}:{n})" for n in range(len(items))]
        yield self._detail("iteration-iterations", each, told)
        for one, item in zip(each, items, strict=True):
            whole = f"{one}.iteration-item"
            yield self._detail(one.rpartition(".")[2], [f"{whole}-driver"], item)
            yield self._driver("iteration-item", [whole])
            yield from self._dag("iteration-item", whole, body, item)

    def _driver(self, key: str, behind: list[str]) -> Object:
        return self._detail(f"{key}-driver", behind, {"state": "SUCCEEDED"})

    def _detail(self, display: str, behind: list[str], told: Object) -> Object:
        ids = [f"{self._name}-{fnv32a(one)}" for one in behind]
        return {
            "task_id": "",
            "display_name": display,
            "state": told["state"],
            "start_time": told.get("create_time", "1970-01-01T00:00:00Z"),
            "end_time": told.get("end_time", "1970-01-01T00:00:00Z"),
            "child_tasks": [{"pod_name": one} for one in ids],
        }
