"""One lazy, named table for engines, passes and language models."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Generic, TypeVar, cast

from couler_jupyter.errors import UnknownName

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

T = TypeVar("T")


class Registry(Generic[T]):
    """Names to things: built in, from entry points, or registered by hand.

    Nothing is imported until it is asked for by name, and other distributions'
    entry points are looked at only for names that are not built in.

    >>> table = Registry[type]("demo.kinds", {"dict": "builtins:dict"})
    >>> table.get("dict")
    <class 'dict'>
    """

    def __init__(self, group: str, builtin: Mapping[str, str]) -> None:
        self.kind = _one(group.rpartition(".")[2])
        self._group = group
        self._builtin = dict(builtin)
        self._loaded: dict[str, T] = {}

    def names(self) -> list[str]:
        """Return every known name, sorted."""
        return sorted({*self._builtin, *self._loaded, *self._plugins()})

    def get(self, name: str) -> T:
        """Return what is registered under `name`, importing it now if need be.

        Raises:
            UnknownName: nothing has that name; the nearest one is suggested.
        """
        if name in self._loaded:
            return self._loaded[name]
        if name in self._builtin:
            module, _, attribute = self._builtin[name].partition(":")
            found = cast("T", getattr(import_module(module), attribute))
        elif (plugin := self._plugins().get(name)) is not None:
            found = cast("T", plugin.load())
        else:
            raise UnknownName(self.kind, name, self.names())
        return self._loaded.setdefault(name, found)

    def register(self, name: str, value: T) -> None:
        """Add `value` under `name`.

        Raises:
            ValueError: the name is taken.
        """
        if name in self.names():
            raise ValueError(f"{self.kind} {name!r} is already registered")
        self._loaded[name] = value

    def _plugins(self) -> dict[str, EntryPoint]:
        from importlib.metadata import entry_points

        found: dict[str, EntryPoint] = {}
        for point in entry_points(group=self._group):
            clash = self._builtin.get(point.name) or found.get(point.name)
            if clash is not None:
                both = f"{point.value} and {getattr(clash, 'value', clash)}"
                raise ValueError(f"two {self.kind}s named {point.name!r}: {both}")
            found[point.name] = point
        return found


def _one(kinds: str) -> str:
    """Return the singular of a group's last word.

    >>> _one("engines"), _one("policies"), _one("passes")
    ('engine', 'policy', 'pass')
    """
    if kinds.endswith("sses"):
        return kinds.removesuffix("es")
    stem = kinds.removesuffix("ies")
    return kinds.removesuffix("s") if stem == kinds else f"{stem}y"
