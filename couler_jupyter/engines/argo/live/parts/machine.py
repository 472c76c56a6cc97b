"""What a run in parts does next: a state machine without clock or I/O.

It is told what is seen of the children and says what is to be done; nothing that it has
ordered is ordered again. One that is told at once all that a cluster knows goes on where
another left off. No step waits for one of a later part, so the first unfinished child can
always end, and the run gets stuck in no order of events.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Protocol, assert_never

from couler_jupyter.engines.argo.live.parts.ends import (
    BAD,
    ERROR,
    FAILED,
    NEVER_RAN,
    SUCCEEDED,
    End,
    gate_end,
)
from couler_jupyter.engines.argo.live.parts.events import (
    Asked,
    Caused,
    ChildGone,
    ChildOver,
    ChildRefused,
    Event,
    Finish,
    GateClosed,
    GateOpen,
    Late,
    Order,
    Present,
    Resume,
    ShutDown,
    Shutdown,
    StepOver,
    Submit,
    Supply,
    Suspend,
)
from couler_jupyter.engines.argo.parts.children import AT_END, Child, Children, Gate
from couler_jupyter.ir import PartMode


class Judge(Protocol):
    """Who knows what the ends of steps mean for the whole."""

    def of(self, ends: Mapping[str, End]) -> tuple[str, str]:
        """Return the phase of the whole in Argo's words, and why."""
        ...

    def halts(self, step: str, end: End) -> bool:
        """Whether with `fail_fast` nothing more may start once a step ended so."""
        ...


class _Stand(Enum):
    ABSENT = auto()
    ORDERED = auto()
    LIVE = auto()
    OVER = auto()


@dataclass(slots=True)
class _Seen:
    """What is known of one child, and what it was last told."""

    child: Child
    gates: Mapping[str, Gate]
    stand: _Stand = _Stand.ABSENT
    open: dict[str, None] = field(default_factory=dict[str, None])
    settled: set[str] = field(default_factory=set[str])
    shutdown: Shutdown = Shutdown.NO
    suspended: bool = False
    phase: str = ""
    message: str = ""


