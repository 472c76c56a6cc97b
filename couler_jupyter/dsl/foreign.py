"""Steps that only one engine has a word for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Unpack

from couler_jupyter.dsl.adding import add_step
from couler_jupyter.dsl.box_options import BoxOptions
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.lift import Lift
from couler_jupyter.dsl.options import StepOptions, read_once, step_name_in
from couler_jupyter.dsl.origin import function_name, misused, user_frame
from couler_jupyter.dsl.program import outputs_of
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.dsl.values import constant, has_handle
from couler_jupyter.ir import Constant, Foreign

_USELESS = frozenset(BoxOptions.__annotations__)


def run_foreign(
    engine: str,
    kind: str,
    body: Mapping[str, Any],
    **options: Unpack[StepOptions],
) -> StepOutput:
    """Add a step in the words of one engine; others refuse it.

    Args:
        engine: whose words they are, as `argo`.
        kind: what that engine calls it, as `http`.
        body: what stands in that engine's manifest; JSON. What is known only when the
            workflow runs goes in by `inputs`, under the names that the body uses.
        options: those of `StepOptions` that are not about a program; `outputs` names
            what the body leaves behind.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    scope = open_scope("run_foreign")
    wanted = read_once(options, "run_foreign", scope, but=_USELESS)
    lift = Lift(scope)
    lift.declare(wanted.inputs)
    template = Foreign(
        engine=engine,
        kind=kind,
        body=_body(body),
        inputs=tuple(lift.inputs),
        outputs=outputs_of(lift, wanted.outputs),
    )
    frame = user_frame()
    return add_step(
        scope,
        base=function_name(frame, scope.bodies) or kind,
        step_name=step_name_in(options),
        template=scope.once(template),
        arguments=tuple(lift.arguments),
        options=wanted,
        frame=frame,
    )


def _body(given: object) -> Constant:
    if has_handle(given):
        raise misused(
            "run_foreign: the value in the body is known only when the workflow runs; "
            "give it as an input, inputs={'name': value}"
        )
    return constant(given)
