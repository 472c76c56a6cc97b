"""How long a run takes that is handed over in parts: list scheduling on some workers.

A step that can run takes the next free worker, first come, first served. Nothing here is
measured: seconds are what the nodes are said to take, and handing over a part takes a
while of its own.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass
from heapq import heappop, heappush

from couler_jupyter.passes.splitting.graph import Cut, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """What the run has.

    Attributes:
        workers: steps at once at the most.
        submit: seconds from handing a part over until its first step can start.
    """

    workers: int = 64
    submit: float = 5.0


def makespan(
    work: Work,
    machine: Machine,
    cut: Cut | None = None,
    *,
    live: int = 0,
    barrier: bool = False,
) -> float | None:
    """Return the seconds until the last node has ended; None if the run gets stuck.

    Args:
        work: the nodes and how long each takes.
        machine: what the run has.
        cut: the parts, handed over in the order of their numbers; None for all at once.
        live: how many parts are unfinished at once, at the most; 0 for any number.
        barrier: whether a part is handed over only when all it waits for have ended.
    """
    if not len(work.graph):
        return 0.0
    parts = [0] * len(work.graph) if cut is None else cut
    return _Simulation(work, machine, parts, live, barrier).run()


def ends(work: Work, machine: Machine) -> list[float]:
    """Return the seconds until each node has ended in a run in one piece."""
    if not len(work.graph):
        return []
    run = _Simulation(work, machine, [0] * len(work.graph), live=0, barrier=False)
    run.run()
    return run.ends


class _Simulation:
    def __init__(
        self, work: Work, machine: Machine, cut: Cut, live: int, barrier: bool
    ) -> None:
        self._graph, self._seconds, self._cut = work.graph, work.seconds, cut
        self._submit, self._free = machine.submit, machine.workers
        self._count = max(cut) + 1
        self._room = live or self._count
        self._waits = list(map(len, work.graph.parents))
        self._unfinished = [0] * self._count
        self._members: list[list[int]] = [[] for _ in range(self._count)]
        for node in work.graph.order:
            self._members[cut[node]].append(node)
        for part, nodes in enumerate(self._members):
            self._unfinished[part] = len(nodes)
        self._live = bytearray(self._count)
        self._events: list[tuple[float, int, int]] = []
        self._ready: deque[int] = deque()
        self._gates = _Barrier(work, cut, self._count) if barrier else None
        self.ends = [0.0] * len(work.graph)
        self._next = 0
        self._open = [part for part in range(self._count) if self._members[part]]

    def run(self) -> float | None:
        """Return when the last node ends, or None if some never start."""
        left, now = len(self._cut), 0.0
        self._hand_over(now)
        while self._events:
            now, kind, number = heappop(self._events)
            if kind:
                self._start_part(number)
            else:
                left -= 1
                self.ends[number] = now
                self._end(number, now)
            self._start(now)
        return None if left else now

    def _hand_over(self, now: float) -> None:
        """Hand over the parts that may be handed over now."""
        if self._gates is None:
            while self._room and self._next < len(self._open):
                self._submit_part(self._open[self._next], now)
                self._next += 1
            return
        while self._room and (part := self._gates.next()) is not None:
            self._submit_part(part, now)

    def _submit_part(self, part: int, now: float) -> None:
        self._room -= 1
        heappush(self._events, (now + self._submit, 1, part))

    def _start_part(self, part: int) -> None:
        self._live[part] = True
        waits = self._waits
        self._ready.extend(node for node in self._members[part] if not waits[node])

    def _start(self, now: float) -> None:
        ready, seconds = self._ready, self._seconds
        while self._free and ready:
            node = ready.popleft()
            self._free -= 1
            heappush(self._events, (now + seconds[node], 0, node))

    def _end(self, node: int, now: float) -> None:
        self._free += 1
        waits, cut, live = self._waits, self._cut, self._live
        for child in self._graph.children[node]:
            waits[child] -= 1
            if not waits[child] and live[cut[child]]:
                self._ready.append(child)
        part = cut[node]
        self._unfinished[part] -= 1
        if not self._unfinished[part]:
            self._room += 1
            if self._gates is not None:
                self._gates.ended(part)
            self._hand_over(now)


class _Barrier:
    """Which parts wait for no part any more, in the order of their numbers."""

    def __init__(self, work: Work, cut: Cut, count: int) -> None:
        self._after: list[set[int]] = [set() for _ in range(count)]
        for one, node in work.graph.edges():
            if cut[one] != cut[node]:
                self._after[cut[one]].add(cut[node])
        self._waits = [0] * count
        for others in self._after:
            for other in others:
                self._waits[other] += 1
        there = set(cut)
        self._ready: list[int] = []
        for part in there:
            if not self._waits[part]:
                heappush(self._ready, part)

    def next(self) -> int | None:
        """Return the first part that may start, once."""
        return heappop(self._ready) if self._ready else None

    def ended(self, part: int) -> None:
        """Note that a part has ended."""
        for other in self._after[part]:
            self._waits[other] -= 1
            if not self._waits[other]:
                heappush(self._ready, other)
