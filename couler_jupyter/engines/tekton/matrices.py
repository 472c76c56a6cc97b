"""Mapped steps as `matrix`: what differs from item to item stands in its columns.

Source: https://tekton.dev/docs/pipelines/matrix/
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import reduce

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.names import OWN
from couler_jupyter.engines.tekton.reckoning import Reckoner
from couler_jupyter.engines.tekton.texts import Unsayable
from couler_jupyter.ir import (
    Constant,
    ItemRef,
    Items,
    Json,
    Leaf,
    Map,
    Over,
    Range,
    Value,
    leaves,
    substitute,
)

MOST = 256
"""Items of one matrix, as Tekton is installed."""
ITEM = f"{OWN}item"


@dataclass(frozen=True, slots=True)
class Matrix:
    """How a mapped step runs once per item.

    Attributes:
        fields: `matrix` of the task.
        columns: parameters of the task that it gives, by the input each is for.
        item: the parameter that is the item itself, for texts that hold it.
    """

    fields: Fields
    columns: tuple[str, ...] = ()
    inlined: Mapping[str, str] = field(default_factory=dict[str, str])


def uses_item(value: Value) -> bool:
    """Whether a value differs from item to item."""
    return any(isinstance(leaf, ItemRef) for leaf in leaves(value))


def matrix_of(
    loop: Map,
    arguments: Mapping[str, Value],
    ports: Mapping[str, str],
    text: Callable[[Value, str], str],
    *,
    reckoner: Reckoner,
    as_json: frozenset[str],
) -> Matrix:
    """Return how a step runs once per item.

    Args:
        loop: where the items come from.
        arguments: those that differ from item to item, by the name of the input.
        ports: what the inputs are called in the task.
        text: writes what the input of a name is given, in the pipeline.
        reckoner: makes the task that lists items which only the run knows.
        as_json: inputs that take JSON.

    Raises:
        Unsayable: Tekton has no words for it.
    """
    items = known_items(loop)
    if items is None:
        return _of_run(loop, arguments, ports, reckoner, as_json)
    if not items:
        raise Unsayable("it maps over no items, and Tekton takes no empty matrix")
    columns = {
        ports[name]: [text(_at(value, item), name) for item in items]
        for name, value in arguments.items()
    }
    if not columns:
        columns = {ITEM: [str(number) for number in range(len(items))]}
    if len(columns) == 1:
        params = [{"name": name, "value": texts} for name, texts in columns.items()]
        return Matrix({"params": params}, tuple(columns))
    rows = [
        {
            "name": f"item-{number}",
            "params": [
                {"name": name, "value": columns[name][number]} for name in columns
            ],
        }
        for number in range(len(items))
    ]
    return Matrix({"include": rows}, tuple(columns))


def known_items(loop: Map) -> Sequence[Json] | None:
    """Return the items of a map that are known already; None if only the run will tell."""
    match loop.over:
        case Items(items=items):
            return [item.value for item in items]
        case Over(value=Constant() as known) if isinstance(known.value, list):
            return list(known.value)
        case Range(start=Constant() as start, end=Constant() as end):
            first, last, step = int(start.value), int(end.value), loop.over.step
            found = range(first, last + (1 if step > 0 else -1), step)
            if len(found) > MOST:
                raise Unsayable(_too_many(len(found)))
            wanted = loop.over.format
            return [one if wanted is None else wanted % one for one in found]
        case _:
            return None


def _too_many(count: int) -> str:
    return f"it maps over {count:,} items; Tekton takes {MOST} in a matrix"


def _at(value: Value, item: Json) -> Value:
    refs = {leaf for leaf in leaves(value) if isinstance(leaf, ItemRef)}
    try:
        known: dict[Leaf, Value] = {
            ref: Constant.of(reduce(_part, ref.path, item)) for ref in refs
        }
    except (LookupError, TypeError):
        raise Unsayable(f"the item {str(item)[:40]!r} has no such part") from None
    return substitute(value, known)


def _part(whole: Json, key: str | int) -> Json:
    return whole[key]


def _of_run(
    loop: Map,
    arguments: Mapping[str, Value],
    ports: Mapping[str, str],
    reckoner: Reckoner,
    as_json: frozenset[str],
) -> Matrix:
    """Return the matrix of items that only the run knows: there is one list to give."""
    refs = {
        leaf
        for value in arguments.values()
        for leaf in leaves(value)
        if isinstance(leaf, ItemRef)
    }
    whole = {value for value in arguments.values() if isinstance(value, ItemRef)}
    if len(refs) > 1 or (arguments and whole != refs):
        raise Unsayable(
            "its inputs take several parts of items that only the run knows, or texts "
            "made of them; Tekton gives one list to a matrix, so take the whole item"
        )
    if len({name in as_json for name in arguments}) > 1:
        raise Unsayable("its inputs read the same item in two ways; give them one type")
    path = next(iter(refs)).path if refs else ()
    over = loop.over.value if isinstance(loop.over, Over) else loop.over
    assert not isinstance(over, Items)
    listed = reckoner.items(over, path, bool(as_json.intersection(arguments)))
    names = [ports[name] for name in arguments]
    column = names[0] if len(names) == 1 else ITEM
    inlined = {} if len(names) == 1 else dict.fromkeys(arguments, f"$(params.{ITEM})")
    return Matrix({"params": [{"name": column, "value": listed}]}, (column,), inlined)
