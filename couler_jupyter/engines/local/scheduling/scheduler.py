"""A run as a state machine: told what happened, it says what to do now.

It knows no process, no file and no clock, so that every rule can be tested with a
made-up time, and the same workflow with the same news gives the same orders. What an
event costs depends on what it changes, not on how many steps there are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

from couler_jupyter.engines.local.scheduling.again import Lacking
from couler_jupyter.engines.local.scheduling.bind import bind_arguments
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.desk import Desk
from couler_jupyter.engines.local.scheduling.orders import (
    Capacity,
    Earlier,
    Orders,
    Result,
)
from couler_jupyter.engines.local.scheduling.scope import Scope
from couler_jupyter.engines.local.scheduling.work import Doom
from couler_jupyter.ir import Json, Phase, Step, Workflow
from couler_jupyter.ir.template import Input

_CANCELLED = Doom(Phase.CANCELLED, "the run was cancelled")
_NO_EARLIER: Mapping[str, Earlier] = MappingProxyType({})


def _no_locks(step: Step) -> tuple[str, ...]:  # noqa: ARG001
    return ()


class Scheduler:
    """One run of one workflow.

    Tell it what happened, then `take` its orders; `phase` is set when the run is over.

    Attributes:
        phase: how the run ended; None while it goes on.
        message: why.
    """

    def __init__(
        self,
        workflow: Workflow,
        arguments: Mapping[str, Data] = MappingProxyType({}),
        *,
        run_id: str = "run",
        capacity: Capacity,
        earlier: Mapping[str, Earlier] = _NO_EARLIER,
        locks_of: Callable[[Step], tuple[str, ...]] = _no_locks,
    ) -> None:
        """Prepare a run; nothing is ordered before `start`.

        Args:
            workflow: what to run.
            arguments: what its inputs are given.
            run_id: what the run is called.
            capacity: what running steps may ask for in all.
            earlier: what is known of steps from before a resume, by path.
            locks_of: names of what a step must have for itself while it runs.

        Raises:
            Unfit: the arguments do not fit the workflow's inputs.
        """
        ports: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
        inputs = bind_arguments(ports, arguments)
        self._desk = Desk(
            workflow=workflow,
            inputs=inputs,
            run_id=run_id,
            capacity=capacity,
            earlier=earlier,
            locks_of=locks_of,
        )
        self._root = Scope(self._desk, workflow, inputs=inputs, on_over=self._over)
        self._suspended = False
        self.phase: Phase | None = None
        self.message = ""

    def start(self, now: float) -> None:
        """Begin the run."""
        desk = self._desk
        desk.now = desk.started = self._root.started = now
        desk.note("", Phase.RUNNING)
        desk.reopen()
        self._root.open()
        self._settle()

    def ended(self, path: str, result: Result, now: float) -> None:
        """Tell how the attempt that ran at `path` ended, or what it lacks to begin."""
        unit = self._desk.live.get(path)
        self._desk.now = now
        if unit is None:
            return
        if result.lacks:
            unit.put_off(Lacking(unit, result.lacks))
        else:
            unit.ended(result)
        self._settle()

    def tick(self, now: float) -> None:
        """Tell that it is now `now`, and perhaps `wake` has come."""
        self._desk.now = now
        self._settle()

    def cancel(self, now: float) -> None:
        """Ask for the run to stop; the second time, its exit handlers too."""
        desk = self._desk
        desk.now = now
        if self.phase is None:
            desk.cancels += 1
            self._root.stop(_CANCELLED)
            self._settle()

    def resume(self, path: str, given: Mapping[str, Json], now: float) -> None:
        """Let a suspended step go on with what a person typed in."""
        unit = self._desk.live.get(path)
        self._desk.now = now
        if unit is not None:
            unit.resume(given)
            self._settle()

    def take(self) -> Orders:
        """Return what is to be done now, each thing once."""
        orders, self._desk.orders = self._desk.orders, Orders()
        return orders

    @property
    def wake(self) -> float | None:
        """When to call `tick` at the latest; None if only news can change anything."""
        return None if self.phase is not None else self._desk.wake

    def _settle(self) -> None:
        desk = self._desk
        moved = True
        while moved:
            desk.ring()
            desk.drain()
            moved = False
            for unit in desk.admission.admit():
                moved = True
                unit.begin()
            if not moved and self.phase is None and self._is_stuck():
                moved = True
        self._tell_suspended()

    def _is_stuck(self) -> bool:
        """End the first of those that wait, if nothing can ever make room for it."""
        counts = self._desk.counts
        if counts.running or counts.delayed or counts.suspended:
            return False
        waiting = self._desk.admission.waiting()
        why = "it asks for more than the machine has"
        if counts.daemons:
            why = "daemons hold all that it asks for of the machine"
        for unit in waiting[:1]:
            unit.fail(Phase.ERRORED, why)
        return bool(waiting)

    def _tell_suspended(self) -> None:
        counts = self._desk.counts
        idle = not (counts.running or counts.delayed) and counts.suspended > 0
        if idle != self._suspended and self.phase is None:
            self._suspended = idle
            self._desk.note("", Phase.SUSPENDED if idle else Phase.RUNNING)

    def _over(self, result: Result) -> None:
        self.phase, self.message = result.phase, result.message
        if result.outputs:
            self._desk.keep("", result.outputs)
        self._desk.leave_out_rest()
        self._desk.note("", result.phase, result.message)
