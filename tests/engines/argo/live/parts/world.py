"""A cluster on paper: children whose steps end as they are told to, gates that wait."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.argo.live.parts.ends import BAD, End
from couler_jupyter.engines.argo.live.parts.events import (
    Caused,
    ChildOver,
    Event,
    Finish,
    GateClosed,
    GateOpen,
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
from couler_jupyter.engines.argo.live.parts.machine import Machine
from couler_jupyter.engines.argo.live.parts.verdict import Verdict
from couler_jupyter.engines.argo.parts.children import (
    AT_END,
    Child,
    Children,
    Gate,
    Overview,
)
from couler_jupyter.ir import Container, PartMode, Step, Workflow

GOOD = ("Succeeded", "Skipped")
BOX = Container(image="busybox", command=("true",))


@dataclass(frozen=True)
class Plan:
    """A DAG in parts, and how each of its steps would end if it ran."""

    waits: Mapping[str, tuple[str, ...]]
    part: Mapping[str, int]
    script: Mapping[str, str]
    overview: Overview

    @property
    def workflow(self) -> Workflow:
        """The DAG as a workflow."""
        steps = (
            Step(name=one, template=BOX, after=waits)
            for one, waits in self.waits.items()
        )
        return Workflow(name="w", steps=tuple(steps))

    @property
    def children(self) -> Children:
        """The children it is."""
        found = [self._child(n) for n in range(1, self.overview.number + 1)]
        if self.overview.at_end:
            others = tuple(range(1, self.overview.number + 1))
            found.append(Child(part=AT_END, steps=("bye",), waits_for=others))
        return Children(overview=self.overview, children=tuple(found))

    def _child(self, number: int) -> Child:
        mine = [one for one in self.waits if self.part[one] == number]
        others = {
            one: self.part[one]
            for step in mine
            for one in self.waits[step]
            if self.part[one] != number
        }
        return Child(
            part=number,
            steps=tuple(mine),
            gates=tuple(
                Gate(task=one, steps=(one,), part=part, outputs=("result",))
                for one, part in others.items()
            ),
            waits_for=tuple(sorted(set(others.values()))),
        )

    def expected(self) -> dict[str, str]:
        """How the steps end in one piece."""
        ends: dict[str, str] = {}
        for step, waits in self.waits.items():
            fine = all(ends[one] in GOOD for one in waits)
            ends[step] = self.script[step] if fine else "Omitted"
        return ends


@dataclass
class Sim:
    """One child on the cluster."""

    child: Child
    gates: dict[str, str] = field(default_factory=dict[str, str])
    steps: dict[str, str] = field(default_factory=dict[str, str])
    shutdown: Shutdown = Shutdown.NO
    suspended: bool = False
    phase: str = ""


class World:
    """The cluster, and a machine that may be lost at any moment."""

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.there: dict[int, Sim] = {}
        self.submitted: list[int] = []
        self.supplied: list[tuple[int, str]] = []
        self.finish: Finish | None = None
        self.asked: Event | None = None
        self.cause: Caused | None = None
        self.most_live = 0
        self.news: dict[int, list[Event]] = {}
        self.machine = self.new_machine()

    def new_machine(self) -> Machine:
        return Machine(self.plan.children, Verdict(self.plan.workflow), {})

    def known(self) -> list[Event]:
        """All that is to be seen, as whoever begins anew reads it."""
        found: list[Event] = [self.cause] if self.cause else []
        found += [self.asked] if self.asked else []
        for part, sim in self.there.items():
            found += [self._over(one, end) for one, end in sim.steps.items()]
            if sim.phase:
                found.append(ChildOver(part, sim.phase, "", sim.shutdown))
                continue
            found.append(Present(part, sim.shutdown, sim.suspended))
            for task, end in sim.gates.items():
                found.append(GateClosed(part, task) if end else GateOpen(part, task))
        return found

    def begin_anew(self) -> tuple[Order, ...]:
        """Lose the machine with all it has not done, and begin with a new one."""
        self.machine, self.news = self.new_machine(), {}
        return self.tell(*self.known())

    def hear(self, part: int) -> tuple[Order, ...]:
        """Tell the machine the oldest news of a child."""
        made = self.tell(self.news[part].pop(0))
        self.news = {part: one for part, one in self.news.items() if one}
        return made

    def tell(self, *events: Event) -> tuple[Order, ...]:
        made = self.machine.take(*events)
        self.cause = self.machine.cause or self.cause
        return made

    def obey(self, order: Order) -> None:
        """Do what was ordered, and note what is seen of it."""
        match order:
            case Submit(part=part):
                self.submitted.append(part)
                (child,) = (c for c in self.plan.children.children if c.part == part)
                self.there[part] = Sim(child)
                self._tell(part, Present(part))
            case Supply(part=part, ends=ends):
                for end in ends:
                    assert self.there[part].gates[end.task] == ""
                    self.supplied.append((part, end.task))
                    self.there[part].gates[end.task] = end.phase
                    self._tell(part, GateClosed(part, end.task))
            case ShutDown(part=part, how=how):
                self.there[part].shutdown = how
            case Suspend(part=part):
                self.there[part].suspended = True
            case Resume(part=part):
                self.there[part].suspended = False
            case Finish():
                assert self.finish is None
                self.finish = order
        live = [p for p, one in self.there.items() if p != AT_END and not one.phase]
        self.most_live = max(self.most_live, len(live))

    def moves(self) -> list[Callable[[], None]]:
        """What may happen next on the cluster, in any order."""
        return [one for sim in self.there.values() for one in self._moves(sim)]

    def _moves(self, sim: Sim) -> Iterator[Callable[[], None]]:
        if sim.phase:
            return
        part = sim.child.part
        if sim.shutdown:
            yield lambda: self._kill(sim)
            return
        for gate in sim.child.gates:
            if gate.task not in sim.gates:
                yield lambda task=gate.task: self._open(sim, task)  # type: ignore[misc]
        if sim.suspended:
            return
        for step in sim.child.steps:
            if step not in sim.steps and (end := self._end_of(sim, step)):
                yield lambda step=step, end=end: self._finish(sim, step, end)  # type: ignore[misc]
        if len(sim.steps) == len(sim.child.steps) and all(
            sim.gates.get(one.task) for one in sim.child.gates
        ):
            bad = BAD.intersection(sim.steps.values())
            phase = "Failed" if bad else "Succeeded"
            yield lambda: self._close(sim, part, phase)

    def _open(self, sim: Sim, task: str) -> None:
        sim.gates[task] = ""
        self._tell(sim.child.part, GateOpen(sim.child.part, task))

    def _end_of(self, sim: Sim, step: str) -> str:
        if step == "bye":
            return "Succeeded"
        ends = [
            sim.steps.get(one, "") if one in sim.child.steps else sim.gates.get(one, "")
            for one in self.plan.waits[step]
        ]
        if not all(ends):
            return ""
        return self.plan.script[step] if set(GOOD).issuperset(ends) else "Omitted"

    def _finish(self, sim: Sim, step: str, end: str) -> None:
        sim.steps[step] = end
        self._tell(sim.child.part, self._over(step, end))

    def _kill(self, sim: Sim) -> None:
        for step in sim.child.steps:
            if step not in sim.steps and not sim.suspended:
                self._finish(sim, step, "Omitted")
                break
        else:
            self._close(sim, sim.child.part, "Failed")

    def _close(self, sim: Sim, part: int, phase: str) -> None:
        sim.phase = phase
        self._tell(part, ChildOver(part, phase, "", sim.shutdown))

    def _tell(self, part: int, event: Event) -> None:
        self.news.setdefault(part, []).append(event)

    @staticmethod
    def _over(step: str, phase: str) -> StepOver:
        return StepOver(step, End(phase=phase, values={"result": f"of {step}"}))


def overview(number: int, mode: PartMode, **more: object) -> Overview:
    return Overview(mode=mode, number=number, **{"live": 2, **more})  # type: ignore[arg-type]
