"""What things are called in the captured module."""

from __future__ import annotations

import builtins
import re
from collections.abc import Container
from dataclasses import dataclass, field
from types import ModuleType

from couler_jupyter.dsl.capture.definitions import is_defined
from couler_jupyter.dsl.capture.free_names import HIDDEN
from couler_jupyter.dsl.capture.identity import own_name, qualified_name
from couler_jupyter.dsl.capture.imports import at_path, import_path, module_path
from couler_jupyter.dsl.capture.layers import plain
from couler_jupyter.dsl.capture.reasons import why_not
from couler_jupyter.dsl.capture.written import CannotWrite


@dataclass(slots=True)
class Naming:
    """Gives every function, class and module that travels one name.

    Attributes:
        scope: what names mean where the function was defined.
        home: the modules that do not travel as imports.
        names: the names given, by the identity of the thing.
        wanted: things that were referred to and have yet to be given a meaning.
    """

    scope: dict[str, object]
    home: Container[str]
    names: dict[int, str] = field(default_factory=dict[int, str])
    wanted: list[tuple[str, object]] = field(default_factory=list[tuple[str, object]])

    def refer(self, value: object) -> str:
        """Return an expression that means `value`, a thing that is known by name.

        Raises:
            CannotWrite: it is known by none.
        """
        value = plain(value)
        if id(value) in self.names:
            return self.names[id(value)]
        if (owner := self.owner_class(value)) is not None:
            return f"{self.refer(owner)}.{own_name(value)}"
        own = own_name(value)
        if own and vars(builtins).get(own) is value and own not in self.scope:
            return own
        if not self._has_name(value):
            raise CannotWrite(why_not(value, self.home))
        is_bound = bool(own) and plain(self.scope.get(own)) is value
        name = own if is_bound else self.fresh(qualified_name(value))
        self.names[id(value)] = name
        self.wanted.append((name, value))
        return name

    def fresh(self, base: str) -> str:
        """Return a name that nothing has, made from `base`."""
        stem = name = HIDDEN + (re.sub(r"\W", "_", base).strip("_") or "thing")
        taken = set(self.names.values())
        count = 2
        while name in taken:
            name, count = f"{stem}_{count}", count + 1
        return name

    def owner_class(self, value: object) -> object:
        """Return the class defined here whose body defined `value`, if one did."""
        path = qualified_name(value)
        top, _, rest = path.partition(".")
        outer = self.scope.get(top)
        if not isinstance(outer, type) or at_path(outer, rest) is not value:
            return None
        return at_path(outer, rest.rpartition(".")[0]) if "." in rest else outer

    def _has_name(self, value: object) -> bool:
        if isinstance(value, ModuleType):
            return module_path(value) is not None
        return is_defined(value) or import_path(value, "", self.home) is not None
