"""How the task instances of a DAG run stand, told as news of the workflow's steps."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from couler_jupyter.engines.airflow.live.server import NothingThere
from couler_jupyter.engines.airflow.told import TaskTold, Told, told_of
from couler_jupyter.engines.following.kept import handle_of, kept_value
from couler_jupyter.engines.following.standing import Standing, at, one_line
from couler_jupyter.ir import Json, Phase, RunEvent

Key: TypeAlias = tuple[str, int]
"""A task instance: the id of its task, and its number where the task is mapped, or -1."""
Asked: TypeAlias = Callable[[Key, str], "Json | NothingThere"]
"""Returns what a task instance left under a key, by XCom."""

ENDED = frozenset({"success", "failed", "skipped", "upstream_failed", "removed"})
BEGUN = frozenset(
    {"running", "restarting", "deferred", "awaiting_input", "up_for_retry"}
)
_HANDLES = ("$file", "$pickle", "$local", "$http", "$store")
_KILLED = "its task told nothing before it ended: see its log, or that of the scheduler"


@dataclass(frozen=True, slots=True, kw_only=True)
class LogOf:
    """A log that there is.

    Attributes:
        path: of the step.
        task: id of the task; index: of the item, or -1; attempt: from 1.
        ended: whether nothing more will be written.
    """

    path: str
    task: str
    index: int
    attempt: int
    ended: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new since the last look.

    Attributes:
        events: of steps; outputs: by path and name, as the run store keeps them.
        logs: that there are, old ones too.
        working: whether a task runs.
        bad: path and message of the first step that failed, if any.
    """

    events: tuple[RunEvent, ...]
    outputs: Mapping[str, Mapping[str, Json]]
    logs: tuple[LogOf, ...]
    working: bool
    bad: tuple[str, str] | None


class Book:
    """Remembers what was told, so that only news are told."""

    def __init__(
        self,
        steps: Mapping[str, Mapping[str, Any]],
        known: Mapping[str, Standing],
        asked: Asked,
    ) -> None:
        """Begin.

        Args:
            steps: which task tells of each step; see `steps_of`.
            known: how steps stand as far as the run store knows.
            asked: asks Airflow.
        """
        self._steps = steps
        self._known = dict(known)
        self._asked = asked
        self._left: dict[tuple[Key, int], TaskTold] = {}
        self._outputs: dict[str, Mapping[str, Json]] = {}

    def update(self, found: list[Json], now: float, *, cancelled: bool) -> News:
        """Return what task instances tell that was not told before.

        Args:
            found: all task instances of the run, as Airflow has them.
            now: seconds since the epoch, where Airflow tells no time.
            cancelled: whether somebody asked for the run to be stopped.
        """
        instances = {(one["task_id"], one["map_index"]): one for one in found}
        told = told_of(self._steps, [self._task(one) for one in found])
        events: list[RunEvent] = []
        bad: tuple[str, str] | None = None
        for path, phase in told.phases.items():
            if not self._is_shown(path, phase):
                continue
            mine = _standing(path, phase, told, instances, cancelled=cancelled)
            if bad is None and mine.phase.bad and not path.endswith("]"):
                bad = (path, mine.message)
            old = self._known.get(path)
            if old is None or not mine.says(old):
                self._known[path] = mine
                events += _events(path, mine, old, now)
        return News(
            events=tuple(events),
            outputs=self._new_outputs(told),
            logs=tuple(_logs(told, instances)),
            working=any(one["state"] in BEGUN for one in found),
            bad=bad,
        )

    def _is_shown(self, path: str, phase: Phase) -> bool:
        """Whether it is told: nothing waits in an item of a map that is not there yet."""
        step = self._steps.get(path)
        return phase is not Phase.PENDING or not (step and step["group"])

    def _task(self, one: Json) -> TaskTold:
        key: Key = (one["task_id"], one["map_index"])
        state = one["state"] or ""
        plain = TaskTold(task=key[0], index=key[1], state=state)
        if state not in ENDED:
            return plain
        attempt = (key, one["try_number"])
        if attempt not in self._left or self._left[attempt].state != state:
            self._left[attempt] = self._asked_of(plain)
        return self._left[attempt]

    def _asked_of(self, plain: TaskTold) -> TaskTold:
        key = (plain.task, plain.index)
        ended = self._asked(key, "ended")
        if not isinstance(ended, dict):
            return plain
        left = self._asked(key, "return_value") if plain.state == "success" else None
        return replace(
            plain, ended=ended, left=None if isinstance(left, NothingThere) else left
        )

    def _new_outputs(self, told: Told) -> dict[str, Mapping[str, Json]]:
        found: dict[str, Mapping[str, Json]] = {}
        for path, outputs in told.outputs.items():
            kept = {name: _kept(value) for name, value in outputs.items()}
            if self._outputs.get(path) != kept:
                self._outputs[path] = found[path] = kept
        return found


