"""What runs at one path: a step, an item of its map, or a turn of its repeat."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, ClassVar

from couler_jupyter.engines.local.scheduling.admission import Ask, Bound, Priority
from couler_jupyter.engines.local.scheduling.bind import bind
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.desk import Alarm, Desk
from couler_jupyter.engines.local.scheduling.evaluate import Unfit, Unknown
from couler_jupyter.engines.local.scheduling.names import Names
from couler_jupyter.engines.local.scheduling.orders import Earlier, Result
from couler_jupyter.engines.local.scheduling.retrying import Tried, wait_before_next
from couler_jupyter.engines.local.scheduling.work import (
    Doom,
    Nested,
    Wait,
    Work,
    work_for,
)
from couler_jupyter.ir import AttemptField, Json, Phase

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.again import Lacking
    from couler_jupyter.engines.local.scheduling.node import Node


class State(Enum):
    """Where a unit stands between its attempts."""

    NEW = auto()
    QUEUED = auto()
    RUNNING = auto()
    DELAYED = auto()
    LACKING = auto()
    OVER = auto()


@dataclass(slots=True, kw_only=True, eq=False)
class Unit:
    """One thing that is queued, started, tried again, and ends exactly once.

    Attributes:
        node: the step it is of.
        path: its own in the run.
        priority: its place in the queue; smaller goes first.
        bounds: the groups of which only so many run at once.
        item: the item of the map it is for; `turn`: the turn of the repeat.
        state: where it stands.
        phase: how it ended, once it did; `message`: why.
        outputs: what it left behind.
        exit_code: of its last process.
        tries: how often it was started.
        again: whether it only brings back bytes of a step that has ended.
    """

    node: Node
    path: str
    priority: Priority
    bounds: tuple[Bound, ...]
    item: Data = None
    turn: int = 0
    state: State = State.NEW
    phase: Phase = Phase.PENDING
    message: str = ""
    outputs: Mapping[str, Data] = field(default_factory=dict)
    exit_code: int | None = None
    tries: int = 0
    again: ClassVar[bool] = False
    _doom: Doom | None = None
    _lacking: Lacking | None = None
    _work: Work | None = None
    _alarm: Alarm | None = None
    _first_start: float = 0.0
    _start: float = 0.0

    @property
    def queued(self) -> bool:
        """Whether it waits to be admitted."""
        return self.state is State.QUEUED

    @property
    def started(self) -> bool:
        """Whether it was ever started."""
        return self.tries > 0

    @property
    def ask(self) -> Ask:
        """What an attempt takes of the machine."""
        return self.node.plan.ask

    @property
    def names(self) -> Names:
        """What the references of its step stand for."""
        return Names(self.node.scope, self.node.name, item=self.item, turn=self.turn)

    @property
    def _desk(self) -> Desk:
        return self.node.scope.desk

    def enqueue(self) -> None:
        """Wait to be admitted."""
        self.state = State.QUEUED
        self._desk.admission.push(self)

    def begin(self) -> None:
        """Start an attempt; it was admitted."""
        desk = self._desk
        self.state = State.RUNNING
        self.tries += 1
        self._start = desk.now
        if self.tries == 1:
            self._first_start = desk.now
            self._begun()
        desk.live[self.path] = self
        try:
            self._work = work_for(self, bind(self.node.step, self.names))
            self._work.start()
        except Unknown as error:
            self.ended(Result(phase=Phase.ERRORED, message=str(error)))
        except Unfit as error:
            self.ended(Result(phase=Phase.FAILED, message=str(error)))

    def ended(self, result: Result) -> None:
        """Take the result of the attempt that runs."""
        nested = isinstance(self._work, Nested)
        self._leave()
        result = self.node.judge(result, doomed=self._doom is not None)
        if self._doom is not None and not nested and not result.phase.good:
            self._finish(self._doom.phase, self._doom.message, result)
        elif self._doom is not None or result.phase.good:
            self._finish(result.phase, result.message, result)
        else:
            self._try_again_or_finish(result)

    def put_off(self, lacking: Lacking) -> None:
        """Give its place back: its attempt was not begun, for something is lacking."""
        self._leave()
        self.tries -= 1
        if self._doom is not None:
            self.go_on()
            return
        self.state, self._lacking = State.LACKING, lacking
        self._desk.note(self.path, Phase.PENDING, lacking.told)
        lacking.begin()

    def go_on(self, trouble: str = "") -> None:
        """Wait for a place again, or end if what is lacking cannot be had."""
        self._lacking = None
        if self._doom is not None:
            self._finish(self._doom.phase, self._doom.message)
        elif trouble:
            self._finish(Phase.ERRORED, trouble)
        else:
            self.enqueue()

    def stop(self, doom: Doom) -> None:
        """End soon; what was never started is left out."""
        match self.state:
            case State.NEW | State.QUEUED if not self.started:
                self._finish(Phase.OMITTED, doom.message)
            case State.NEW | State.QUEUED:
                self._finish(doom.phase, doom.message)
            case State.DELAYED:
                self._desk.counts.delayed -= 1
                self._finish(doom.phase, doom.message)
            case State.LACKING:
                self._doom = doom
                if self._lacking is not None:
                    self._lacking.stop(doom)
            case State.RUNNING:
                self._doom = self._doom or doom
                if self._work is not None:
                    self._work.stop(doom)
            case State.OVER:
                pass

    def resume(self, given: Mapping[str, Json]) -> None:
        """Go on, if it waits for a person."""
        if isinstance(self._work, Wait):
            self._work.resume(given)

    def adopt(self, earlier: Earlier) -> None:
        """Be what it was before the run was resumed."""
        self.state = State.OVER
        self.phase = earlier.phase
        self.message = earlier.message
        self.outputs = earlier.outputs
        self.exit_code = earlier.exit_code
        self.node.over_for(self)

    def skip(self, message: str) -> None:
        """End without being started: a condition switched it off."""
        self._finish(Phase.SKIPPED, message)

    def fail(self, phase: Phase, message: str) -> None:
        """End without being started, badly."""
        self._finish(phase, message)

    def _leave(self) -> None:
        desk = self._desk
        if self._work is not None:
            self._work.leave()
            self._work = None
        del desk.live[self.path]
        desk.admission.release(self)

    def _begun(self) -> None:
        """Tell the step that it has started."""
        self.node.began()

    def _over(self) -> None:
        """Tell the step that it has ended."""
        if self.phase is Phase.CACHED:
            self._desk.reused[self.path] = self
        self.node.over_for(self)

    def _try_again_or_finish(self, result: Result) -> None:
        wait = None
        retry = self.node.step.retry
        if retry is not None:
            elapsed = self._desk.now - self._first_start
            tried = Tried(tries=self.tries, result=result, elapsed=elapsed)
            try:
                wait = wait_before_next(retry, tried, self._names_of_attempt(result))
            except (Unknown, Unfit) as error:
                why = f"{result.message}; its retry condition: {error}"
                self._finish(result.phase, why, result)
                return
        if wait is None:
            self._finish(result.phase, result.message, result)
        else:
            self._delay(wait, result)

    def _names_of_attempt(self, result: Result) -> Names:
        names = self.names
        names.attempt = {
            AttemptField.NUMBER: self.tries,
            AttemptField.EXIT_CODE: result.exit_code,
            AttemptField.PHASE: result.phase.value,
            AttemptField.DURATION: self._desk.now - self._start,
            AttemptField.MESSAGE: result.message,
        }
        return names

    def _delay(self, wait: float, result: Result) -> None:
        desk = self._desk
        again = f"; tries again in {wait:g} s" if wait else "; tries again"
        desk.note(
            self.path,
            Phase.PENDING,
            f"attempt {self.tries} {result.phase}: {result.message}{again}",
            exit_code=result.exit_code,
            cpu_seconds=result.cpu_seconds,
            peak_memory=result.peak_memory,
        )
        self.state = State.DELAYED
        desk.counts.delayed += 1
        self._alarm = desk.alarm(desk.now + wait, self._end_delay)

    def _end_delay(self) -> None:
        self._alarm = None
        self._desk.counts.delayed -= 1
        self.enqueue()

    def _finish(self, phase: Phase, message: str, result: Result | None = None) -> None:
        desk = self._desk
        self.state = State.OVER
        self.phase = phase
        self.message = message
        if self._alarm is not None:
            self._alarm.cancel()
        if result is None:
            desk.note(self.path, phase, message)
        else:
            self.exit_code = result.exit_code
            desk.note(
                self.path,
                phase,
                message,
                exit_code=result.exit_code,
                cpu_seconds=result.cpu_seconds,
                peak_memory=result.peak_memory,
            )
            if phase.good and result.outputs:
                self.outputs = result.outputs
                desk.keep(self.path, result.outputs)
        self._over()
