"""Plays a run on a made-up clock: attempts last and end as a test says."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.orders import (
    Capacity,
    Earlier,
    Launch,
    Result,
)
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.ir import (
    Argument,
    FromStdout,
    InputParameter,
    OutputParameter,
    Phase,
    Resources,
    RunEvent,
    Script,
    Step,
    Value,
    ValueType,
    Workflow,
)

START = 1_000.0
ROOMY = Capacity(cpu=1_000, memory=2**40, gpu=8)


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What one attempt does."""

    seconds: float = 1.0
    phase: Phase = Phase.SUCCEEDED
    message: str = ""
    outputs: Mapping[str, Data] | None = None
    transient: bool = False
    exit_code: int | None = None
    lacks: tuple[str, ...] = ()


OK = Act()
FAILS = Act(phase=Phase.FAILED, message="exit code 1", exit_code=1)
BREAKS = Act(phase=Phase.ERRORED, message="no such image")


def script(
    *inputs: str,
    outputs: tuple[str, ...] = ("result",),
    cpu: float | None = None,
    memory: int | None = None,
    default: Any = None,
    type: ValueType = ValueType.JSON,  # noqa: A002
) -> Script:
    from couler_jupyter.ir import Constant

    return Script(
        source="true",
        inputs=tuple(InputParameter(name=name) for name in inputs),
        outputs=tuple(
            OutputParameter(
                name=name,
                source=FromStdout(),
                type=type,
                default=None if default is None else Constant.of(default),
            )
            for name in outputs
        ),
        resources=Resources(cpu=cpu, memory=memory),
    )


def step(name: str, *, takes: Mapping[str, Value] | None = None, **more: Any) -> Step:
    """A step that takes the given values and leaves `result`."""
    given = takes or {}
    template = more.pop("template", None) or script(*given)
    arguments = tuple(Argument(key, value) for key, value in given.items())
    return Step(name=name, template=template, arguments=arguments, **more)


def flow(*steps: Step, **more: Any) -> Workflow:
    return Workflow(name=more.pop("name", "flow"), steps=steps, **more)


Acts = Callable[[Launch], Act] | Mapping[str, Act | list[Act]]


@dataclass
class Play:
    """A run from its start to its end, or to a given time."""

    workflow: Workflow
    acts: Acts = field(default_factory=dict)
    arguments: Mapping[str, Data] = field(default_factory=dict)
    capacity: Capacity = ROOMY
    earlier: Mapping[str, Earlier] = field(default_factory=dict)
    locks_of: Callable[[Step], tuple[str, ...]] = lambda step: ()
    most_running: int = 0
    events: list[RunEvent] = field(default_factory=list)
    outputs: dict[str, Mapping[str, Data]] = field(default_factory=dict)
    launched: list[Launch] = field(default_factory=list)
    killed: list[str] = field(default_factory=list)
    kill_seconds: float = 0.1

    def __post_init__(self) -> None:
        self.now = START
        self.scheduler = Scheduler(
            self.workflow,
            self.arguments,
            capacity=self.capacity,
            earlier=self.earlier,
            locks_of=self.locks_of,
        )
        self._ends: list[tuple[float, int, str, Result]] = []
        self._order = 0
        self._running: dict[str, int] = {}
        self.scheduler.start(self.now)
        self._carry_out()

    def run(self) -> Play:
        """Play until the run is over."""
        self.until(float("inf"))
        assert self.scheduler.phase is not None, "the run never ends"
        return self

    def until(self, time: float) -> Play:
        """Play until `START + time`, or the end."""
        while self.scheduler.phase is None:
            due = min(
                self._ends[0][0] if self._ends else float("inf"),
                self.scheduler.wake
                if self.scheduler.wake is not None
                else float("inf"),
            )
            if due > START + time or due == float("inf"):
                break
            self.now = max(self.now, due)
            if self._ends and self._ends[0][0] <= self.now:
                _, order, path, result = heapq.heappop(self._ends)
                if self._running.get(path) != order:
                    continue  # it was killed meanwhile
                del self._running[path]
                self.scheduler.ended(path, result, self.now)
            else:
                self.scheduler.tick(self.now)
            self._carry_out()
        if time != float("inf"):
            self.now = START + time
        return self

    def cancel(self) -> Play:
        self.scheduler.cancel(self.now)
        self._carry_out()
        return self

    def resume(self, path: str, **given: Any) -> Play:
        self.scheduler.resume(path, given, self.now)
        self._carry_out()
        return self

    def _carry_out(self) -> None:
        orders = self.scheduler.take()
        self.events += orders.events
        self.outputs |= orders.outputs
        for launch in orders.starts:
            assert launch.path not in self._running, f"{launch.path} runs twice"
            self.launched.append(launch)
            act = self._act(launch)
            self._end(launch.path, self.now + act.seconds, result_of(act, launch))
        for path in orders.kills:
            assert path in self._running, f"{path} is killed but does not run"
            self.killed.append(path)
            self._end(path, self.now + self.kill_seconds, Result(phase=Phase.CANCELLED))
        self.most_running = max(self.most_running, len(self._running))

    def _end(self, path: str, due: float, result: Result) -> None:
        self._order += 1
        self._running[path] = self._order
        heapq.heappush(self._ends, (due, self._order, path, result))

    def _act(self, launch: Launch) -> Act:
        if callable(self.acts):
            return self.acts(launch)
        found = self.acts.get(launch.path, self.acts.get(launch.step.name, OK))
        if isinstance(found, list):
            return found[min(launch.tries, len(found)) - 1]
        return found

    @property
    def phase(self) -> Phase | None:
        return self.scheduler.phase

    @property
    def phases(self) -> dict[str, str]:
        """The phase of each step path, by its last event."""
        return {event.step: event.phase.value for event in self.events if event.step}

    @property
    def running(self) -> set[str]:
        return set(self._running)

    def message(self, path: str) -> str:
        return next(e.message for e in reversed(self.events) if e.step == path)

    def times(self, path: str, phase: Phase) -> list[float]:
        """When a step came to a phase, in seconds since the start."""
        return [
            round(event.time - START, 6)
            for event in self.events
            if event.step == path and event.phase is phase
        ]

    @property
    def order(self) -> list[str]:
        return [launch.path for launch in self.launched]


def result_of(act: Act, launch: Launch) -> Result:
    outputs = act.outputs
    if outputs is None:
        outputs = {
            output.name: launch.path
            for output in launch.step.template.outputs  # type: ignore[union-attr]
        }
    return Result(
        phase=act.phase,
        message=act.message,
        outputs=outputs if act.phase.good else {},
        transient=act.transient,
        exit_code=act.exit_code,
        lacks=act.lacks,
    )


def gives(value: Data, seconds: float = 1.0) -> Act:
    """An attempt whose `result` is `value`."""
    return Act(seconds=seconds, outputs={"result": value})
