"""Drives a run in parts: tells the machine what the cluster shows, does what it orders.

All that it knows is read from the cluster when it begins. So it can end at any moment, of
a lost network as of a kill, and the next one goes on.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import assert_never

from couler_jupyter.engines.argo.live.door import Door, NodeEnd
from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.argo.live.parts.acting import (
    Refusals,
    end_child,
    is_for_good,
)
from couler_jupyter.engines.argo.live.parts.events import (
    ChildGone,
    ChildOver,
    ChildRefused,
    Event,
    Finish,
    Late,
    Order,
    Resume,
    ShutDown,
    Submit,
    Supply,
    Suspend,
)
from couler_jupyter.engines.argo.live.parts.handing import hand_over
from couler_jupyter.engines.argo.live.parts.kept import Wanted
from couler_jupyter.engines.argo.live.parts.machine import Machine
from couler_jupyter.engines.argo.live.parts.merging import Whole
from couler_jupyter.engines.argo.live.parts.reading import Version
from couler_jupyter.engines.argo.live.parts.roll import Roll
from couler_jupyter.engines.argo.live.parts.telling import Story, told
from couler_jupyter.engines.argo.live.parts.verdict import Verdict
from couler_jupyter.engines.argo.live.parts.watchers import Watchers
from couler_jupyter.engines.argo.live.parts.words import phase_for
from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

_TICK = 0.5
_GRACE = 1.0
GO_ON: Mapping[str, Json] = MappingProxyType({"suspend": None})
"""The change of a suspended Workflow's spec that lets it go on; what waits still does."""


