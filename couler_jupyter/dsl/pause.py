"""Steps that wait: for some time, or for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Unpack

from couler_jupyter.dsl.adding import add_step
from couler_jupyter.dsl.box_options import BoxOptions
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.duration import Duration, seconds
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.lift import Lift
from couler_jupyter.dsl.options import StepOptions, read_once, step_name_in
from couler_jupyter.dsl.origin import function_name, misused, user_frame
from couler_jupyter.dsl.ports import ParameterSpec, from_person
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.ir import OutputParameter, Suspend, Text

_USELESS = frozenset(BoxOptions.__annotations__) | {"inputs", "daemon"}


def suspend(
    duration: Duration | Handle | None = None,
    message: str = "",
    **options: Unpack[StepOptions],
) -> StepOutput:
    """Add a step that waits.

    Args:
        duration: how long; None until a person resumes the run.
        message: what the person is told.
        options: `outputs` are what the person types in: a mapping from names to
            types, or to `couler.from_person(...)`; for the others see `StepOptions`.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    scope = open_scope("suspend")
    wanted = read_once(options, "suspend", scope, but=_USELESS)
    lift = Lift(scope)
    template = Suspend(
        seconds=_seconds(duration, lift),
        message=message,
        outputs=_typed_in(wanted.outputs),
        inputs=tuple(lift.inputs),
    )
    frame = user_frame()
    return add_step(
        scope,
        base=function_name(frame, scope.bodies) or "suspend",
        step_name=step_name_in(options),
        template=scope.once(template),
        arguments=tuple(lift.arguments),
        options=wanted,
        frame=frame,
    )


def _seconds(duration: Duration | Handle | None, lift: Lift) -> Text | None:
    if duration is None:
        return None
    if isinstance(duration, Handle):
        return lift.text(duration)
    return f"{seconds(duration, 'duration'):g}"


def _typed_in(given: object) -> tuple[OutputParameter, ...]:
    if given is None:
        return ()
    if not isinstance(given, Mapping):
        raise misused(
            "suspend: outputs must be a mapping, as outputs={'approved': bool}"
        )
    return tuple(
        (what if isinstance(what, ParameterSpec) else from_person(what)).named(
            str(name)
        )
        for name, what in given.items()
    )
