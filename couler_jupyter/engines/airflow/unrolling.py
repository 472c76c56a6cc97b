"""Maps that stand in a DAG as one task for each item: where Airflow expands none."""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.airflow.known import known_by
from couler_jupyter.ir import Constant, Items, Json, Over, Range, Step

MOST = 32
"""Items of a map that is written out, item by item."""


def known_items(step: Step) -> tuple[Json, ...] | None:
    """Return the items of a map; None if only the run knows them, or they are many."""
    if step.loop is None:
        return None
    match step.loop.over:
        case Items(items=items):
            found = tuple(one.value for one in items)
        case Range(start=Constant() as start, end=Constant() as end) as over:
            found = _numbers(start.value, end.value, over)
        case Range() | Over():
            return None
    return found if 0 < len(found) <= MOST else None


def _numbers(start: Json, end: Json, over: Range) -> tuple[Json, ...]:
    if not (type(start) is int and type(end) is int):
        return ()
    numbers = range(start, end + (1 if over.step > 0 else -1), over.step)
    if len(numbers) > MOST or over.format is None:
        return tuple(numbers[: MOST + 1])
    return tuple(over.format % number for number in numbers)


def unrolling_faults(step: Step) -> Iterator[str]:
    """Yield why a map cannot be written out item by item."""
    if known_items(step) is None:
        yield (
            "it is mapped where Airflow expands nothing, and its items are not 1 to "
            f"{MOST} that are known when compiling"
        )
    if step.loop is not None and step.loop.parallelism is not None:
        yield "it is mapped with a parallelism, and each item is a task of its own"
    for name in known_by([step]):
        yield f"each item is a task of its own, and the whole run knows output {name!r}"