@dataclass
class Driving:
    """One run, from what there is of it to its end.

    Attributes:
        door: where the children are.
        roll: which children there are to be, and what is kept of them.
        patience: seconds that a child may be refused for what passes by itself while
            nothing else of the run goes on; 0 for ever.
        clock: seconds since the epoch.
        sleep: waits for that many seconds.
    """

    door: Door
    roll: Roll
    patience: float = 600.0
    clock: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep
    _versions: dict[int, Version] = field(default_factory=dict[int, Version])
    _refusals: Refusals = field(default_factory=Refusals)
    _finish: Finish | None = None
    _missing: bool = False
    _is_late: bool = False
    _wanted: Wanted = field(default_factory=Wanted)

    def __post_init__(self) -> None:
        """Prepare; nothing is asked of the cluster yet."""
        outputs = {
            output
            for child in self.roll.children.children
            for gate in child.gates
            for output in gate.outputs
        }
        self._machine = Machine(
            self.roll.children,
            Verdict(self.roll.workflow),
            {output: port_name(output) for output in outputs},
        )
        self._watchers = Watchers(self.door)

    def states(self, closing: Closing) -> Iterator[Json]:
        """Yield the whole as one Workflow whenever it changed, None once it is gone.

        The last one is over, unless `closing` came first.

        Raises:
            SubmitFailed: the cluster cannot be reached or refuses; begin anew.
        """
        try:
            events = self._found()
            while not self._is_gone():
                self._obey(self._machine.take(*events))
                yield self._workflow()
                if self._finish is not None:
                    return
                events = self._next_news(closing)
                if closing.closed:
                    return
            yield None
        finally:
            self._watchers.close()

    def _found(self) -> list[Event]:
        """Return all that is to be seen, and watch what goes on."""
        self._wanted = self.roll.kept.wanted
        seen = self.roll.kept.seen
        events: list[Event] = [seen.caused] if seen.caused else []
        events.append(self._wanted.asked)
        there = self.roll.versions(self.door)
        for part, version in there.items():
            events += self._noted(part, version)
        events += [
            self._lost(int(number), name)
            for number, name in seen.known.items()
            if int(number) not in there
        ]
        return events

    def _lost(self, part: int, name: str) -> ChildGone:
        self._missing = True
        return ChildGone(part, name)

    def _noted(self, part: int, version: Version) -> tuple[Event, ...]:
        """Take note of a version of a child; return what it tells."""
        name = name_of(version.found)
        self._versions[part] = version
        self.roll.know(part, name)
        if any(isinstance(one, ChildOver) for one in version.events):
            self.roll.kept.keep_end(part, name, version.found, version.own)
            self._watchers.forget(name)
        else:
            self._watchers.watch(name)
        return version.events

    def _next_news(self, closing: Closing) -> list[Event]:
        """Wait for something to happen; return what did."""
        while not closing.closed:
            said = self._refusals.message
            events = [*self._changes(), *self._wishes(), *self._again(), *self._late()]
            if events or self._wanted.deleted or said != self._refusals.message:
                return events
        return []

    def _late(self) -> Iterator[Event]:
        timeout, since = self.roll.children.overview.timeout, self._wanted.since
        if timeout is not None and not self._is_late and self.clock() - since > timeout:
            self._is_late = True
            yield Late()

    def _changes(self) -> Iterator[Event]:
        parts = {name: part for part, name in self.roll.names.items()}
        for name, found in self._watchers.take(_TICK).items():
            part = parts[name]
            if found is not None:
                if self._is_old(part, found):
                    continue
                version = self.roll.read(part, found, self.door.hydrate(found))
                yield from self._noted(part, version)
                continue
            self._watchers.forget(name)
            last = self.roll.archived(self.door, self._versions.get(part))
            if last is not None:
                yield from self._noted(part, last)
            else:
                yield self._lost(part, name)

    def _is_old(self, part: int, found: Json) -> bool:
        """Whether a version is from before what was read when this began."""
        known = self._versions.get(part)
        versions = [
            one["metadata"].get("resourceVersion", "")
            for one in (found, *([known.found] if known else []))
        ]
        return all(map(str.isdecimal, versions)) and int(versions[0]) < int(
            versions[-1]
        )

    def _wishes(self) -> Iterator[Event]:
        wanted = self.roll.kept.wanted
        if wanted != self._wanted:
            self._wanted = wanted
            yield wanted.asked

    def _again(self) -> list[Event]:
        """Hand over children anew that were refused for what passes by itself."""
        return [
            event
            for part in self._refusals.due(self.clock())
            for event in self._submit(part)
        ]

    def _obey(self, orders: tuple[Order, ...]) -> None:
        """Do all that is ordered, and what is ordered because of that."""
        waiting = [*orders]
        cause = self._machine.cause
        if cause is not None:
            self.roll.caused(cause)
        while waiting:
            waiting += self._machine.take(*self._done(waiting.pop(0)))

    def _done(self, order: Order) -> tuple[Event, ...]:
        """Do one thing; return what happened thereby."""
        match order:
            case Submit(part=part):
                return self._submit(part)
            case Supply(part=part):
                self._supply(order)
            case ShutDown(part=part, how=how):
                end_child(self.door, self.roll.names[part], how)
            case Suspend(part=part):
                self.door.suspend(self.roll.names[part])
            case Resume(part=part):
                self.door.change(self.roll.names[part], GO_ON)
            case Finish():
                self._let_expire()
                self._finish = order
            case _ as never:
                assert_never(never)
        return ()

    def _let_expire(self) -> None:
        """Have the children deleted by themselves, where that is wanted: not before."""
        ttl = self.roll.children.overview.ttl
        if ttl is not None:
            for name in self.roll.objects(self.door):
                self.door.change(name, {"ttlStrategy": dict(ttl)})

    def _submit(self, part: int) -> tuple[Event, ...]:
        """Hand over a child, unless that has to wait."""
        name, handed = self.roll.names[part], self.roll.handed[part]
        try:
            made = hand_over(self.door, handed, name, self._told(part))
        except Refused as error:
            if is_for_good(error) or self._waited_in_vain(part):
                self._refusals.over(part)
                return (ChildRefused(part, str(error)),)
            self._refusals.later(part, str(error), self.clock())
            return ()
        self._refusals.over(part)
        return self._noted(part, self.roll.read(part, made, self.door.hydrate(made)))

    def _waited_in_vain(self, part: int) -> bool:
        goes_on = any(
            not isinstance(event, ChildOver) and not isinstance(event, ChildGone)
            for event in (one.events[-1] for one in self._versions.values())
        )
        waited = self._refusals.waited(part, self.clock())
        return bool(self.patience) and not goes_on and waited > self.patience

    def _told(self, part: int) -> dict[str, str]:
        asked = self.roll.child(part).asked
        story = Story(
            phase=self._machine.verdict().phase,
            seconds=max(0.0, self.clock() - self._wanted.since),
            ends=self._machine.ends,
            versions=tuple(self._versions.values()),
        )
        return told(asked, story)

    def _supply(self, order: Supply) -> None:
        version = self._versions[order.part]
        manifest = self.roll.handed[order.part].manifest
        ends: dict[str, NodeEnd] = {}
        for one in order.ends:
            phase = phase_for(manifest, one.task, one.phase, self.door.node_ends)
            if not phase:
                raise SubmitFailed(
                    f"{self.door.where}: gate {one.task!r} of {name_of(version.found)} "
                    f"cannot be made to end as {one.phase}"
                )
            ends[version.gates[one.task]] = NodeEnd(
                phase=phase, values=one.values, message=one.message
            )
        self.door.end_nodes(name_of(version.found), ends)

    def _is_gone(self) -> bool:
        """Whether nothing of the run is there any more because somebody deleted it."""
        if self._wanted.deleted:
            return True
        missing, self._missing = self._missing, False
        if not missing:
            return False
        left, before = len(self.roll.objects(self.door)), 0
        while left and left != before:  # whoever deletes them does so one by one
            self.sleep(_GRACE)
            left, before = len(self.roll.objects(self.door)), left
        return not left

    @property
    def whole(self) -> Whole:
        """All children as they stand now."""
        return Whole(self.roll.name, self.roll.own(self._versions))

    def _workflow(self) -> Json:
        asked = self._machine.asked.shutdown
        message = self._refusals.message
        return self.whole.workflow(self._finish, shutdown=asked, message=message)
