"""States of a PipelineRun and its TaskRuns to what changed, as events of their run.

Only TaskRuns that changed are looked at.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.engines.following.telling import Telling
from couler_jupyter.engines.kube.troubles import Trouble
from couler_jupyter.engines.tekton.leaves import MAIN
from couler_jupyter.engines.tekton.live.door import LogPlace
from couler_jupyter.engines.tekton.live.grouping import with_members
from couler_jupyter.engines.tekton.live.objects import OF_TASK, name_of
from couler_jupyter.engines.tekton.live.standing import (
    own_step_of,
    run_standing,
    skipped_standing,
    task_standing,
    trouble_of,
    with_items,
)
from couler_jupyter.engines.tekton.live.told import Told
from couler_jupyter.ir import Json, Phase, RunEvent
from couler_jupyter.runs import StepRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class WantedLog:
    """The log of one attempt of a step.

    Attributes:
        path: of the step.
        attempt: of it.
        place: where the log is.
        ended: whether no more of it comes.
    """

    path: str
    attempt: int
    place: LogPlace
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is told that was not known.

    Attributes:
        events: in the order in which it happened.
        outputs: JSON by step path.
        logs: of attempts that began, or have ended since.
        troubles: known troubles that steps are in now, by path.
        run: how the run as a whole stands.
    """

    events: tuple[RunEvent, ...]
    outputs: Mapping[str, Mapping[str, Json]]
    logs: tuple[WantedLog, ...]
    troubles: Mapping[str, Trouble]
    run: Standing


@dataclass(slots=True)
class _New:
    """What is gathered of one update."""

    events: list[RunEvent] = field(default_factory=list[RunEvent])
    outputs: dict[str, Mapping[str, Json]] = field(
        default_factory=dict[str, "Mapping[str, Json]"]
    )
    logs: list[WantedLog] = field(default_factory=list[WantedLog])


