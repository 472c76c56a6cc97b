"""Not running again what was run before, as old scripts ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter import dsl
from couler_jupyter.dsl.retrying import Reuse
from couler_jupyter.ir import Constant, Extra


@dataclass(frozen=True, slots=True)
class Cache:
    """Where the outputs of a step are remembered, under which key, for how long.

    Attributes:
        name: the config map that Argo remembers in.
        key: what makes two runs of the step the same.
        max_age: how old they may be, as `1h`; empty for no bound.
    """

    name: str
    key: str
    max_age: str = ""


def reuse_of(given: Cache | None) -> tuple[Reuse | None, tuple[Extra, ...]]:
    """Return the cache of a step, and the config map's name in the words of Argo."""
    if given is None:
        return None, ()
    path = "template.memoize.cache.configMap.name"
    name = Constant.of(given.name)
    where = Extra(engine="argo", path=path, value=name, ignorable=True)
    return dsl.reuse(given.max_age or None, key=given.key), (where,)
