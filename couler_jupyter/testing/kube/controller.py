"""A controller that runs nothing: what nodes a manifest would have if all went well.

It goes down from the entrypoint as Argo's controller does and names nodes as that does.
Conditions are not asked: every task runs, lists that only a run would know have two
items, and a template that runs itself does so once.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from couler_jupyter.testing.kube.objects import Object

START = "2026-01-01T00:00:10Z"
END = "2026-01-01T00:00:30Z"
_UNKNOWN = (0, 1)


def nodes_of(workflow: Object) -> list[Object]:
    """Return the nodes of a Workflow that ran to its end."""
    walk = _Walk(workflow)
    name, spec = workflow["metadata"]["name"], workflow["spec"]
    walk.run(name, spec["entrypoint"], "", ())
    if handler := spec.get("onExit"):
        walk.run(f"{name}.onExit", handler, "", ())
    return walk.found


class _Walk:
    """Nodes as they are found."""

    def __init__(self, workflow: Object) -> None:
        templates = workflow["spec"]["templates"]
        self._templates = {one["name"]: one for one in templates}
        self.found: list[Object] = []

    def run(
        self, name: str, template: str, boundary: str, around: tuple[str, ...]
    ) -> str:
        """Add the node of a template's invocation, and all inside it."""
        found = self._templates[template]
        if around.count(template) > 1:
            return self._add(name, "Skipped", boundary, template, phase="Skipped")
        if found.get("retryStrategy"):
            key = self._add(name, "Retry", boundary, template)
            attempt = self._invoke(f"{name}(0)", found, boundary, around)
            self.found[self._at(key)]["children"] = [attempt]
            return key
        return self._invoke(name, found, boundary, around)

    def _invoke(
        self, name: str, found: Object, boundary: str, around: tuple[str, ...]
    ) -> str:
        template = found["name"]
        inside = (*around, template)
        if "dag" in found:
            key = self._add(name, "DAG", boundary, template)
            for task in found["dag"]["tasks"]:
                self._task(f"{name}.{task['name']}", task, key, inside)
            return key
        if "steps" in found:
            key = self._add(name, "Steps", boundary, template)
            for number, group in enumerate(found["steps"]):
                self._add(f"{name}[{number}]", "StepGroup", key, "")
                for task in group:
                    self._task(f"{name}[{number}].{task['name']}", task, key, inside)
            return key
        return self._add(
            name, "Suspend" if "suspend" in found else "Pod", boundary, template
        )

    def _task(
        self, name: str, task: Object, boundary: str, around: tuple[str, ...]
    ) -> None:
        template = task.get("template") or ""
        if template not in self._templates:  # a template on the cluster
            self._add(name, "Pod", boundary, template)
            return
        items = _items(task)
        if items is None:
            self.run(name, template, boundary, around)
            return
        self._add(name, "TaskGroup", boundary, template)
        for number, item in enumerate(items):
            text = item if isinstance(item, str) else json.dumps(item)
            self.run(f"{name}({number}:{text})", template, boundary, around)

    def _add(
        self,
        name: str,
        kind: str,
        boundary: str,
        template: str,
        phase: str = "Succeeded",
    ) -> str:
        key = f"n{len(self.found)}"
        self.found.append(
            {
                "id": key,
                "name": name,
                "displayName": name.rpartition(".")[2],
                "type": kind,
                "phase": phase,
                "templateName": template,
                "boundaryID": boundary,
                "startedAt": START,
                "finishedAt": END,
            }
        )
        return key

    def _at(self, key: str) -> int:
        return int(key.removeprefix("n"))


def _items(task: Object) -> Iterator[Any] | None:
    if "withItems" in task:
        items: list[Any] = task["withItems"]
        return iter(items)
    if "withParam" in task or "withSequence" in task:
        return iter(_UNKNOWN)
    return None
