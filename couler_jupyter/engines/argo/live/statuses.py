"""Versions of a Workflow to what changed between them, as events of its run.

Only nodes that differ from what was seen are looked at, so that a version of a large
workflow in which one step moved costs one comparison per node and no more.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from couler_jupyter.engines.argo.live.collecting import Collected
from couler_jupyter.engines.argo.live.judging import of_attempts, of_group, of_run
from couler_jupyter.engines.argo.live.standing import (
    run_standing,
    standing_of,
    trouble_of,
)
from couler_jupyter.engines.argo.live.starting import is_settled
from couler_jupyter.engines.argo.live.step_paths import Place, StepPaths, retries_in
from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.engines.following.telling import Telling
from couler_jupyter.engines.kube.troubles import Trouble
from couler_jupyter.ir import Json, Phase, RunEvent, Step, Workflow
from couler_jupyter.runs import StepRecord

_NOTHING: Mapping[str, Mapping[str, Json]] = MappingProxyType({})
_MARK = re.compile(r"[/\[#]")
_NOISE = re.compile(r"child '.*' (failed|errored)", re.DOTALL)
_GROUPS = frozenset({"DAG", "Steps", "TaskGroup", "StepGroup"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A step that has ended.

    Attributes:
        path: of the step.
        standing: how.
        node: its last attempt, or itself.
    """

    path: str
    standing: Standing
    node: Json


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What a version tells that was not known.

    Attributes:
        events: in the order in which it happened; those of the run itself last.
        outputs: JSON by step path.
        ended: steps that have ended since, each with the last node that tells of it.
        pods: nodes with a log, that are new or have ended since.
        troubles: known troubles that steps are in now, by path.
        run: how the run as a whole stands.
    """

    events: tuple[RunEvent, ...]
    outputs: Mapping[str, Mapping[str, Json]]
    ended: tuple[Over, ...]
    pods: tuple[tuple[Place, Json], ...]
    troubles: Mapping[str, Trouble]
    run: Standing


@dataclass(slots=True)
class _Seen:
    """The nodes that tell of one step: itself (0) and its attempts."""

    place: Place
    nodes: dict[int, Json] = field(default_factory=dict)


class Statuses:
    """What is known of one run; `update` says what a version adds to it."""

    def __init__(
        self,
        workflow: Workflow,
        name: str,
        *,
        known: Mapping[str, StepRecord],
        attempts: Mapping[str, int],
        rest: Workflow | None = None,
        made: Mapping[str, Mapping[str, Json]] = _NOTHING,
        now: Callable[[], float] = time.time,
    ) -> None:
        """Begin with what the run store has.

        Args:
            workflow: what is run.
            name: of the Workflow object.
            known: the steps as they were last told.
            attempts: of each step, from before the run was last run again.
            rest: what of it was handed over; None for all of it.
            made: what steps had left behind as it was last told.
            now: the time, seconds since the epoch.
        """
        self._workflow = workflow
        self._now = now
        self._attempts = attempts
        self._paths = StepPaths(workflow if rest is None else rest, name)
        own = {one.name for one in _steps_of(workflow)}
        left = {one.name for one in _steps_of(workflow if rest is None else rest)}
        self._added = frozenset(left - own)
        self._fixed = frozenset(
            path
            for path, one in known.items()
            if is_settled(one.phase, one.attempt) or _head(path) in own - left
        )
        self._nodes: Mapping[str, Json] = {}
        self._seen: dict[str, _Seen] = {}
        telling = Telling(known, now)
        self._told, self._events = telling.told, telling.events
        self._collected = Collected(made)
        self.troubles: dict[str, Trouble] = {}

    @property
    def told(self) -> Mapping[str, Standing]:
        """Where every step stands, as far as it was told."""
        return self._told

    def update(self, workflow: Json, nodes: Mapping[str, Json]) -> News:
        """Return what a version with these states of nodes adds."""
        run = run_standing(workflow)
        before, self._nodes = self._nodes, nodes
        changed = [one for key, one in nodes.items() if before.get(key) != one]
        retries = retries_in(nodes)
        pods: list[tuple[Place, Json]] = []
        moved: dict[str, None] = {}
        for node in changed:
            place = self._paths.place(node, nodes, retries)
            if place.shown and node.get("type") in ("Pod", "Container"):
                pods.append((place, node))
            if place.shown and _head(place.path) not in ("", *self._added):
                seen = self._seen.setdefault(place.path, _Seen(place))
                seen.nodes[place.attempt] = node
                moved[place.path] = None
        gone = (
            [] if len(nodes) >= len(before) else [k for k in before if k not in nodes]
        )
        self._forget(gone, before)
        shut_down = bool((workflow.get("spec") or {}).get("shutdown"))
        over: list[Over] = []
        events, outputs = self._tell(moved, shut_down, over)
        events += self._waiting(run, bool(nodes))
        names = [step.name for step in self._workflow.steps]
        run = of_run(run, names, self._told, waits=self._waits())
        if run.phase.ended:
            name = workflow["metadata"]["name"]
            root = next((one for one in nodes.values() if one["name"] == name), None)
            made = self._collected.of_run(self._workflow, root)
            outputs |= {"": made} if made else {}
        return News(
            events=tuple(sorted(events, key=lambda one: one.time)),
            outputs=outputs,
            ended=tuple(over),
            pods=tuple(pods),
            troubles=dict(self.troubles),
            run=run,
        )

    def _tell(
        self, moved: Iterable[str], shut_down: bool, over: list[Over]
    ) -> tuple[list[RunEvent], dict[str, Mapping[str, Json]]]:
        events: list[RunEvent] = []
        outputs: dict[str, Mapping[str, Json]] = {}
        for path in sorted(moved, key=_depth, reverse=True):
            seen = self._seen[path]
            standing = self._standing(path, seen, shut_down)
            if path in self._fixed and not standing.phase.bad:
                continue  # it only hands on what was made before
            events += self._events(path, standing)
            if standing.phase.ended:
                node = seen.nodes[max(seen.nodes)]
                over.append(Over(path=path, standing=standing, node=node))
            if standing.phase.good:
                step = seen.place.step
                made = self._collected.of_step(path, step, seen.nodes, self._told)
                outputs |= {path: made} if made else {}
        return events, outputs

    def _standing(self, path: str, seen: _Seen, shut_down: bool) -> Standing:
        earlier = self._attempts.get(path, 0)
        last = max(seen.nodes)
        node: Json = seen.nodes.get(0, seen.nodes[last])
        self._note_trouble(path, seen.nodes[last])
        if last == 0:
            found = standing_of(node, attempt=earlier + 1)
        else:
            found = of_attempts(node, seen.nodes[last], earlier + last)
        if _NOISE.fullmatch(found.message):
            found = replace(found, message="")
        if found.phase is Phase.FAILED and node.get("type") in _GROUPS:
            found = replace(
                found, phase=of_group(path, self._told, shut_down=shut_down)
            )
        return found

    def _note_trouble(self, path: str, node: Json) -> None:
        trouble = trouble_of(node)
        if trouble is None:
            self.troubles.pop(path, None)
        else:
            self.troubles[path] = trouble

    def _waiting(self, run: Standing, has_nodes: bool) -> list[RunEvent]:
        """Tell of steps without a node: they wait, or after the end never ran."""
        names = [step.name for step in self._workflow.steps]
        if run.phase.ended:
            lost = [p for p, one in self._told.items() if not one.phase.ended]
            lost += [name for name in names if name not in self._told]
            return [
                one for path in lost for one in self._events(path, self._lost(path))
            ]
        paths = [name for name in names if name not in self._told]
        if has_nodes:
            paths += [
                path
                for path, one in self._told.items()
                if path not in self._seen
                and path not in self._fixed
                and one.phase is not Phase.PENDING
            ]
        waits = Standing(phase=Phase.PENDING)
        return [one for path in paths for one in self._events(path, waits)]

    def _lost(self, path: str) -> Standing:
        before = self._told.get(path)
        if before is None or before.phase is Phase.PENDING:
            return Standing(phase=Phase.OMITTED, message="the run ended before it")
        why = "the run ended before it did"
        return replace(before, phase=Phase.CANCELLED, message=why, finished=self._now())

    def _waits(self) -> bool:
        """Whether nothing goes on but what a person has to resume."""
        phases = {one.phase for one in self._told.values()}
        return Phase.SUSPENDED in phases and not any(
            one.phase is Phase.RUNNING and not self._is_group(path)
            for path, one in self._told.items()
        )

    def _is_group(self, path: str) -> bool:
        seen = self._seen.get(path)
        return seen is not None and all(
            one.get("type") in (*_GROUPS, "Retry") for one in seen.nodes.values()
        )

    def _forget(self, gone: list[str], before: Mapping[str, Json]) -> None:
        """Let go of nodes that are not there any more: they begin from nothing."""
        for key in gone:
            place = self._paths.place(before[key], before, {})
            seen = self._seen.get(place.path)
            if seen is None or place.attempt not in seen.nodes:
                continue
            if seen.nodes[place.attempt]["id"] == key:
                del seen.nodes[place.attempt]
                if not seen.nodes:
                    del self._seen[place.path]


def _head(path: str) -> str:
    """Return the step of the workflow itself that a path is in.

    >>> _head("tune[2]/fit")
    'tune'
    """
    return _MARK.split(path, maxsplit=1)[0]


def _steps_of(workflow: Workflow) -> tuple[Step, ...]:
    return (*workflow.steps, *(one.step for one in workflow.exit_handlers))


def _depth(path: str) -> int:
    """Return how far inside a path is: what holds others comes after them."""
    return sum(map(path.count, "/[#"))
