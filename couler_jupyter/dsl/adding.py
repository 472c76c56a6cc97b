"""Adding a step: its options, the conditions around it, where it was written."""

from __future__ import annotations

from types import FrameType
from typing import TYPE_CHECKING

from couler_jupyter.dsl.after import waits_for
from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.origin import origin_of
from couler_jupyter.dsl.predicate import as_predicate, joined, split
from couler_jupyter.dsl.retrying import cache_in
from couler_jupyter.dsl.step_output import StepOutput

if TYPE_CHECKING:
    from couler_jupyter.dsl.options import Options
    from couler_jupyter.dsl.scope import Scope
    from couler_jupyter.ir import Argument, Template


def add_step(
    scope: Scope,
    *,
    base: str,
    step_name: str,
    template: Template,
    arguments: tuple[Argument, ...],
    options: Options,
    frame: FrameType | None,
) -> StepOutput:
    """Add a step that runs `template`; return what it gives.

    Args:
        scope: the workflow under construction.
        base: its name, where the user gave none.
        step_name: the name the user gave it.
        template: what it runs.
        arguments: what the template's inputs are given.
        options: the rest.
        frame: where the user wrote it.

    Raises:
        BuildFailed: its name is taken, or an option makes no sense here.
    """
    name = step_name or base
    node = Node(
        scope=scope,
        name=name,
        base=name,
        template=template,
        arguments=arguments,
        after=list(scope.after),
        when=scope.when,
        retry=options.retry,
        timeout=options.timeout,
        cache=cache_in(options.cache, scope),
        daemon=options.daemon,
        tune=options.tune,
        extras=options.extras,
        origin=origin_of(frame, scope.shared.places),
        is_named=bool(step_name),
    )
    if options.when is None and options.after is None:
        return StepOutput(scope.add(node))
    earlier = _put_in_order(node, options)
    added = scope.add(node)
    scope.shared.edges += [(step, added) for step in earlier]
    return StepOutput(added)


def _put_in_order(node: Node, options: Options) -> list[Node]:
    """Give a step its conditions; return the steps it comes after."""
    scope = node.scope
    if options.when is not None:
        values, endings = split(as_predicate(options.when))
        conditions = (value._condition(scope) for value in values)
        node.when = joined(node.when, *conditions)
        node.after += [ending._condition(scope) for ending in endings]
    named, steps = waits_for(options.after, scope)
    node.after += named
    return steps
