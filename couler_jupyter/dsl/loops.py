"""Steps for each item of a list, and steps again while a condition holds."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from couler_jupyter.dsl.anything import Gives
from couler_jupyter.dsl.closing import as_step, call_body, moved, named_after
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.duration import Duration, seconds
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.known import Turn
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import Predicate, as_predicate
from couler_jupyter.dsl.sources import mapped_over
from couler_jupyter.dsl.values import a_kind
from couler_jupyter.ir import (
    AtLimit,
    Map,
    Repeat,
    TurnRef,
    Value,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope


def map_(
    function: Callable[..., Any],
    *lists: object,
    parallelism: int | None = None,
    step_name: str = "",
) -> Gives:
    """Run what `function` adds once for each item of a list.

    Args:
        function: gets the item, known only when the workflow runs, and adds steps.
        lists: the items: a list, a range, an output of a step or a parameter. Of
            several lists the function gets one item each, side by side.
        parallelism: how many items at once at the most.
        step_name: what the step is called.

    Returns:
        What the function returned, with each output now a list of what the items
        gave, in their order.

    Raises:
        BuildFailed: no workflow is being written, there is nothing to map over, or
            the function adds no step.
    """
    scope = open_scope("map_")
    check_callable("map_", function)
    if not lists:
        raise misused("map_ has nothing to map over; give a list after the function")
    over, items = mapped_over(function, lists, scope)
    with scope.undone_on_error():
        body, result = call_body(scope, named_after(function, "map"), function, *items)
        node, given = as_step(body, result, step_name=step_name)
        node.loop = Map(over=over, parallelism=parallelism)
        return moved(given, node, scope.add(node))


def exec_while(
    condition: Predicate | Handle | Callable[[Any], Predicate],
    function: Callable[..., Any],
    *,
    limit: int | None = None,
    pause: Duration | Handle = 0,
    at_limit: AtLimit | str = AtLimit.FAIL,
    step_name: str = "",
) -> Gives:
    """Run what `function` adds, and again while the condition holds of its result.

    Args:
        condition: asked after each turn: a comparison without its left side, as
            `couler.equal("tails")`, or a function of the result, as
            `lambda loss: loss > 0.1`.
        function: adds the steps; a parameter of it is the turn, from 1.
        limit: turns at the most.
        pause: how long to wait between turns.
        at_limit: what happens if the condition still holds after the last: `fail`
            or `accept`.
        step_name: what the step is called.

    Returns:
        What the function returned, as the last turn gave it.

    Raises:
        BuildFailed: no workflow is being written, there is no limit, or the function
            adds no step.
    """
    scope = open_scope("exec_while")
    check_callable("exec_while", function)
    if limit is None:
        raise misused(
            "exec_while has no bound; give limit=, the turns it may take at most"
        )
    end = _at_limit(at_limit)
    wait = _pause(pause, scope)
    turns = [_turn] if _takes_one(function) else []
    with scope.undone_on_error():
        title = named_after(function, "while")
        body, result = call_body(scope, title, function, *turns)
        node, given = as_step(body, result, step_name=step_name)
        predicate = _asked(condition, given)

        def repeat() -> Repeat:
            asked = predicate._condition(scope, _own(given, scope))
            return Repeat(condition=asked, limit=limit, at_limit=end, pause=wait)

        node.repeat = repeat()
        there = scope.add(node)
        if there is node:
            node.repeat = repeat()  # its name, and so its condition, is known now
        return moved(given, node, there)


def _asked(
    condition: Predicate | Handle | Callable[[Any], Predicate], given: object
) -> Predicate:
    if isinstance(condition, Predicate):
        return condition
    return as_predicate(condition(given) if callable(condition) else condition)


def _own(given: object, scope: Scope) -> Value | None:
    return given._value(scope) if isinstance(given, Handle) else None


def _pause(given: Duration | Handle, scope: Scope) -> str | Value:
    if isinstance(given, Handle):
        return given._value(scope)
    return f"{seconds(given, 'pause'):g}"


def _at_limit(given: AtLimit | str) -> AtLimit:
    try:
        return AtLimit(given)
    except ValueError:
        raise misused(
            f"at_limit={given!r} must be one of {', '.join(AtLimit)}"
        ) from None


def _turn(body: Scope) -> object:
    return Turn(body, TurnRef())


def check_callable(call: str, function: object) -> None:
    """Check that the user gave a function.

    Raises:
        BuildFailed: it is something else, perhaps a step that was called already.
    """
    if isinstance(function, Handle):
        raise misused(
            f"{call} takes a function, as lambda: train(); it is given {function._what()}, "
            "and that step runs already"
        )
    if not callable(function):
        raise misused(f"{call} takes a function, not {a_kind(function)}")


def _takes_one(function: Callable[..., object]) -> bool:
    try:
        inspect.signature(function).bind()
    except TypeError:
        return True
    except ValueError:
        pass
    return False
