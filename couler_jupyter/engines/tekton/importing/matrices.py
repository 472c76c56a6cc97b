"""A matrix as a map: one list, the product of several, or rows that are written out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    objects_at,
    only,
    text_at,
)
from couler_jupyter.engines.tekton.importing.scope import Scope
from couler_jupyter.engines.tekton.matrices import MOST
from couler_jupyter.ir import Constant, ItemRef, Items, Json, Map, Over, Value


@dataclass(frozen=True, slots=True)
class Mapped:
    """How a task runs once per item, and what it is given of the item."""

    loop: Map
    given: Mapping[str, Value]


def mapped_of(matrix: Object, scope: Scope) -> Mapped:
    """Return what a matrix says.

    Raises:
        NoWord: the IR has no word for it.
    """
    only(matrix, frozenset({"params", "include"}))
    columns = {
        text_at(one, "name"): one.get("value") for one in objects_at(matrix, "params")
    }
    rows = [*objects_at(matrix, "include")]
    if rows and columns:
        raise NoWord("a matrix has rows that go into its columns")
    if len(columns) == 1:
        ((name, value),) = columns.items()
        return Mapped(Map(over=_over(scope.value(value))), {name: ItemRef()})
    items = _rows(rows) if rows else _product(columns)
    names = [*items[0]]
    if any([*one] != names for one in items):
        raise NoWord("rows of a matrix give different parameters")
    known = tuple(Constant.of(one) for one in items)
    return Mapped(Map(over=Items(known)), {name: ItemRef((name,)) for name in names})


def _over(value: Value) -> Items | Over:
    if isinstance(value, Constant) and isinstance(value.value, list):
        return Items(tuple(Constant.of(one) for one in value.value))
    return Over(value)


def _product(columns: Mapping[str, Json]) -> list[dict[str, Json]]:
    """Return the combinations, the first column changing first, as Tekton has them."""
    names = [*columns][::-1]
    lists = [_known(columns[name]) for name in names]
    count = 1
    for one in lists:
        count *= len(one)
    if not 0 < count <= MOST:
        raise NoWord(f"a matrix has {count} items")
    every = [dict(zip(names, one, strict=True)) for one in product(*lists)]
    return [{name: row[name] for name in columns} for row in every]


def _rows(rows: list[Object]) -> list[dict[str, Json]]:
    found: list[dict[str, Json]] = []
    for row in rows:
        only(row, frozenset({"name", "params"}))
        (values,) = [
            {
                text_at(one, "name"): one.get("value")
                for one in objects_at(row, "params")
            }
        ]
        _known([*values.values()])
        found.append(values)
    return found


def _known(value: Json) -> list[Json]:
    if not isinstance(value, list):
        raise NoWord("several lists of a matrix are known only when it runs")
    if any(not isinstance(one, str) or "$" in one for one in value):
        raise NoWord("items of a matrix are known only when it runs")
    return value