def _standing(
    path: str,
    phase: Phase,
    told: Told,
    instances: Mapping[Key, Json],
    *,
    cancelled: bool,
) -> Standing:
    one = told.tasks.get(path)
    if one is None:  # items together, a turn of a repeated step
        return Standing(phase=phase, attempt=0 if phase in _UNTRIED else 1)
    instance, ended = instances[one.task, one.index], one.ended or {}
    message = str(ended.get("message") or "")
    if one.state in ENDED and one.ended is None:
        phase = _untold(one.state, phase, cancelled=cancelled)
        message = _KILLED if phase is Phase.ERRORED else message
    code = ended.get("exit_code")
    tried = phase not in _UNTRIED
    return Standing(
        phase=phase,
        attempt=max(1, instance["try_number"]) if tried else 0,
        message=one_line(message),
        exit_code=code if tried and isinstance(code, int) else None,
        started=at(instance["start_date"]) if tried else None,
        finished=at(instance["end_date"]) if phase.ended else None,
    )


_UNTRIED = (Phase.PENDING, Phase.SKIPPED, Phase.OMITTED)


def _untold(state: str, phase: Phase, *, cancelled: bool) -> Phase:
    """Return the phase of a step whose task told nothing of its own."""
    if state == "failed":
        return Phase.CANCELLED if cancelled else Phase.ERRORED
    return Phase.OMITTED if state == "skipped" else phase


def _events(
    path: str, mine: Standing, old: Standing | None, now: float
) -> Iterator[RunEvent]:
    """Yield what is told of a step; of one that ran unseen, that it began as well."""
    if mine.phase.ended and mine.started is not None:
        seen = old is not None and (old.phase, old.attempt) == (
            Phase.RUNNING,
            mine.attempt,
        )
        if not seen:
            yield RunEvent(
                step=path,
                phase=Phase.RUNNING,
                time=mine.started,
                attempt=mine.attempt,
            )
    when = mine.finished if mine.phase.ended else mine.started
    yield RunEvent(
        step=path,
        phase=mine.phase,
        time=now if when is None else when,
        attempt=mine.attempt,
        message=mine.message,
        exit_code=mine.exit_code,
    )


def _logs(told: Told, instances: Mapping[Key, Json]) -> Iterator[LogOf]:
    for path, one in told.tasks.items():
        instance = instances[one.task, one.index]
        if one.task.rpartition(".")[2] == "ending" or not instance["start_date"]:
            continue
        last = instance["try_number"]
        for attempt in range(1, last + 1):
            ended = attempt < last or one.state in ENDED
            yield LogOf(
                path=path,
                task=one.task,
                index=one.index,
                attempt=attempt,
                ended=ended,
            )


def _kept(value: Json) -> Json:
    """Return an output as the run store keeps it; a file as where it lies."""
    if isinstance(value, list):
        return [_kept(one) for one in value]
    if isinstance(value, dict) and len(value) == 1:
        ((key, where),) = value.items()
        if key in _HANDLES:
            return handle_of(where if isinstance(where, str) else str(where[0]))
    return kept_value(value)
