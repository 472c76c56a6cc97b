"""What a map runs over: lists, ranges, and lists that are known later."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias, cast

from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.known import Item
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.values import a_kind, has_handle
from couler_jupyter.ir import Constant, ItemRef, Items, Over, Range, ValueType

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


def mapped_over(
    function: Callable[..., object], lists: tuple[object, ...], scope: Scope
) -> tuple[Source, list[Callable[[Scope], object]]]:
    """Return the items of a map, and how to make what its function gets of each.

    Args:
        function: its parameters name the items of several lists.
        lists: one list, or several to go through side by side.
        scope: where the map stands.

    Raises:
        BuildFailed: something is no list, or the lists are not as long.
    """
    if len(lists) == 1:
        return _source(lists[0], scope), [_whole_item(lists[0])]
    names = _names(function, len(lists))
    columns = [_listed(one) for one in lists]
    if len({len(column) for column in columns}) > 1:
        counts = ", ".join(str(len(column)) for column in columns)
        raise misused(f"map_ is given lists of {counts} items; they must be as long")
    rows = [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]
    return _source(rows, scope), [_item(name) for name in names]


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


def _source(given: object, scope: Scope) -> Source:
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
