"""One look at one Workflow, as Argo's controller takes it; what pods do is given.

Which tasks run follows from how others ended: `depends`, `when`, loops, suspended nodes,
shutdown, exit handlers and what a DAG comes to are as in Argo.
Source: Argo Workflows, workflow/controller (dag.go, operator.go).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from couler_jupyter.testing.kube.expressions import Missing, filled, holds
from couler_jupyter.testing.kube.objects import Object
from couler_jupyter.testing.kube.waiting import bare, gathered, given_to, last, met

OVER = ("Succeeded", "Failed", "Error", "Skipped", "Omitted")
BAD = ("Failed", "Error")
TIME = "2026-01-01T00:00:10Z"
ANY = "1"
"""What a pod leaves as a parameter of which nothing is said."""


@dataclass(frozen=True)
class Played:
    """How a pod ends.

    Attributes:
        phase: in Argo's words; `Running` for one that does not end yet.
        result: what it printed.
        parameters: what it left.
        message: why.
    """

    phase: str = "Succeeded"
    result: str | None = None
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    message: str = ""


Play = Callable[[str, Mapping[str, str]], Played]
"""What a pod does, by the name of its task and its inputs."""


class Operation:
    """One look at one Workflow."""

    def __init__(self, found: Object, play: Play, begun: list[str]) -> None:
        self._found = found
        self._name = found["metadata"]["name"]
        self._spec = found["spec"]
        self._status = found.setdefault("status", {})
        self._nodes: dict[str, Object] = self._status.setdefault("nodes", {})
        self._play = play
        self._begun = begun
        self._behind: dict[str, list[str]] = {}
        self._shutdown = self._spec.get("shutdown") or ""
        self._templates = {one["name"]: one for one in self._spec["templates"]}
        given = (self._spec.get("arguments") or {}).get("parameters") or ()
        self._workflow: dict[str, Any] = {
            "parameters": {one["name"]: one.get("value", "") for one in given},
            "name": self._name,
            "outputs": self._status.setdefault("globals", {}),
        }

    def run(self) -> None:
        """Go on as far as that goes at once."""
        self._status.setdefault("startedAt", TIME)
        self._status["phase"] = "Running"
        if self._shutdown:
            self._kill()
        elif self._spec.get("suspend"):
            return
        root = self._execute(self._name, self._spec["entrypoint"], "", {}, {})
        if root["phase"] not in OVER:
            return
        self._workflow |= {"status": root["phase"], "failures": self._failures()}
        end = root
        handler = self._spec.get("onExit")
        if handler and self._shutdown != "Terminate":
            called = f"{self._name}.onExit"
            last = self._execute(called, handler, "", {}, {}, at_end=True)
            if last["phase"] not in OVER:
                return
            end = last if root["phase"] not in BAD and last["phase"] in BAD else root
        self._status |= {"phase": end["phase"], "finishedAt": TIME}
        self._status.pop("globals")
        if end.get("message"):
            self._status["message"] = end["message"]

    def _kill(self) -> None:
        why = f"workflow shutdown with strategy: {self._shutdown}"
        for node in self._nodes.values():
            at_end = node["name"].startswith(f"{self._name}.onExit")
            spared = at_end and self._shutdown == "Stop"
            live = node["phase"] in ("Pending", "Running")
            if live and node["type"] in ("Pod", "Suspend") and not spared:
                node |= {"phase": "Failed", "message": why, "finishedAt": TIME}

    def _execute(
        self,
        name: str,
        template: str,
        boundary: str,
        inputs: Mapping[str, str],
        task: Object,
        *,
        at_end: bool = False,
    ) -> Object:
        found = self._templates[template]
        node = self._node(name)
        if node is not None and node["phase"] in OVER:
            return node
        if node is None:
            if self._shutdown and not (at_end and self._shutdown == "Stop"):
                why = f"workflow shutdown with strategy: {self._shutdown}"
                return self._add(name, "Pod", boundary, template, "Failed", message=why)
            node = self._begin(name, found, boundary)
        if "dag" in found:
            self._dag(node, found, inputs, at_end=at_end)
        elif "suspend" in found:
            if found["suspend"].get("duration") is not None:
                node |= {"phase": "Succeeded", "finishedAt": TIME}
        else:
            self._pod(node, found, inputs, task)
        return node

    def _begin(self, name: str, found: Object, boundary: str) -> Object:
        kind = "DAG" if "dag" in found else "Suspend" if "suspend" in found else "Pod"
        node = self._add(name, kind, boundary, found["name"], "Running")
        declared = (found.get("outputs") or {}).get("parameters")
        if kind == "Suspend" and declared:
            node["outputs"] = {"parameters": json.loads(json.dumps(declared))}
        if kind == "Pod":
            self._begun.append(name)
        return node

    def _pod(
        self, node: Object, found: Object, inputs: Mapping[str, str], task: Object
    ) -> None:
        called = task.get("name") or found["name"]
        made = self._play(called if called != "run" else found["name"], inputs)
        if made.phase not in OVER:
            return
        outputs: Object = {}
        if made.result is not None:
            outputs["result"] = made.result
        declared = (found.get("outputs") or {}).get("parameters") or ()
        left = {one["name"]: ANY for one in declared} | dict(made.parameters)
        if left and made.phase == "Succeeded":
            outputs["parameters"] = [
                {"name": key, "value": text} for key, text in left.items()
            ]
        node |= {"phase": made.phase, "finishedAt": TIME}
        if made.message:
            node["message"] = made.message
        if outputs:
            node["outputs"] = outputs

    def _dag(
        self, node: Object, found: Object, inputs: Mapping[str, str], *, at_end: bool
    ) -> None:
        tasks = {one["name"]: one for one in found["dag"]["tasks"]}
        for _ in tasks:  # so that ends reach all behind them in one look
            for task in tasks.values():
                self._task(node, task, tasks, inputs, at_end=at_end)
        phase = self._assess(node, tasks)
        if phase not in OVER:
            return
        node |= {"phase": phase, "finishedAt": TIME}
        used = {one for task in tasks.values() for one in self._before(task)}
        ends = (self._node(f"{node['name']}.{one}") for one in tasks if one not in used)
        node["outboundNodes"] = [one["id"] for one in ends if one is not None]
        if phase == "Succeeded":
            self._leave(node, found, self._known(node, tasks, inputs))

    def _leave(self, node: Object, found: Object, known: Mapping[str, Any]) -> None:
        left: list[Object] = []
        for one in (found.get("outputs") or {}).get("parameters") or ():
            source = one.get("valueFrom") or {}
            try:
                text = filled(source.get("parameter") or "", known)
            except Missing:
                continue
            left.append({"name": one["name"], "value": text})
            if one.get("globalName"):
                outputs = self._workflow["outputs"].setdefault("parameters", {})
                outputs[one["globalName"]] = text
        if left:
            node["outputs"] = {"parameters": left}

    def _task(
        self,
        node: Object,
        task: Object,
        tasks: Mapping[str, Object],
        inputs: Mapping[str, str],
        *,
        at_end: bool,
    ) -> None:
        name = f"{node['name']}.{task['name']}"
        there = self._node(name)
        if there is not None and there["phase"] in OVER:
            return
        before = [*self._before(task)]
        ends = {one: self._node(f"{node['name']}.{one}") for one in before}
        if any(one is None or one["phase"] not in OVER for one in ends.values()):
            return
        known = self._known(node, tasks, inputs)
        if ends:
            self._behind[name] = [
                key for one in ends.values() for key in last(one, self._nodes)
            ]
        if there is None:
            if self._shutdown and not (at_end and self._shutdown == "Stop"):
                return
            if not met(
                task, {key: one or {} for key, one in ends.items()}, self._nodes
            ):
                self._skip(name, node, task, "Omitted")
                return
            if task.get("when") and not self._when(task, known):
                self._skip(name, node, task, "Skipped")
                return
        try:
            self._run_task(name, node, task, known, at_end=at_end)
        except Missing as error:
            message = f"unable to resolve references: {error}"
            self._add(
                name, "Skipped", node["id"], task["template"], "Error", message=message
            )

    def _when(self, task: Object, known: Mapping[str, Any]) -> bool:
        try:
            return holds(task["when"], known)
        except Missing:
            return False

    def _run_task(
        self,
        name: str,
        node: Object,
        task: Object,
        known: Mapping[str, Any],
        *,
        at_end: bool,
    ) -> None:
        if "withItems" not in task and "withParam" not in task:
            given = given_to(task, known)
            self._execute(
                name, task["template"], node["id"], given, task, at_end=at_end
            )
            return
        items = task.get("withItems")
        if items is None:
            items = _listed(filled(task["withParam"], known))
        group = self._node(name) or self._add(
            name, "TaskGroup", node["id"], task["template"], "Running"
        )
        every: list[Object] = []
        for number, item in enumerate(items):
            text = item if isinstance(item, str) else json.dumps(item)
            given = given_to(task, {**known, "item": item})
            called = f"{name}({number}:{text})"
            self._behind[called] = [group["id"]]
            every.append(
                self._execute(
                    called, task["template"], node["id"], given, task, at_end=at_end
                )
            )
        if all(one["phase"] in OVER for one in every):
            bad = [one["phase"] for one in every if one["phase"] in BAD]
            group |= {"phase": bad[0] if bad else "Succeeded", "finishedAt": TIME}

    def _skip(self, name: str, node: Object, task: Object, phase: str) -> None:
        self._add(name, "Skipped", node["id"], task.get("template", ""), phase)

    def _known(
        self, node: Object, tasks: Mapping[str, Object], inputs: Mapping[str, str]
    ) -> dict[str, Any]:
        """Return what tags in the tasks of a DAG may name."""
        found: dict[str, Any] = {}
        for task in tasks:
            one = self._node(f"{node['name']}.{task}")
            if one is not None:
                found[task] = {
                    "status": one["phase"],
                    "id": one["id"],
                    **self._left(one),
                }
        return {
            "tasks": found,
            "inputs": {"parameters": dict(inputs)},
            "workflow": self._workflow,
        }

    def _left(self, node: Object) -> Object:
        if node["type"] == "TaskGroup":
            return gathered([self._nodes[key] for key in node.get("children") or ()])
        outputs = node.get("outputs") or {}
        texts = {
            one["name"]: one["value"]
            for one in outputs.get("parameters") or ()
            if one.get("value") is not None
        }
        made: Object = {"parameters": texts} if texts else {}
        if "result" in outputs:
            made["result"] = outputs["result"]
        return {"outputs": made} if made else {}

    def _assess(self, node: Object, tasks: Mapping[str, Object]) -> str:
        """Return the phase of a DAG: that of its last tasks, or of what kept them."""
        used = {one for task in tasks.values() for one in self._before(task)}
        phases: dict[str, str] = {}
        result = "Succeeded"
        for name, task in tasks.items():
            one = self._node(f"{node['name']}.{name}")
            if one is None and self._shutdown:
                phases[name] = "Failed"
                continue
            if one is None or one["phase"] not in OVER:
                return "Running"
            before = [phases[key] for key in self._before(task)]
            kept = next((phase for phase in before if phase in BAD), "Succeeded")
            ran = one["phase"] not in ("Omitted", "Skipped")
            phases[name] = one["phase"] if ran else kept
        for name in tasks:
            if name not in used and phases[name] in BAD and result == "Succeeded":
                result = phases[name]
        return result

    def _before(self, task: Object) -> Iterator[str]:
        """Yield the tasks that one waits for; `tasks` are in an order that fits."""
        yield from task.get("dependencies") or ()
        if task.get("depends"):
            yield from dict.fromkeys(re.findall(r"[A-Za-z0-9_-]+", bare(task)))

    def _failures(self) -> str:
        return json.dumps(
            json.dumps(
                [
                    {"displayName": one["displayName"], "phase": one["phase"]}
                    for one in self._nodes.values()
                    if one["phase"] in BAD
                ]
                or None
            )
        )

    def _node(self, name: str) -> Object | None:
        return self._nodes.get(f"id-{name}")

    def _add(
        self,
        name: str,
        kind: str,
        boundary: str,
        template: str,
        phase: str,
        *,
        message: str = "",
    ) -> Object:
        made: Object = {
            "id": f"id-{name}",
            "name": name,
            "displayName": name.rpartition(".")[2],
            "type": kind,
            "phase": phase,
            "templateName": template,
            "boundaryID": boundary,
            "startedAt": TIME,
            "finishedAt": TIME if phase in OVER else None,
        }
        if message:
            made["message"] = message
        self._nodes[made["id"]] = made
        for key in self._behind.get(name, (boundary,)):
            if key in self._nodes:
                self._nodes[key].setdefault("children", []).append(made["id"])
        return made


def _listed(text: str) -> list[Any]:
    try:
        found = json.loads(text)
    except ValueError:
        found = None
    if not isinstance(found, list):
        raise Missing(f"withParam value could not be parsed as a JSON list: {text}")
    return found
