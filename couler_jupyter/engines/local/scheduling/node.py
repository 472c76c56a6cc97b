"""One step of one workflow instance: it waits, decides, runs, and ends once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.scheduling.admission import Priority
from couler_jupyter.engines.local.scheduling.body import Body, body_of
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.decide import obstacle
from couler_jupyter.engines.local.scheduling.evaluate import Unfit, Unknown, holds
from couler_jupyter.engines.local.scheduling.names import Names
from couler_jupyter.engines.local.scheduling.orders import Earlier, Result
from couler_jupyter.engines.local.scheduling.plan import StepPlan
from couler_jupyter.engines.local.scheduling.work import Doom
from couler_jupyter.ir import Phase, Step, SubWorkflow, Template, WorkflowOutput
from couler_jupyter.ir.template import Output

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.scope import Scope
    from couler_jupyter.engines.local.scheduling.unit import Unit


class Node:
    """One step where it stands.

    Attributes:
        scope: the workflow instance it stands in.
        plan: what is known of it before it runs.
        path: its own in the run.
        priority: its place in the queue.
        daemon: whether it goes on in the background; exit handlers never do.
        phase: where it stands; `message`: why.
        outputs: what it left behind; of a map, lists of what the items gave.
        up: whether it is a daemon that runs.
        over: whether it has ended.
        missing: how many of those it waits for have not ended.
    """

    __slots__ = (
        "_body",
        "_items_before",
        "daemon",
        "exit_code",
        "finished",
        "message",
        "missing",
        "outputs",
        "over",
        "path",
        "phase",
        "plan",
        "priority",
        "scope",
        "started",
        "up",
        "was_up",
    )

    def __init__(self, scope: Scope, plan: StepPlan, *, handler: bool = False) -> None:
        self.scope = scope
        self.plan = plan
        self.path = f"{scope.prefix}{plan.step.name}"
        self.priority: Priority = (*scope.priority, *plan.rank)
        self.daemon = plan.step.daemon and not handler
        self.phase = Phase.PENDING
        self.message = ""
        self.outputs: Mapping[str, Data] = {}
        self.exit_code: int | None = None
        self.started: float | None = None
        self.finished: float | None = None
        self.up = self.was_up = self.over = False
        self.missing = 0 if handler else len(plan.dependencies)
        self._body: Body | None = None
        self._items_before: tuple[Phase, ...] = ()

    @property
    def name(self) -> str:
        """The step's name."""
        return self.plan.step.name

    @property
    def step(self) -> Step:
        """The step."""
        return self.plan.step

    def dependency_over(self) -> None:
        """Count one of those it waits for out; look when that was the last."""
        self.missing -= 1
        if self.missing == 0:
            self.scope.desk.later(self.look)

    def look(self) -> None:
        """Decide what to do, now that all it waits for has ended."""
        if self.over:
            return
        earlier = None if self.daemon else self.scope.desk.adopt(self.path)
        if earlier is not None:
            self._adopt(earlier)
        elif why := self._obstacle():
            self.finish(Phase.OMITTED, why)
        else:
            self._run()

    def stop(self, doom: Doom) -> None:
        """End soon; what was never started is left out."""
        if self._body is not None:
            self._body.stop(doom)
        elif not self.over:
            self.finish(Phase.OMITTED, doom.message)

    def halt(self, doom: Doom) -> None:
        """Leave out what was never started; what was goes on."""
        if self._body is not None:
            self._body.halt(doom)
        elif not self.over:
            self.finish(Phase.OMITTED, doom.message)

    def began(self) -> None:
        """Take note that one of its units has started."""
        if self.started is not None:
            return
        self.started = self.scope.desk.now
        self.phase = Phase.RUNNING
        if self._body is not None and self._body.aggregate:
            self.scope.desk.note(self.path, Phase.RUNNING)

    def is_up(self) -> None:
        """Let those that wait for it go on, if it is a daemon."""
        self.up = True
        if not self.was_up:
            self.was_up = True
            self.scope.let_go_on(self)

    def judge(self, result: Result, *, doomed: bool) -> Result:
        """Return what a result means for this step: a daemon may not just end."""
        self.up = False
        if not self.daemon or doomed or not result.phase.good:
            return result
        return Result(
            phase=Phase.FAILED,
            message="the daemon ended by itself while others needed it",
            exit_code=result.exit_code,
            cpu_seconds=result.cpu_seconds,
            peak_memory=result.peak_memory,
        )

    def over_for(self, unit: Unit) -> None:
        """Take note that one of its units has ended."""
        self.exit_code = unit.exit_code
        if self._body is not None:
            self._body.over_for(unit)

    def item_phases(self) -> Sequence[Phase]:
        """Return how the items of its map ended; itself, where there is no map."""
        if self._items_before:
            return self._items_before
        if self._body is not None and self.step.loop is not None:
            return self._body.phases()
        return (self.phase,) if self.over and self.step.loop is None else ()

    def finish(
        self,
        phase: Phase,
        message: str = "",
        outputs: Mapping[str, Data] | None = None,
        *,
        noted: bool = False,
    ) -> None:
        """End.

        Args:
            phase: how.
            message: why.
            outputs: what it left behind.
            noted: whether all that is written down already, by its unit.
        """
        desk = self.scope.desk
        self.over = True
        self.phase = phase
        self.message = message
        self.finished = desk.now
        if outputs:
            self.outputs = outputs
        if not noted:
            desk.note(self.path, phase, message)
            if outputs:
                desk.keep(self.path, outputs)
        self._publish()
        self.scope.over_for(self)

    def _obstacle(self) -> str:
        nodes = self.scope.nodes
        easy = all(isinstance(one, str) for one in self.step.after) and all(
            nodes[name].phase.good for name in self.plan.dependencies
        )
        return "" if easy else obstacle(self.step, nodes)

    def _run(self) -> None:
        names = Names(self.scope, self.name)
        try:
            when = self.step.when
            if when is not None and not self.plan.per_item and not holds(when, names):
                self.finish(Phase.SKIPPED, "its condition does not hold")
                return
            self._body = body_of(self)
            self._body.start(names)
        except Unknown as error:
            self.finish(Phase.ERRORED, str(error))
        except Unfit as error:
            self.finish(Phase.FAILED, str(error))

    def _adopt(self, earlier: Earlier) -> None:
        if self.step.loop is not None:
            self._items_before = self.scope.desk.item_phases_before(self.path)
        self.started = earlier.started
        self.exit_code = earlier.exit_code
        self.finish(earlier.phase, earlier.message, earlier.outputs, noted=True)
        self.finished = earlier.finished

    def _publish(self) -> None:
        if not (self.outputs and self.phase.good):
            return
        known = {
            one.global_name: self.outputs[one.name]
            for one in outputs_of(self.step.template)
            if one.global_name and one.name in self.outputs
        }
        if known:
            self.scope.desk.publish(known)


def outputs_of(template: Template) -> tuple[Output | WorkflowOutput, ...]:
    """Return what a template leaves behind."""
    if isinstance(template, SubWorkflow):
        return template.workflow.outputs
    return template.outputs
