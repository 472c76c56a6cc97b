"""One workflow as it runs: the whole run, or a workflow that is one step of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum, auto

from couler_jupyter.engines.local.scheduling.admission import Bound, Priority
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.desk import Alarm, Desk
from couler_jupyter.engines.local.scheduling.ending import (
    Ending,
    ending_of,
    is_awaited,
    result_of,
    run_fact,
)
from couler_jupyter.engines.local.scheduling.node import Node
from couler_jupyter.engines.local.scheduling.orders import Result
from couler_jupyter.engines.local.scheduling.work import Doom
from couler_jupyter.ir import (
    Outcome,
    Phase,
    RunField,
    Step,
    SubWorkflow,
    Suspend,
    Workflow,
)

_FAIL_FAST = Doom(Phase.OMITTED, "the workflow stops at the first failure")
_NOT_NEEDED = Doom(Phase.SUCCEEDED, "all other steps had ended")


class Stage(Enum):
    """How far a workflow has come."""

    STEPS = auto()
    DAEMONS = auto()
    HANDLERS = auto()
    OVER = auto()


class Scope:
    """A workflow with its inputs, its steps where they stand, and its end.

    Attributes:
        desk: what it shares with the rest of the run.
        workflow: what runs.
        prefix: what the paths of its steps begin with, as `tune/`.
        priority: its place in the queue.
        inputs: its parameters and artifacts.
        nodes: its steps, by name; exit handlers are not among them.
        ending: how its steps ended, once they have.
        started: when it was opened.
    """

    def __init__(
        self,
        desk: Desk,
        workflow: Workflow,
        *,
        inputs: Mapping[str, Data],
        on_over: Callable[[Result], None],
        prefix: str = "",
        priority: Priority = (),
        bounds: tuple[Bound, ...] = (),
    ) -> None:
        self.desk = desk
        self.workflow = workflow
        self.prefix = prefix
        self.priority = priority
        self.inputs = inputs
        self.nodes: dict[str, Node] = {}
        self.handlers: dict[str, Node] = {}
        self.ending: Ending | None = None
        self.started = desk.now
        self.doom: Doom | None = None
        self._on_over = on_over
        most = workflow.parallelism
        self._bounds = bounds if most is None else (*bounds, Bound(most))
        self._plan = desk.plan(workflow)
        self._stage = Stage.STEPS
        self._left = 0
        self._daemons = 0
        self._halted = False
        self._alarm: Alarm | None = None

    def open(self) -> None:
        """Begin with the steps that wait for nothing."""
        desk = self.desk
        for plan in self._plan.steps.values():
            node = self.nodes[plan.step.name] = Node(self, plan)
            self._daemons += node.daemon
            self._left += not node.daemon
            if not desk.is_kept(node.path) or node.daemon:
                desk.note(node.path, Phase.PENDING)
            if node.missing == 0:
                desk.later(node.look)
        if self._left == 0:
            desk.later(self._end_daemons)
        if (timeout := self.workflow.timeout) is not None:
            self._alarm = desk.alarm(desk.now + timeout, self._took_too_long)

    def inner(
        self,
        workflow: Workflow,
        *,
        inputs: Mapping[str, Data],
        on_over: Callable[[Result], None],
        prefix: str,
        priority: Priority,
    ) -> Scope:
        """Return the scope of a workflow that is a step of this one."""
        return Scope(
            self.desk,
            workflow,
            inputs=inputs,
            on_over=on_over,
            prefix=prefix,
            priority=priority,
            bounds=self._bounds,
        )

    def bounds_for(self, step: Step) -> tuple[Bound, ...]:
        """Return the groups that an attempt of `step` counts in.

        Nested workflows and waits run nothing themselves, and daemons must not keep
        those waiting that they are there for.
        """
        if isinstance(step.template, SubWorkflow | Suspend):
            return ()
        locks = self.desk.locks(step)
        return locks if step.daemon else (*self._bounds, *locks)

    def let_go_on(self, node: Node) -> None:
        """Let those that wait for a step look at it: it ended, or it is up."""
        for name in node.plan.dependents:
            self.nodes[name].dependency_over()

    def over_for(self, node: Node) -> None:
        """Take note that a step has ended."""
        if self._stage is Stage.HANDLERS:
            self._count_out(self._end)
            return
        if not node.was_up:
            self.let_go_on(node)
        if node.daemon:
            self._daemon_over(node)
        else:
            if self.workflow.fail_fast and not self._halted:
                self._halt_after(node)
            self._count_out(self._end_daemons)

    def stop(self, doom: Doom) -> None:
        """Stop the steps; exit handlers only when asked for the second time."""
        if self._stage in (Stage.STEPS, Stage.DAEMONS):
            self.doom = self.doom or doom
            for node in self.nodes.values():
                node.stop(doom)
        elif self._stage is Stage.HANDLERS and (
            self.desk.cancels > 1 or not self.prefix
        ):
            self.doom = self.doom or doom
            for node in self.handlers.values():
                node.stop(doom)

    def run_fact(self, field: RunField) -> Data:
        """Return a fact about the run, as it is seen from here."""
        return run_fact(self, field)

    def _count_out(self, then: Callable[[], None]) -> None:
        self._left -= 1
        if self._left == 0:
            self.desk.later(then)

    def _halt_after(self, node: Node) -> None:
        bad = node.phase in (Phase.FAILED, Phase.ERRORED)
        if bad and not is_awaited(self._plan, node):
            self._halted = True
            for other in self.nodes.values():
                other.halt(_FAIL_FAST)

    def _daemon_over(self, node: Node) -> None:
        self._daemons -= 1
        if self._stage is Stage.DAEMONS:
            if self._daemons == 0:
                self.desk.later(self._begin_handlers)
        elif node.was_up:
            for name in node.plan.dependents:
                self.nodes[name].halt(Doom(Phase.OMITTED, f"{node.name} failed"))

    def _took_too_long(self) -> None:
        message = f"the workflow took longer than {self.workflow.timeout:g} s"
        self.stop(Doom(Phase.FAILED, message))

    def _end_daemons(self) -> None:
        self._stage = Stage.DAEMONS
        if self._alarm is not None:
            self._alarm.cancel()
        if self._daemons == 0:
            self._begin_handlers()
        for node in self.nodes.values():
            if node.daemon:
                node.stop(_NOT_NEEDED)

    def _begin_handlers(self) -> None:
        self.ending = ending_of(self, self._plan)
        self._stage = Stage.HANDLERS
        self._left = len(self._plan.handlers)
        if self._left == 0:
            self._end()
        status = {
            Phase.SUCCEEDED: Outcome.SUCCEEDED,
            Phase.ERRORED: Outcome.ERRORED,
        }.get(self.ending.phase, Outcome.FAILED)
        self.desk.forget(
            tuple(f"{self.prefix}{plan.step.name}" for plan in self._plan.handlers)
        )
        for plan, handler in zip(
            self._plan.handlers, self.workflow.exit_handlers, strict=True
        ):
            node = self.handlers[plan.step.name] = Node(self, plan, handler=True)
            self.desk.note(node.path, Phase.PENDING)
            if self.desk.cancels > 1:
                node.finish(Phase.OMITTED, "the run was cancelled twice")
            elif handler.on and status not in handler.on:
                on = " or ".join(handler.on)
                node.finish(Phase.SKIPPED, f"it is for runs that are {on}")
            else:
                node.look()

    def _end(self) -> None:
        self._stage = Stage.OVER
        if self.ending is not None:
            self._on_over(result_of(self, self.ending))
