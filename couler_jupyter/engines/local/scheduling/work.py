"""What one attempt of a unit is: something to launch, a workflow, or a wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import Unfit, text_of
from couler_jupyter.engines.local.scheduling.names import inside
from couler_jupyter.engines.local.scheduling.orders import Launch, Result
from couler_jupyter.engines.local.scheduling.typed_in import typed_in
from couler_jupyter.ir import Json, Phase, SubWorkflow, Suspend

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.desk import Alarm
    from couler_jupyter.engines.local.scheduling.scope import Scope
    from couler_jupyter.engines.local.scheduling.unit import Unit


@dataclass(frozen=True, slots=True)
class Doom:
    """Why steps are stopped.

    Attributes:
        phase: what those become that have started.
        message: why, for those and for the ones that will never start.
    """

    phase: Phase
    message: str


class Work(Protocol):
    """One attempt of a unit, from its start to its result."""

    def start(self) -> None:
        """Begin; the result is told to the unit, later or at once."""
        ...

    def stop(self, doom: Doom) -> None:
        """Have it end soon."""
        ...

    def leave(self) -> None:
        """Give back what it holds; its result is there."""
        ...


def work_for(unit: Unit, inputs: Mapping[str, Data]) -> Work:
    """Return an attempt of `unit` with these inputs."""
    template = unit.node.step.template
    if isinstance(template, SubWorkflow):
        return Nested(unit, template, inputs)
    if isinstance(template, Suspend):
        return Wait(unit, template, inputs)
    return Attempted(unit, inputs)


class Attempted:
    """A program or a function that somebody else runs."""

    def __init__(self, unit: Unit, inputs: Mapping[str, Data]) -> None:
        self._unit = unit
        self._inputs = inputs
        self._daemon = unit.node.daemon

    def start(self) -> None:
        """Order it to be launched."""
        unit = self._unit
        desk = unit.node.scope.desk
        attempt = desk.next_attempt(unit.path, again=unit.again)
        desk.note(unit.path, Phase.RUNNING, unit.message)
        self._count(1)
        desk.orders.starts.append(
            Launch(
                path=unit.path,
                attempt=attempt,
                tries=unit.tries,
                step=unit.node.step,
                workflow=unit.node.scope.workflow,
                inputs=self._inputs,
                look_up=inside(self._inputs, unit.names, unit.tries),
                again=unit.again,
            )
        )
        if self._daemon:
            unit.node.is_up()

    def stop(self, doom: Doom) -> None:  # noqa: ARG002 (the unit remembers it)
        """Order it to be killed."""
        self._unit.node.scope.desk.orders.kills.append(self._unit.path)

    def leave(self) -> None:
        """Count it out."""
        self._count(-1)

    def _count(self, change: int) -> None:
        counts = self._unit.node.scope.desk.counts
        if self._daemon:
            counts.daemons += change
        else:
            counts.running += change


class Nested:
    """A workflow inside the workflow."""

    def __init__(
        self, unit: Unit, template: SubWorkflow, inputs: Mapping[str, Data]
    ) -> None:
        self._unit = unit
        self._workflow = template.workflow
        self._inputs = inputs
        self._scope: Scope | None = None
        self._alarm: Alarm | None = None

    def start(self) -> None:
        """Open the workflow's own scope."""
        unit = self._unit
        desk = unit.node.scope.desk
        desk.next_attempt(unit.path)
        desk.note(unit.path, Phase.RUNNING)
        if (timeout := unit.node.step.timeout) is not None:
            self._alarm = desk.alarm(desk.now + timeout, self._took_too_long)
        self._scope = unit.node.scope.inner(
            self._workflow,
            inputs=self._inputs,
            on_over=unit.ended,
            prefix=f"{unit.path}/",
            priority=unit.priority,
        )
        self._scope.open()

    def stop(self, doom: Doom) -> None:
        """Stop what runs inside; it ends as the workflow in it does."""
        if self._scope is not None:
            self._scope.stop(doom)

    def leave(self) -> None:
        """Forget the timeout."""
        if self._alarm is not None:
            self._alarm.cancel()

    def _took_too_long(self) -> None:
        timeout = self._unit.node.step.timeout or 0.0
        self.stop(Doom(Phase.FAILED, took_longer(timeout)))


class Wait:
    """A wait for a time or for a person."""

    def __init__(
        self, unit: Unit, template: Suspend, inputs: Mapping[str, Data]
    ) -> None:
        self._unit = unit
        self._template = template
        self._inputs = inputs
        self._alarms: list[Alarm] = []

    def start(self) -> None:
        """Suspend the step until its time has come."""
        unit, template = self._unit, self._template
        desk = unit.node.scope.desk
        desk.next_attempt(unit.path)
        desk.counts.suspended += 1
        desk.note(unit.path, Phase.SUSPENDED, template.message)
        if template.seconds is not None:
            look_up = inside(self._inputs, unit.names, unit.tries)
            wait = seconds_of(text_of(template.seconds, look_up))
            self._alarms.append(desk.alarm(desk.now + wait, self._go_on))
        if (timeout := unit.node.step.timeout) is not None:
            self._alarms.append(desk.alarm(desk.now + timeout, self._took_too_long))

    def stop(self, doom: Doom) -> None:
        """End the wait."""
        self._unit.ended(Result(phase=doom.phase, message=doom.message))

    def leave(self) -> None:
        """Forget the times it waited for."""
        self._unit.node.scope.desk.counts.suspended -= 1
        for alarm in self._alarms:
            alarm.cancel()

    def resume(self, given: Mapping[str, Json]) -> None:
        """Go on with what a person typed in, if that will do; else say what will."""
        try:
            outputs = typed_in(self._template, given)
        except Unfit as error:
            desk = self._unit.node.scope.desk
            desk.note(self._unit.path, Phase.SUSPENDED, str(error))
            return
        self._unit.ended(Result(phase=Phase.SUCCEEDED, outputs=outputs))

    def _go_on(self) -> None:
        try:
            outputs = typed_in(self._template, {})
        except Unfit as error:
            self._unit.ended(Result(phase=Phase.FAILED, message=str(error)))
        else:
            self._unit.ended(Result(phase=Phase.SUCCEEDED, outputs=outputs))

    def _took_too_long(self) -> None:
        message = took_longer(self._unit.node.step.timeout or 0.0)
        self._unit.ended(Result(phase=Phase.FAILED, message=message))


def took_longer(seconds: float) -> str:
    """Return the message of what did not end in time.

    >>> took_longer(5.0)
    'took longer than 5 s'
    """
    return f"took longer than {seconds:g} s"


def seconds_of(text: str) -> float:
    """Return a text as seconds.

    Raises:
        Unfit: it is no number, or less than 0.
    """
    try:
        seconds = float(text)
    except ValueError:
        raise Unfit(f"{text!r} is no number of seconds") from None
    if not 0 <= seconds < float("inf"):
        raise Unfit(f"{text} is no number of seconds to wait")
    return seconds
