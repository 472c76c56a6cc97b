"""One child as its object on the cluster tells: its gates, its steps, how it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.engines.argo.live.parts.crossing import end_of
from couler_jupyter.engines.argo.live.parts.ends import OVER
from couler_jupyter.engines.argo.live.parts.events import (
    ChildOver,
    Event,
    GateClosed,
    GateOpen,
    Present,
    Shutdown,
    StepOver,
)
from couler_jupyter.engines.argo.live.step_paths import StepPaths, retries_in
from couler_jupyter.engines.argo.live.surgery import is_over, is_suspended
from couler_jupyter.engines.argo.parts.children import AT_END, Child
from couler_jupyter.ir import Json, Workflow

_EXIT = ".onExit"


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of a child.

    Attributes:
        child: which it is.
        found: the object.
        nodes: the states of its nodes by id, without gates, named as in one Workflow.
        own: the same and the gates, as the cluster has them.
        gates: ids of the nodes of gates, by the tasks.
        events: what it tells the machine.
    """

    child: Child
    found: Json
    nodes: Mapping[str, Json]
    own: Mapping[str, Json]
    gates: Mapping[str, str]
    events: tuple[Event, ...]


class Reading:
    """Reads the versions of one child."""

    def __init__(self, child: Child, workflow: Workflow, name: str, whole: str) -> None:
        """Prepare for versions of the Workflow `name`.

        Args:
            child: which child it is.
            workflow: what all of them run.
            name: of the child.
            whole: name of the run, by which nodes are called.
        """
        self._child = child
        self._steps = workflow.by_name
        self._name = name
        self._called = f"{whole}{_EXIT}" if child.part == AT_END else whole
        self._paths = StepPaths(workflow, whole)
        self._tasks = {gate.task for gate in child.gates}

    def version(self, found: Json, nodes: Mapping[str, Json]) -> Version:
        """Return what a version of the child tells."""
        named = {key: self._renamed(one) for key, one in nodes.items()}
        retries = retries_in(named)
        gates = self._gates(named, retries)
        kept = {key: one for key, one in named.items() if key not in gates.values()}
        told = (
            *self._gate_events(gates, nodes),
            *self._step_events(kept, retries),
            *self._own_events(found),
        )
        return Version(
            child=self._child,
            found=found,
            nodes=kept,
            own=nodes,
            gates=gates,
            events=told,
        )

    def _renamed(self, node: Json) -> Json:
        rest = str(node["name"]).removeprefix(self._name)
        return {**node, "name": f"{self._called}{rest}"}

    def _gates(
        self, nodes: Mapping[str, Json], retries: Mapping[str, str]
    ) -> dict[str, str]:
        """Return the ids of the gates' nodes, by their tasks."""
        found: dict[str, str] = {}
        for key, node in nodes.items():
            boundary = nodes.get(node.get("boundaryID") or "")
            if node.get("type") != "Suspend" or boundary is None:
                continue
            task = str(node["name"]).removeprefix(f"{boundary['name']}.")
            if task in self._tasks:
                inside = self._paths.place(boundary, nodes, retries).path
                found |= {} if inside else {task: key}
        return found

    def _gate_events(
        self, gates: Mapping[str, str], nodes: Mapping[str, Json]
    ) -> Iterator[Event]:
        part = self._child.part
        for task, key in gates.items():
            if is_suspended(nodes[key]):
                yield GateOpen(part, task)
            elif nodes[key].get("phase") in OVER:
                yield GateClosed(part, task)

    def _step_events(
        self, nodes: Mapping[str, Json], retries: Mapping[str, str]
    ) -> Iterator[Event]:
        mine = frozenset(self._child.steps)
        outermost: dict[str, Json] = {}
        for node in nodes.values():
            place = self._paths.place(node, nodes, retries)
            if place.path not in mine or place.attempt or place.path not in self._steps:
                continue
            known = outermost.get(place.path)
            if known is None or len(node["name"]) < len(known["name"]):
                outermost[place.path] = node
        for step, node in outermost.items():
            end = end_of(self._steps[step], node, nodes)
            if end is not None:
                yield StepOver(step, end)

    def _own_events(self, found: Json) -> Iterator[Event]:
        spec, status = found.get("spec") or {}, found.get("status") or {}
        shutdown = Shutdown(spec.get("shutdown") or "")
        part = self._child.part
        if is_over(found):
            why = " ".join(str(status.get("message") or "").split())
            yield ChildOver(part, status["phase"], why, shutdown)
        else:
            yield Present(part, shutdown, bool(spec.get("suspend")))
