"""Steps for each item of a list, and steps again while a condition holds."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias, cast

from couler_jupyter.dsl.anything import Gives
from couler_jupyter.dsl.closing import as_step, call_body, moved, named_after
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.duration import Duration, seconds
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.known import Item, Turn
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.predicate import Predicate, as_predicate
from couler_jupyter.dsl.values import a_kind, has_handle
from couler_jupyter.ir import (
    AtLimit,
    Constant,
    ItemRef,
    Items,
    Map,
    Over,
    Range,
    Repeat,
    TurnRef,
    Value,
    ValueType,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_POSITIONAL = {
    inspect.Parameter.POSITIONAL_ONLY,
    inspect.Parameter.POSITIONAL_OR_KEYWORD,
}
_NO_LISTS = (str, bytes, Mapping)

Source: TypeAlias = Items | Range | Over


@dataclass(frozen=True, slots=True, kw_only=True)
class Sequenced:
    """Whole numbers for a map; made by `sequence`."""

    start: object
    end: object
    step: int
    format: str | None


def sequence(
    end: object,
    *,
    start: object = 0,
    step: int = 1,
    format: str | None = None,  # noqa: A002
) -> Sequenced:
    """Return the whole numbers from `start` up to and including `end`, for `map_`.

    Args:
        end: the last; it and `start` may be known only when the workflow runs.
        start: the first.
        step: how far apart they are.
        format: a printf format such as `%02d` that makes each item text.
    """
    return Sequenced(start=start, end=end, step=step, format=format)


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
    names = [] if len(lists) == 1 else _names(function, len(lists))
    loop = Map(over=_source(lists, names, scope), parallelism=parallelism)
    items = [_item(name) for name in names] or [_whole_item(lists[0])]
    with scope.undone_on_error():
        body, result = call_body(scope, named_after(function, "map"), function, *items)
        node, given = as_step(body, result, step_name=step_name)
        node.loop = loop
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


def _item(name: str) -> Callable[[Scope], object]:
    return lambda body: Item(body, ItemRef((name,)))


def _whole_item(source: object) -> Callable[[Scope], object]:
    """Return how to make the item of one list: a file, if the list is one of files."""
    many = source if isinstance(source, list | tuple) else [source]
    is_file = bool(many) and all(
        isinstance(one, Handle) and one._type() is None for one in many
    )
    kind = None if is_file else ValueType.JSON
    return lambda body: Item(body, ItemRef(), kind)


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


def _names(function: Callable[..., object], count: int) -> list[str]:
    """Return what to call the items of several lists: the function's parameters."""
    try:
        known = [*inspect.signature(function).parameters.values()]
    except (ValueError, TypeError):
        known = []
    names = [one.name for one in known if one.kind in _POSITIONAL]
    if len(names) < count:
        names = [f"item{n + 1}" for n in range(count)]
    return names[:count]


def _source(lists: tuple[object, ...], names: list[str], scope: Scope) -> Source:
    if len(lists) == 1:
        return _one_source(lists[0], scope)
    columns = [_listed(one) for one in lists]
    sizes = {len(column) for column in columns}
    if len(sizes) > 1:
        counts = ", ".join(str(len(column)) for column in columns)
        raise misused(f"map_ is given lists of {counts} items; they must be as long")
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return _one_source(rows, scope)


def _one_source(given: object, scope: Scope) -> Source:
    match given:
        case Handle():
            return Over(given._value(scope))
        case range() if len(given):
            return Range(
                start=Constant.of(given[0]), end=Constant.of(given[-1]), step=given.step
            )
        case Sequenced(start=start, end=end, step=step, format=text):
            return Range(
                start=scope.value(start), end=scope.value(end), step=step, format=text
            )
        case _:
            items = _listed(given)
    if any(map(has_handle, items)):
        return Over(scope.value(items))
    return Items(tuple(cast("Constant", scope.value(item)) for item in items))


def _listed(given: object) -> list[object]:
    if isinstance(given, Handle):
        raise misused(
            f"map_ over several lists needs to know them all; {given._what()} is known only "
            "when the workflow runs; make one list of pairs in a step"
        )
    if isinstance(given, _NO_LISTS) or not isinstance(given, Iterable):
        hint = "; write list(d.items())" if isinstance(given, Mapping) else ""
        raise misused(f"map_ runs over a list, not {a_kind(given)}{hint}")
    return list(cast("Sequence[object]", given))
