"""What the tasks of a run tell, as phases and outputs of the workflow's steps."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from couler_jupyter.engines.airflow.building import Building
from couler_jupyter.engines.airflow.known import globals_of
from couler_jupyter.engines.airflow.setting import Setting
from couler_jupyter.ir import Phase, Workflow

_STATES = {
    "success": Phase.SUCCEEDED,
    "failed": Phase.FAILED,
    "upstream_failed": Phase.OMITTED,
    "removed": Phase.OMITTED,
    "skipped": Phase.SKIPPED,
    "running": Phase.RUNNING,
    "restarting": Phase.RUNNING,
    "deferred": Phase.RUNNING,
    "awaiting_input": Phase.SUSPENDED,
}
_BAD = (Phase.FAILED, Phase.ERRORED)


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskTold:
    """One task of a run.

    Attributes:
        task: its id, with its groups; index: of the item, or -1.
        state: as Airflow has it.
        ended: what it told under `ended`, if it came so far; `left`: its outputs.
    """

    task: str
    index: int
    state: str
    ended: Mapping[str, Any] | None = None
    left: Any = None

    @property
    def phase(self) -> Phase:
        """Where it stands."""
        if self.ended is not None and self.state not in {"running", "queued"}:
            return Phase(self.ended["phase"])
        return _STATES.get(self.state, Phase.PENDING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a run came to, as far as its tasks tell it.

    Attributes:
        phases: by path, items as `each[2]`; outputs: by path and name.
        tasks: by path, where one task tells of it.
    """

    phases: Mapping[str, Phase]
    outputs: Mapping[str, Mapping[str, Any]]
    tasks: Mapping[str, TaskTold]


def steps_of(workflow: Workflow, setting: Setting) -> dict[str, dict[str, Any]]:
    """Return which task tells of each step, by its path."""
    building = Building(setting, globals_of(workflow))
    building.build(workflow)
    return building.steps


def told_of(steps: Mapping[str, Mapping[str, Any]], tasks: Iterable[TaskTold]) -> Told:
    """Return the phases and outputs of steps, by what tasks told."""
    by_task: dict[str, dict[int, TaskTold]] = {}
    for one in tasks:
        by_task.setdefault(one.task, {})[one.index] = one
    phases: dict[str, Phase] = {}
    outputs: dict[str, dict[str, Any]] = {}
    told: dict[str, TaskTold] = {}
    for path, step in steps.items():
        if "tasks" in step:
            _note_unrolled(path, step, steps, by_task, (phases, outputs, told))
            continue
        mine = by_task.get(step["task"], {})
        many = step["items"] is not None
        for index, one in sorted(mine.items()):
            place = _placed(path, step, steps, index)
            if index >= 0 or not many:
                _note(place, one, phases, outputs)
                told[place] = one
        if many:
            giver = by_task.get(str(step["items"]), {}).get(-1)
            items = [one for index, one in sorted(mine.items()) if index >= 0]
            phases[path] = _together(items, giver)
            if phases[path] in (Phase.SUCCEEDED, Phase.FAILED):
                outputs[path] = _gathered(items, step["leaves"])
    ending = by_task.get("ending", {}).get(-1)
    if ending is not None and isinstance(ending.left, dict):
        outputs[""] = ending.left
    return Told(phases=phases, outputs=outputs, tasks=told)


def _note_unrolled(
    path: str,
    step: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, Any]],
    by_task: Mapping[str, Mapping[int, TaskTold]],
    noted: tuple[dict[str, Phase], dict[str, dict[str, Any]], dict[str, TaskTold]],
) -> None:
    """Note a map that has a task for each item, once for each item of the map around it."""
    phases, outputs, told = noted
    for index in sorted(by_task.get(step["task"], {})):
        place = path if index < 0 else _around(step, steps, index, path)
        each = [by_task.get(task, {}).get(index) for task in step["tasks"]]
        items = [one for one in each if one is not None]
        if index >= 0 or not step["group"]:  # or the map around it has no items yet
            for number, one in enumerate(items):
                _note(f"{place}[{number}]", one, phases, outputs)
                told[f"{place}[{number}]"] = one
        phases[place] = _together(items, None)
        if phases[place] in (Phase.SUCCEEDED, Phase.FAILED):
            outputs[place] = _gathered(items, step["leaves"])


def _note(
    place: str,
    one: TaskTold,
    phases: dict[str, Phase],
    outputs: dict[str, dict[str, Any]],
) -> None:
    phases[place] = one.phase
    turns = (one.ended or {}).get("turns", 0)
    for turn in range(1, turns + 1):
        bad = turn == turns and not one.phase.good and not _at_limit(one)
        phases[f"{place}#{turn}"] = one.phase if bad else Phase.SUCCEEDED
    if isinstance(one.left, dict) and one.phase is Phase.SUCCEEDED:
        outputs[place] = one.left


def _at_limit(one: TaskTold) -> bool:
    """Whether a repeated step failed though its last turn was good."""
    return bool((one.ended or {}).get("at_limit"))


def _placed(
    path: str,
    step: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, Any]],
    index: int,
) -> str:
    """Return the path of one item of a map."""
    if index < 0:
        return path
    if step["items"] is not None:
        return f"{path}[{index}]"
    return _around(step, steps, index, path)


def _around(
    step: Mapping[str, Any],
    steps: Mapping[str, Mapping[str, Any]],
    index: int,
    path: str,
) -> str:
    """Return a path inside one item of the map around it."""
    around = next(
        one
        for one, known in steps.items()
        if known["items"] is not None and known["task"] == f"{step['group']}.ending"
    )
    return f"{around}[{index}]{path.removeprefix(around)}"


def _together(items: list[TaskTold], giver: TaskTold | None) -> Phase:
    phases = [one.phase for one in items]
    if giver is not None and giver.phase is not Phase.SUCCEEDED:
        return giver.phase
    if not items:
        return Phase.PENDING if giver is None else Phase.SUCCEEDED
    for phase in (Phase.RUNNING, Phase.PENDING):
        if phase in phases:
            return Phase.RUNNING
    if any(phase in _BAD for phase in phases):
        return Phase.FAILED
    if Phase.OMITTED in phases:
        return Phase.OMITTED
    skipped = all(phase is Phase.SKIPPED for phase in phases)
    return Phase.SKIPPED if skipped else Phase.SUCCEEDED


def _gathered(items: list[TaskTold], names: Iterable[str]) -> dict[str, Any]:
    good = [one.left for one in items if one.phase.good and isinstance(one.left, dict)]
    return {name: [one[name] for one in good if name in one] for name in names}
