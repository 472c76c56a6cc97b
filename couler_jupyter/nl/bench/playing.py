"""A run on a made-up clock: stand-ins for its steps take a second each."""

from __future__ import annotations

import heapq
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.local.scheduling.data import Data, Located
from couler_jupyter.engines.local.scheduling.orders import Capacity, Launch, Result
from couler_jupyter.engines.local.scheduling.scheduler import Scheduler
from couler_jupyter.ir import (
    Input,
    InputArtifact,
    LocalPath,
    Output,
    OutputArtifact,
    Phase,
    Step,
    Workflow,
    output_names,
)
from couler_jupyter.nl.bench.stand_ins import token

_ROOM = Capacity(cpu=math.inf, memory=1 << 62, gpu=1 << 30)
_MOST = 2_000
"""Attempts that one run may have; more means that it does not end."""


@dataclass(frozen=True, slots=True)
class Act:
    """What one attempt does.

    Attributes:
        phase: how it ends.
        gives: what each of its values is; None for tokens, by which it is told.
    """

    phase: Phase = Phase.SUCCEEDED
    gives: tuple[Data] | None = None


Acting = Callable[[str, int], Act]
"""What the attempt at a path does, and which try it is."""


@dataclass(slots=True)
class Played:
    """What came of a run.

    Attributes:
        phase: of the run; None if it has no end.
        launches: all attempts.
        ends: the last phase of each path.
        crowds: paths that ran at the same time.
    """

    phase: Phase | None = None
    launches: list[Launch] = field(default_factory=list)
    ends: dict[str, Phase] = field(default_factory=dict)
    crowds: list[frozenset[str]] = field(default_factory=list)


def play(workflow: Workflow, arguments: Mapping[str, Data], acting: Acting) -> Played:
    """Run a workflow with stand-ins.

    Args:
        workflow: as `loosened` or `bare` gives it.
        arguments: of the run, as `given` gives them.
        acting: what each attempt does.

    Raises:
        Unfit: the arguments do not fit.
    """
    return _Player(workflow, arguments, acting).run()


def given(workflow: Workflow, arguments: Mapping[str, Data]) -> dict[str, Data]:
    """Return the arguments of a run as its scheduler takes them."""
    files = {one.name for one in workflow.artifacts}
    return {
        name: Located(LocalPath(str(value))) if name in files else _plain(value)
        for name, value in arguments.items()
    }


def _plain(value: Data) -> Data:
    return list(map(_plain, value)) if isinstance(value, tuple) else value


def tokens_for(workflow: Workflow) -> dict[str, Data]:
    """Return arguments by which each input of a workflow is found again."""
    ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    return {one.name: _stand_in(one, f"${one.name}") for one in ports}


def _stand_in(port: Input | Output, what: str) -> Data:
    if isinstance(port, InputArtifact | OutputArtifact):
        return Located(LocalPath(f"/{token(what)}"))
    return [token(what), token(f"{what}.")]


class _Player:
    def __init__(
        self, workflow: Workflow, arguments: Mapping[str, Data], acting: Acting
    ) -> None:
        self._steps = workflow
        self._scheduler = Scheduler(workflow, arguments, capacity=_ROOM)
        self._acting = acting
        self._now = 0.0
        self._ends: list[tuple[float, int, str, Result]] = []
        self._order = 0
        self._running: dict[str, int] = {}
        self._played = Played()

    def run(self) -> Played:
        self._scheduler.start(self._now)
        self._carry_out()
        while self._scheduler.phase is None and len(self._played.launches) < _MOST:
            if not self._go_on():
                break
            self._carry_out()
        self._played.phase = self._scheduler.phase
        return self._played

    def _go_on(self) -> bool:
        wake = self._scheduler.wake
        due = math.inf if wake is None else wake
        if self._ends:
            due = min(due, self._ends[0][0])
        if math.isinf(due):
            return False
        self._now = max(self._now, due)
        if not self._ends or self._ends[0][0] > self._now:
            self._scheduler.tick(self._now)
            return True
        _, order, path, result = heapq.heappop(self._ends)
        if self._running.get(path) == order:  # it may have been stopped meanwhile
            del self._running[path]
            self._scheduler.ended(path, result, self._now)
        return True

    def _carry_out(self) -> None:
        orders = self._scheduler.take()
        people = []
        for event in orders.events:
            self._played.ends[event.step] = event.phase
            if event.phase is Phase.SUSPENDED and event.step:
                people.append(event.step)
        for launch in orders.starts:
            self._played.launches.append(launch)
            self._end(launch.path, 1.0, self._result(launch))
        for path in orders.kills:
            self._end(path, 0.1, Result(phase=Phase.CANCELLED))
        self._played.crowds.append(frozenset(self._running))
        for path in people:
            act = self._acting(path, 1)
            self._scheduler.resume(path, self._typed(path, act), self._now)
        if people:
            self._carry_out()

    def _end(self, path: str, seconds: float, result: Result) -> None:
        self._order += 1
        self._running[path] = self._order
        heapq.heappush(self._ends, (self._now + seconds, self._order, path, result))

    def _result(self, launch: Launch) -> Result:
        act = self._acting(launch.path, launch.tries)
        outputs: dict[str, Data] = {}
        if act.phase.good:
            for one in launch.step.template.outputs:  # type: ignore[union-attr]
                is_file = isinstance(one, OutputArtifact)
                stand_in = _stand_in(one, f"{launch.path}|{one.name}")
                told = None if is_file else act.gives
                outputs[one.name] = stand_in if told is None else _plain(told[0])
        code = 0 if act.phase.good else 1
        return Result(phase=act.phase, outputs=outputs, exit_code=code)

    def _typed(self, path: str, act: Act) -> dict[str, Data]:
        """Return what a person types in where a run waits at `path`."""
        names = self._asked(path)
        value = _plain(act.gives[0]) if act.gives else token(f"{path}|typed")
        return dict.fromkeys(names, value)

    def _asked(self, path: str) -> list[str]:
        at = self._steps
        *groups, last = re.sub(r"[\[#]\d+\]?", "", path).split("/")
        for name in groups:
            at = _step(at, name).template.workflow  # type: ignore[union-attr]
        return list(output_names(_step(at, last).template))


def _step(workflow: Workflow, name: str) -> Step:
    handlers = (one.step for one in workflow.exit_handlers)
    return next(one for one in (*workflow.steps, *handlers) if one.name == name)
