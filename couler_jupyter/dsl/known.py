"""Handles for what a workflow, or a body in it, is given: parameters, items, turns."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.reach import brought_in
from couler_jupyter.dsl.scope import State
from couler_jupyter.ir import ItemRef, ParameterRef, TurnRef, Value, ValueType

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope


class OfBody(Handle):
    """What the body of a map or repeat is given anew each time it runs."""

    __slots__ = ("_body", "_given", "_kind")

    def __init__(
        self,
        body: Scope,
        given: ItemRef | TurnRef,
        kind: ValueType | None = ValueType.JSON,
    ) -> None:
        self._body, self._given, self._kind = body, given, kind

    def _value(self, scope: Scope) -> Value:
        if self._body.state is not State.OPEN or not self._body.has(scope):
            raise misused(
                f"{self._what()} is known only inside the function it is given to"
            )
        local = self._body.capture(self._given, self._hint(), self._kind)
        return brought_in(self._body, scope, self, local)

    def _type(self) -> ValueType | None:
        return self._kind


class Item(OfBody):
    """The item a map is at; `item.key`, `item["key"]` and `item[0]` are parts of it."""

    __slots__ = ()

    def __getattr__(self, name: str) -> Item:
        if name.startswith("_"):
            raise AttributeError(name)
        return self[name]

    def __getitem__(self, key: str | int) -> Item:  # type: ignore[override]
        return Item(self._body, ItemRef((*self._path(), key)))

    def __iter__(self) -> Iterator[Any]:
        raise misused(
            "an item of a map is known only when the workflow runs; take a part of it "
            "as item[0] or item['key'], or run a step for each part with couler.map_"
        )

    def _path(self) -> tuple[str | int, ...]:
        return self._given.path if isinstance(self._given, ItemRef) else ()

    def _hint(self) -> str:
        return "-".join(("item", *(str(key) for key in self._path())))

    def _what(self) -> str:
        return (
            "the item of a map" if not self._path() else "a part of the item of a map"
        )


class Turn(OfBody):
    """The turn a repeat is at; the first is 1."""

    __slots__ = ()

    def _hint(self) -> str:
        return "turn"

    def _what(self) -> str:
        return "the turn of a repeat"


class Parameter(Handle):
    """An input of the workflow: a parameter, or a file."""

    __slots__ = ("_home", "_kind", "_name")

    def __init__(self, home: Scope, name: str, kind: ValueType | None) -> None:
        self._home, self._name, self._kind = home, name, kind

    def _value(self, scope: Scope) -> Value:
        if not self._home.has(scope):
            raise misused(f"{self._what()} belongs to workflow {self._home.title!r}")
        return brought_in(self._home, scope, self, ParameterRef(self._name))

    def _type(self) -> ValueType | None:
        return self._kind

    def _hint(self) -> str:
        return self._name

    def _what(self) -> str:
        return f"parameter {self._name!r}"
