"""What all parts of one run share while it is scheduled: time, orders, the queue."""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias

from couler_jupyter.engines.local.scheduling.admission import Admission, Bound
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.orders import Capacity, Earlier, Orders
from couler_jupyter.engines.local.scheduling.plan import Plan, plan_of
from couler_jupyter.ir import Phase, RunEvent, Step, Workflow

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.again import Again
    from couler_jupyter.engines.local.scheduling.unit import Unit

Callback: TypeAlias = Callable[[], None]
GLOBALS = "@"
"""Path under which global outputs are kept; no step is called so."""


@dataclass(order=True, slots=True)
class Alarm:
    """A call that is due at a time; `cancel` makes it never happen."""

    due: float
    order: int
    callback: Callback | None = field(compare=False)

    def cancel(self) -> None:
        """Forget the call."""
        self.callback = None


@dataclass(slots=True)
class Counts:
    """How many attempts run, how many steps wait for a time or for a person."""

    running: int = 0
    daemons: int = 0
    delayed: int = 0
    suspended: int = 0


class Desk:
    """The shared state of one run; it knows no process, file or clock.

    Attributes:
        workflow: what the whole run runs.
        inputs: what the whole run is given.
        now: the time of what is being told, in seconds since the epoch.
        orders: what has come of it so far.
        globals: outputs that steps made known to the whole run.
        cancels: how often it was asked to stop.
        live: what runs; `reused`: what did not have to; `agains`: what has to, after
            all. By path.
    """

    def __init__(
        self,
        *,
        workflow: Workflow,
        inputs: Mapping[str, Data],
        run_id: str,
        capacity: Capacity,
        earlier: Mapping[str, Earlier],
        locks_of: Callable[[Step], tuple[str, ...]],
    ) -> None:
        self.workflow = workflow
        self.inputs = inputs
        self.run_id = run_id
        self.now = self.started = 0.0
        self.orders = Orders()
        self.counts = Counts()
        self.cancels = 0
        self.live: dict[str, Unit] = {}
        self.reused: dict[str, Unit] = {}
        self.agains: dict[str, Again] = {}
        self.admission: Admission[Unit] = Admission(
            cpu=capacity.cpu, memory=capacity.memory, gpu=capacity.gpu
        )
        self._earlier = dict(earlier)
        kept = self._earlier.pop(GLOBALS, None)
        self.globals: dict[str, Data] = dict(kept.outputs) if kept else {}
        self._stale: dict[str, None] = {}
        self._attempts = {path: one.attempt for path, one in earlier.items()}
        self._work: deque[Callback] = deque()
        self._alarms: list[Alarm] = []
        self._order = 0
        self._plans: dict[int, Plan] = {}
        self._locks: dict[str, Bound] = {}
        self._locks_of = locks_of

    def note(
        self,
        path: str,
        phase: Phase,
        message: str = "",
        *,
        exit_code: int | None = None,
        cpu_seconds: float | None = None,
        peak_memory: int | None = None,
    ) -> None:
        """Have a change of phase written down."""
        if self._stale and phase is not Phase.PENDING:
            self._stale.pop(path, None)
        self.orders.events.append(
            RunEvent(
                step=path,
                phase=phase,
                time=self.now,
                attempt=self._attempts.get(path, 0),
                message=message,
                exit_code=exit_code,
                cpu_seconds=cpu_seconds,
                peak_memory=peak_memory,
            )
        )

    def reopen(self) -> None:
        """Have written down that what is not kept from before is to run again."""
        for path, one in self._earlier.items():
            if path and not one.kept:
                self._stale[path] = None
                self.note(path, Phase.PENDING)

    def leave_out_rest(self) -> None:
        """Leave out what had run before a resume and was not reached again."""
        for path in list(self._stale):
            self.note(path, Phase.OMITTED, "it was not reached again")

    def keep(self, path: str, outputs: Mapping[str, Data]) -> None:
        """Have the outputs of a step written down."""
        self.orders.outputs[path] = outputs

    def publish(self, outputs: Mapping[str, Data]) -> None:
        """Make outputs known to the whole run, under these names."""
        self.globals.update(outputs)
        self.keep(GLOBALS, dict(self.globals))

    def next_attempt(self, path: str, *, again: bool = False) -> int:
        """Return the number of a new attempt, and count it.

        One that only brings back what was reused has the number of the reuse: what it
        leaves is looked for there.
        """
        if not again:
            self._attempts[path] = self._attempts.get(path, 0) + 1
        return self._attempts[path]

    def adopt(self, path: str) -> Earlier | None:
        """Return what is kept of `path` from before a resume, the first time only."""
        known = self._earlier.get(path)
        return self._earlier.pop(path) if known is not None and known.kept else None

    def is_kept(self, path: str) -> bool:
        """Whether `path` will be adopted when its turn comes."""
        return path in self._earlier and self._earlier[path].kept

    def item_phases_before(self, path: str) -> tuple[Phase, ...]:
        """Return how the items of a map had ended before the run was resumed."""
        phases: list[Phase] = []
        while (item := self._earlier.get(f"{path}[{len(phases)}]")) is not None:
            phases.append(item.phase)
        return tuple(phases)

    def forget(self, paths: tuple[str, ...]) -> None:
        """Have steps run again whatever is known of them, with all that is in them."""
        for path in paths if self._earlier else ():
            ends = tuple(f"{path}{mark}" for mark in "[/#")
            for other in [p for p in self._earlier if p == path or p.startswith(ends)]:
                del self._earlier[other]

    def later(self, callback: Callback) -> None:
        """Have something done when the present change is complete."""
        self._work.append(callback)

    def drain(self) -> None:
        """Do all that was put off; what that puts off, too."""
        while self._work:
            self._work.popleft()()

    def alarm(self, due: float, callback: Callback) -> Alarm:
        """Have something done at a time."""
        self._order += 1
        alarm = Alarm(due, self._order, callback)
        heapq.heappush(self._alarms, alarm)
        return alarm

    def ring(self) -> None:
        """Do all that is due by now."""
        while self._alarms and self._alarms[0].due <= self.now:
            callback = heapq.heappop(self._alarms).callback
            if callback is not None:
                callback()

    @property
    def wake(self) -> float | None:
        """When something is due next; None for never."""
        while self._alarms and self._alarms[0].callback is None:
            heapq.heappop(self._alarms)
        return self._alarms[0].due if self._alarms else None

    def plan(self, workflow: Workflow) -> Plan:
        """Return what is known of a workflow before it runs; worked out once."""
        key = id(workflow)
        if key not in self._plans:
            self._plans[key] = plan_of(workflow)
        return self._plans[key]

    def locks(self, step: Step) -> tuple[Bound, ...]:
        """Return what a step must have for itself while it runs."""
        return tuple(
            self._locks.setdefault(name, Bound(1)) for name in self._locks_of(step)
        )