class Machine:
    """The children of one run, and what they still need."""

    def __init__(
        self, children: Children, judge: Judge, ports: Mapping[str, str]
    ) -> None:
        """Begin with no child there.

        Args:
            children: what there is to run.
            judge: says how the whole ended.
            ports: what outputs are called as parameters of tasks, where that differs.
        """
        self._overview = children.overview
        self._judge = judge
        self._ports = ports
        self._seen = {
            one.part: _Seen(one, {gate.task: gate for gate in one.gates})
            for one in children.children
        }
        self._parts = [one for one in self._seen.values() if one.child.part != AT_END]
        self._last = self._seen.get(AT_END)
        self._ends: dict[str, End] = {}
        self._gates_of: dict[str, list[tuple[int, str]]] = {}
        for one in children.children:
            for gate in one.gates:
                for step in gate.steps:
                    self._gates_of.setdefault(step, []).append((one.part, gate.task))
        self._to_look_at: dict[tuple[int, str], None] = {}
        self._asked = Asked()
        self._paused = False
        self._cause: Finish | None = None
        self._finished = False

    @property
    def ends(self) -> Mapping[str, End]:
        """How steps ended, by name."""
        return self._ends

    def take(self, *events: Event) -> tuple[Order, ...]:
        """Return what is to be done now that these happened."""
        for event in events:
            self._note(event)
        return tuple(self._orders())

    @property
    def cause(self) -> Caused | None:
        """What ended the run before its time, if nobody asked for it."""
        cause = self._cause
        return None if cause is None else Caused(cause.phase, cause.message)

    @property
    def asked(self) -> Asked:
        """What somebody asks of the whole, of one of the children perhaps."""
        return self._asked

    def verdict(self) -> Finish:
        """Return how the run stands but for its exit handlers."""
        if self._cause is not None:
            return self._cause
        if self._asked.shutdown:
            why = f"stopped with strategy {self._asked.shutdown.value!r}"
            return Finish(FAILED, why, cancelled=True)
        return Finish(*self._judge.of(self._ends))

    def _note(self, event: Event) -> None:
        match event:
            case Present(part=part):
                self._note_present(self._seen[part], event)
            case GateOpen(part=part, task=task):
                if task in self._seen[part].gates:
                    self._seen[part].open[task] = None
                    self._to_look_at[part, task] = None
            case GateClosed(part=part, task=task):
                self._seen[part].settled.add(task)
            case StepOver(step=step, end=end):
                self._note_end(step, end)
            case ChildOver(part=part):
                if event.phase in BAD:
                    self._note_shutdown(part, event.shutdown)
                self._end(self._seen[part], event.phase, event.message)
            case ChildGone(part=part, name=name):
                self._fail(ERROR, f"workflow {name}, part {part}, was deleted")
                self._end(self._seen[part], ERROR, "it was deleted")
            case ChildRefused(part=part, why=why):
                self._fail(ERROR, f"part {part} cannot be handed over: {why}")
                self._end(self._seen[part], ERROR, why)
            case Asked():
                self._paused = self._paused or event.suspended
                self._asked = event
            case Caused(phase=phase, message=message):
                self._fail(phase, message)
            case Late() if self._all_over():
                return  # exit handlers may take their time
            case Late():
                took = f"the workflow took longer than {self._overview.timeout:g} s"
                self._fail(FAILED, took)
            case _ as never:
                assert_never(never)

    def _note_present(self, seen: _Seen, event: Present) -> None:
        if seen.stand is not _Stand.OVER:
            seen.stand = _Stand.LIVE
        seen.suspended = event.suspended
        if event.shutdown:
            seen.shutdown = event.shutdown
            self._note_shutdown(event.part, event.shutdown)

    def _note_shutdown(self, part: int, how: Shutdown) -> None:
        if how and part != AT_END and not self._stopping:
            self._asked = Asked(how)  # whoever ends one ends all

    def _note_end(self, step: str, end: End) -> None:
        if step in self._ends:
            return
        self._set_end(step, end)
        if self._overview.fail_fast and self._judge.halts(step, end):
            self._fail(*self._judge.of(self._ends))

    def _end(self, seen: _Seen, phase: str, message: str) -> None:
        seen.stand, seen.phase, seen.message = _Stand.OVER, phase, message
        seen.open.clear()
        for step in seen.child.steps:
            if step not in self._ends:
                self._set_end(step, NEVER_RAN)

    def _set_end(self, step: str, end: End) -> None:
        self._ends[step] = end
        self._to_look_at |= dict.fromkeys(self._gates_of.get(step, ()))

    def _fail(self, phase: str, message: str) -> None:
        if self._cause is None and not self._asked.shutdown and not self._finished:
            self._cause = Finish(phase, message)

    @property
    def _stopping(self) -> bool:
        return self._cause is not None or bool(self._asked.shutdown)

    def _orders(self) -> Iterator[Order]:
        if self._finished:
            return
        if self._stopping:
            yield from self._shut_down()
        else:
            yield from self._pause_or_go_on()
            yield from self._supplies()
            if not any(one.suspended for one in self._live()):
                yield from self._submissions()
        if self._all_over():
            yield from self._closing()

    def _shut_down(self) -> Iterator[Order]:
        how = self._asked.shutdown or Shutdown.STOP
        for seen in self._live():
            known = (how, Shutdown.TERMINATE)
            if seen.stand is _Stand.LIVE and seen.shutdown not in known:
                seen.shutdown = how
                yield ShutDown(seen.child.part, how)

    def _pause_or_go_on(self) -> Iterator[Order]:
        wanted = self._asked.suspended
        for seen in self._live() if self._paused else ():
            if seen.stand is _Stand.LIVE and seen.suspended != wanted:
                seen.suspended = wanted
                yield Suspend(seen.child.part) if wanted else Resume(seen.child.part)
        self._paused = wanted  # who else suspended a child may resume it

    def _supplies(self) -> Iterator[Order]:
        ready: dict[int, list[Gate]] = {}
        for part, task in self._to_look_at:
            seen = self._seen[part]
            if task in seen.open and task not in seen.settled:
                gate = seen.gates[task]
                if all(one in self._ends for one in gate.steps):
                    ready.setdefault(part, []).append(gate)
        self._to_look_at.clear()
        for part, gates in ready.items():
            self._seen[part].settled.update(gate.task for gate in gates)
            made = (gate_end(gate, self._ends, self._ports) for gate in gates)
            yield Supply(part, tuple(made))

    def _submissions(self) -> Iterator[Order]:
        if self._asked.suspended:
            return
        room = self._overview.live - len(self._live())
        over = {one.child.part for one in self._parts if one.stand is _Stand.OVER}
        for seen in self._parts:
            if room <= 0:
                return
            if seen.stand is not _Stand.ABSENT:
                continue
            barrier = self._overview.mode is PartMode.BARRIER
            if barrier and not over.issuperset(seen.child.waits_for):
                continue
            seen.stand = _Stand.ORDERED
            room -= 1
            yield Submit(seen.child.part)

    def _closing(self) -> Iterator[Order]:
        """Yield what is left once all parts have ended: exit handlers, and the end."""
        last, terminated = self._last, self._asked.shutdown is Shutdown.TERMINATE
        if last is not None and last.stand is _Stand.ABSENT and not terminated:
            last.stand = _Stand.ORDERED
            yield Submit(AT_END)
            return
        if last is not None and last.stand in (_Stand.ORDERED, _Stand.LIVE):
            if terminated and last.stand is _Stand.LIVE and not last.shutdown:
                last.shutdown = Shutdown.TERMINATE
                yield ShutDown(AT_END, Shutdown.TERMINATE)
            return
        self._finished = True
        yield self._ended(last)

    def _ended(self, last: _Seen | None) -> Finish:
        for seen in self._parts:
            for step in seen.child.steps:
                self._ends.setdefault(step, NEVER_RAN)
        found = self.verdict()
        if found.phase != SUCCEEDED or last is None or last.phase in ("", SUCCEEDED):
            return found
        return Finish(last.phase, f"the exit handlers failed: {last.message}")

    def _live(self) -> list[_Seen]:
        stands = (_Stand.ORDERED, _Stand.LIVE)
        return [one for one in self._parts if one.stand in stands]

    def _all_over(self) -> bool:
        if any(one.stand in (_Stand.ORDERED, _Stand.LIVE) for one in self._parts):
            return False
        return self._stopping or all(one.stand is _Stand.OVER for one in self._parts)
