"""Steps in the words of the IR, for what the unified interface has none for."""

from __future__ import annotations

from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.origin import misused, origin_of, user_frame
from couler_jupyter.dsl.predicate import joined
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.ir import Step


def run_step(step: Step) -> StepOutput:
    """Add a step as the IR has it; other steps are named in it, not handed to it.

    Args:
        step: all of the step, with its name.

    Raises:
        BuildFailed: no workflow is being written, or this is no step.
    """
    scope = open_scope("run_step")
    step = _checked(step)
    node = Node(
        scope=scope,
        name=step.name,
        base=step.name,
        template=scope.once(step.template),
        arguments=step.arguments,
        after=[*scope.after, *step.after],
        when=joined(scope.when, step.when),
        loop=step.loop,
        repeat=step.repeat,
        retry=step.retry,
        timeout=step.timeout,
        cache=step.cache,
        daemon=step.daemon,
        tune=step.tune,
        extras=step.extras,
        origin=origin_of(user_frame(), scope.shared.places),
        is_named=True,
    )
    return StepOutput(scope.add(node))


def _checked(given: object) -> Step:
    if not isinstance(given, Step):
        raise misused(
            f"run_step is given {given!r}, which is no couler_jupyter.ir.Step"
        )
    return given
