"""Who may start now: the machine's capacity, bounds on how many at once, priority."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Generic, Protocol, TypeAlias, TypeVar

Priority: TypeAlias = tuple[int, ...]
"""Smaller goes first; no two of one run are equal."""

_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """What one attempt takes of the machine: cores, bytes, whole accelerators."""

    cpu: float = 0.0
    memory: int = 0
    gpu: int = 0


class Bound:
    """How many of a group may run at once; None for no end."""

    __slots__ = ("most", "used")

    def __init__(self, most: int | None) -> None:
        self.most = most
        self.used = 0

    @property
    def full(self) -> bool:
        """Whether one more would be too many."""
        return self.most is not None and self.used >= self.most


class Waiting(Protocol):
    """What can wait to be admitted; one that is no longer `queued` is passed over."""

    @property
    def queued(self) -> bool:
        """Whether it still waits."""
        ...

    @property
    def priority(self) -> Priority:
        """Its place among the waiting."""
        ...

    @property
    def ask(self) -> Ask:
        """What it takes of the machine."""
        ...

    @property
    def bounds(self) -> tuple[Bound, ...]:
        """The groups it counts in."""
        ...


W = TypeVar("W", bound=Waiting)
_Gate: TypeAlias = Bound | Ask
"""What a line cannot get past: a full group, or too little left of the machine."""


@dataclass(slots=True, eq=False)
class _Line(Generic[W]):
    """Those that ask for the same and count in the same groups, best first.

    It has one valid entry, `ticket`, among the open lines or at the gate it is `at`.
    """

    ask: Ask
    bounds: tuple[Bound, ...]
    heap: list[tuple[Priority, W]] = field(default_factory=list)
    at: _Gate | None = None
    came_from: _Gate | None = None
    ticket: int = 0

    def head(self) -> Priority | None:
        while self.heap and not self.heap[0][1].queued:
            heapq.heappop(self.heap)
        return self.heap[0][0] if self.heap else None


class Admission(Generic[W]):
    """Lets the waiting in, best first, past those for whom there is no room yet.

    Those that ask for the same wait in one line. A line that cannot move waits at its
    gate, and only the best line of a gate is looked at when something is given back:
    an event costs what it changes, however many wait.
    """

    def __init__(self, *, cpu: float, memory: int, gpu: int) -> None:
        self._cpu, self._memory, self._gpu = cpu, memory, gpu
        self._lines: dict[tuple[Ask, tuple[Bound, ...]], _Line[W]] = {}
        self._open: list[tuple[Priority, int, _Line[W]]] = []
        self._gates: dict[_Gate, list[tuple[Priority, int, _Line[W]]]] = {}
        self._tickets = 0

    def push(self, one: W) -> None:
        """Let `one` wait."""
        key = (one.ask, one.bounds)
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line(one.ask, one.bounds)
        heapq.heappush(line.heap, (one.priority, one))
        if line.heap[0][1] is one:
            self._enter(line)

    def admit(self) -> Iterator[W]:
        """Yield those that may start now, counted in already; best first."""
        while self._open:
            priority, ticket, line = heapq.heappop(self._open)
            if ticket != line.ticket:
                continue
            if line.head() != priority:
                self._enter(line)
            elif (gate := self._gate_before(line)) is not None:
                line.at = gate
                self._enter(line)
                self._move_up(line, past=gate)
            else:
                self._take(line)
                one = heapq.heappop(line.heap)[1]
                self._enter(line)
                self._move_up(line, past=None)
                yield one

    def release(self, one: W) -> None:
        """Give back what `one` took."""
        self._cpu += one.ask.cpu
        self._memory += one.ask.memory
        self._gpu += one.ask.gpu
        for bound in one.bounds:
            bound.used -= 1
            self._wake(bound)
        for gate in [gate for gate in self._gates if isinstance(gate, Ask)]:
            self._wake(gate)

    def waiting(self) -> list[W]:
        """Return all that wait, best first."""
        entries = (entry for line in self._lines.values() for entry in line.heap)
        return [one for _, one in sorted(entries, key=lambda e: e[0]) if one.queued]

    def _enter(self, line: _Line[W]) -> None:
        """Give a line its one valid entry, by the best that waits in it now."""
        priority = line.head()
        self._tickets += 1
        line.ticket = self._tickets
        if priority is None:
            del self._lines[line.ask, line.bounds]
            self._move_up(line, past=None)
            return
        heap = self._open if line.at is None else self._gates.setdefault(line.at, [])
        heapq.heappush(heap, (priority, line.ticket, line))

    def _gate_before(self, line: _Line[W]) -> _Gate | None:
        for bound in line.bounds:
            if bound.full:
                return bound
        return None if self._fits(line.ask) else line.ask

    def _move_up(self, line: _Line[W], past: _Gate | None) -> None:
        """Let the next line at the gate that `line` came from have a look."""
        gate, line.came_from = line.came_from, None
        if gate is not None and gate is not past:
            self._wake(gate)

    def _wake(self, gate: _Gate) -> None:
        blocked = gate.full if isinstance(gate, Bound) else not self._fits(gate)
        heap = self._gates.get(gate)
        if blocked or heap is None:
            return
        while heap:
            _, ticket, line = heapq.heappop(heap)
            if ticket == line.ticket and line.head() is None:
                del self._lines[line.ask, line.bounds]
            elif ticket == line.ticket:
                line.at, line.came_from = None, gate
                self._enter(line)
                break
        if not heap:
            self._gates.pop(gate, None)

    def _fits(self, ask: Ask) -> bool:
        room = self._cpu + _ROUNDING
        return ask.cpu <= room and ask.memory <= self._memory and ask.gpu <= self._gpu

    def _take(self, line: _Line[W]) -> None:
        self._cpu -= line.ask.cpu
        self._memory -= line.ask.memory
        self._gpu -= line.ask.gpu
        for bound in line.bounds:
            bound.used += 1