class Statuses:
    """What is known of one run; `update` says what is new."""

    def __init__(
        self,
        told: Told,
        *,
        known: Mapping[str, StepRecord],
        attempts: Mapping[str, int],
        explain: Callable[[LogPlace], str],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Begin with what the run store has.

        Args:
            told: what tasks are.
            known: the steps as they were last told.
            attempts: of each step, from before the run was last run again.
            explain: reads the last line of a log.
            now: the time, seconds since the epoch.
        """
        self._what = told
        self._attempts = attempts
        self._explain = explain
        self._now = now
        telling = Telling(known, now)
        self._told, self._events = telling.told, telling.events
        self._versions: dict[str, str] = {}
        self._standings: dict[str, Standing] = {}
        self._items: dict[str, dict[int, Mapping[str, Json]]] = {}
        self._made: dict[str, Mapping[str, Json]] = {}
        self._hidden: dict[str, str] = {}
        self._troubles: dict[str, Trouble] = {}

    @property
    def told(self) -> Mapping[str, Standing]:
        """Where every step stands, as far as it was told."""
        return self._told

    def update(self, run: Json, task_runs: Mapping[str, Json]) -> News:
        """Return what is new in a PipelineRun and its TaskRuns."""
        order = _by_task(run, task_runs)
        new = _New()
        for task, names in order.items():
            runs = [task_runs[name] for name in names]
            if changed := [n for n, one in enumerate(runs) if self._is_news(one)]:
                self._take(task, runs, changed, new)
        new.events += self._skipped(run)
        standing = self._run(run)
        new.events += self._others(standing)
        self._made |= new.outputs
        self._take_groups(new)
        if standing.phase.ended and (made := self._what.of_run(run)):
            new.outputs[""] = made
        return News(
            events=tuple(sorted(new.events, key=lambda one: one.time)),
            outputs=new.outputs,
            logs=tuple(new.logs),
            troubles=dict(self._troubles),
            run=standing,
        )

    def _is_news(self, found: Json) -> bool:
        name, version = name_of(found), found["metadata"].get("resourceVersion") or ""
        known = self._versions.get(name)
        self._versions[name] = version
        return known is None or known != version

    def _take(self, task: str, runs: list[Json], changed: list[int], new: _New) -> None:
        path, mapped = self._what.path(task), self._what.is_mapped(task)
        for number in changed:
            found = runs[number]
            own = f"{path}[{number}]" if mapped else path
            standing = self._standing(own, found)
            self._standings[name_of(found)] = standing
            if not path:
                if standing.phase.bad:
                    self._hidden[task] = standing.message
                continue
            self._note_trouble(own, found)
            new.events += self._events(own, standing)
            new.logs += _logs(own, found, standing)
            made = self._what.outputs(task, found, number if mapped else None)
            if standing.phase.good and made:
                new.outputs[own] = made
                self._items.setdefault(path, {})[number] = made
        if mapped:
            whole = with_items([self._standings[name_of(one)] for one in runs])
            new.events += self._events(path, whole)
            if whole.phase.good and (lists := self._lists(path)):
                new.outputs[path] = lists

    def _standing(self, path: str, found: Json) -> Standing:
        standing = task_standing(found, earlier=self._attempts.get(path, 0))
        own = own_step_of(found) if standing.phase is Phase.FAILED else ""
        pod = (found.get("status") or {}).get("podName") or ""
        if own and pod and (why := self._explain(LogPlace(pod, f"step-{own}"))):
            standing = replace(standing, message=f"{standing.message}: {why}")
        return standing

    def _note_trouble(self, path: str, found: Json) -> None:
        trouble = trouble_of(found)
        if trouble is None:
            self._troubles.pop(path, None)
        else:
            self._troubles[path] = trouble

    def _lists(self, path: str) -> dict[str, Json]:
        made: dict[str, list[Json]] = {}
        for number in sorted(self._items.get(path, {})):
            for name, value in self._items[path][number].items():
                made.setdefault(name, []).append(value)
        return dict(made)

    def _skipped(self, run: Json) -> list[RunEvent]:
        """Tell of steps all of whose tasks were skipped."""
        reasons = {
            one["name"]: one.get("reason") or ""
            for one in (run.get("status") or {}).get("skippedTasks") or ()
        }
        found: dict[str, list[str]] = {}
        for task, placed in self._what.built.steps.items():
            found.setdefault(placed.path, []).append(reasons.get(task, ""))
        return [
            event
            for path, whys in found.items()
            if all(whys)
            for event in self._events(path, skipped_standing(whys[0]))
        ]

    def _take_groups(self, new: _New) -> None:
        """Tell of sub-workflows, by what was told of the steps in them."""
        for group in self._what.built.flat.groups:
            members = {
                path.rpartition("/")[2]: self._told[path]
                for path in group.members
                if path in self._told
            }
            standing = with_members(members)
            if not (events := self._events(group.path, standing)):
                continue
            new.events += events
            if standing.phase.good and (made := self._what.of_group(group, self._made)):
                self._made[group.path] = new.outputs[group.path] = made

    def _run(self, run: Json) -> Standing:
        standing = run_standing(run)
        if standing.phase is not Phase.FAILED:
            return standing
        wanted = (Phase.FAILED, Phase.ERRORED)
        own = [placed.path for placed in self._what.built.steps.values()]
        bad = [path for path in own if self._is_in(path, wanted)]
        if not bad:
            for task, why in self._hidden.items():
                return replace(standing, message=f"task {task!r} failed: {why}")
            return standing
        path = next((p for p in bad if self._is_in(p, wanted[:1])), bad[0])
        first = self._told[path]
        more = f" (and {len(bad) - 1} more)" if len(bad) > 1 else ""
        why = f"step {path!r} failed: {first.message or first.phase}{more}"
        return replace(standing, phase=first.phase, message=why)

    def _is_in(self, path: str, phases: tuple[Phase, ...]) -> bool:
        return path in self._told and self._told[path].phase in phases

    def _others(self, run: Standing) -> list[RunEvent]:
        """Tell of steps without a TaskRun: they wait, or after the end never ran."""
        own = dict.fromkeys(one.path for one in self._what.built.steps.values())
        if not run.phase.ended:
            waits = Standing(phase=Phase.PENDING)
            new = [path for path in own if path not in self._told]
            return [event for path in new for event in self._events(path, waits)]
        groups = {one.path for one in self._what.built.flat.groups}
        lost = [
            path
            for path, one in self._told.items()
            if not one.phase.ended and path not in groups
        ]
        lost += [path for path in own if path not in self._told]
        return [
            event for path in lost for event in self._events(path, self._lost(path))
        ]

    def _lost(self, path: str) -> Standing:
        before = self._told.get(path)
        if before is None or before.phase is Phase.PENDING:
            return Standing(phase=Phase.OMITTED, message="the run ended before it")
        why = "the run ended before it did"
        return replace(before, phase=Phase.CANCELLED, message=why, finished=self._now())


def _by_task(run: Json, task_runs: Mapping[str, Json]) -> dict[str, list[str]]:
    """Return the names of TaskRuns by the task they are of, items in their order."""
    references = (run.get("status") or {}).get("childReferences") or ()
    place: dict[str, int] = {
        one["name"]: number for number, one in enumerate(references)
    }
    found: dict[str, list[str]] = {}
    for name in sorted(
        task_runs, key=lambda one: (place.get(one, len(place)), _end(one))
    ):
        labels = task_runs[name]["metadata"].get("labels") or {}
        found.setdefault(labels.get(OF_TASK) or "", []).append(name)
    return found


def _end(name: str) -> tuple[int, str]:
    """Return the number that a name ends in, and the name; so do those of items."""
    digits = name.rpartition("-")[2]
    return (int(digits) if digits.isdecimal() else 0, name)


def _logs(path: str, found: Json, standing: Standing) -> list[WantedLog]:
    """Return the logs of a TaskRun's attempts."""
    status = found.get("status") or {}
    earlier = status.get("retriesStatus") or ()
    first = standing.attempt - len(earlier)
    wanted = [
        WantedLog(
            path=path,
            attempt=first + number,
            place=LogPlace(one["podName"], f"step-{MAIN}"),
            ended=True,
        )
        for number, one in enumerate(earlier)
        if one.get("podName")
    ]
    live = standing.phase is Phase.RUNNING or (
        standing.phase.ended and standing.attempt > 0
    )
    if live and status.get("podName"):
        place = LogPlace(status["podName"], f"step-{MAIN}")
        wanted.append(
            WantedLog(
                path=path,
                attempt=standing.attempt,
                place=place,
                ended=standing.phase.ended,
            )
        )
    return wanted
