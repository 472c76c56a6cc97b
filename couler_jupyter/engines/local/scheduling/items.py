"""The items of a map."""

from __future__ import annotations

from typing import assert_never

from couler_jupyter.engines.local.scheduling.accept import read_text, shown
from couler_jupyter.engines.local.scheduling.data import Data, Pickled, handle_in, told
from couler_jupyter.engines.local.scheduling.evaluate import (
    LookUp,
    Unfit,
    evaluate,
    name_of,
)
from couler_jupyter.ir import Items, Over, Range, ValueType
from couler_jupyter.ir.loop import Source
from couler_jupyter.ir.value import Value

MOST = 100_000
"""Items that one map may have here."""


def items_of(source: Source, look_up: LookUp) -> list[Data]:
    """Return the items that `source` gives.

    Raises:
        Unfit: it is no list, or too long a one.
        Unknown: it is not there.
    """
    match source:
        case Items(items=items):
            found: list[Data] = [item.value for item in items]
        case Range():
            found = _range(source, look_up)
        case Over(value=value):
            found = _list(value, look_up)
        case _ as never:
            assert_never(never)
    return _bounded(found, len(found))


def _range(source: Range, look_up: LookUp) -> list[Data]:
    start = _whole(source.start, look_up)
    end = _whole(source.end, look_up)
    numbers = range(start, end + (1 if source.step > 0 else -1), source.step)
    _bounded([], len(numbers))
    if source.format is None:
        return list(numbers)
    try:
        return [source.format % number for number in numbers]
    except (TypeError, ValueError) as error:
        raise Unfit(f"its range's format {source.format!r}: {error}") from None


def _whole(value: Value, look_up: LookUp) -> int:
    known = evaluate(value, look_up)
    if isinstance(known, str):
        known = read_text(known, ValueType.INTEGER)
    if isinstance(known, bool) or not isinstance(known, int):
        handle = handle_in(known)
        what = shown(known) if handle is None else told(handle)
        raise Unfit(f"its range goes to or from {what}, which is no whole number")
    return known


def _list(value: Value, look_up: LookUp) -> list[Data]:
    known = evaluate(value, look_up)
    if isinstance(known, str):
        known = read_text(known, ValueType.LIST)
    if isinstance(known, list):
        return known
    raise Unfit(f"maps over {name_of(value)}, {_why_no_list(known)}")


def _why_no_list(known: Data) -> str:
    handle = handle_in(known)
    match handle:
        case None:
            return f"{shown(known)}, which is no list"
        case Pickled(type="list", keys=()):
            return (
                "a list that holds what JSON cannot say, such as tuples; "
                "put lists, objects, texts and numbers in it"
            )
        case Pickled():
            return f"{told(handle)}, no list; return a list"
        case _:
            return f"{told(handle)}, no list"


def _bounded(found: list[Data], count: int) -> list[Data]:
    if count > MOST:
        raise Unfit(f"maps over {count} items; {MOST} at the most")
    return found
