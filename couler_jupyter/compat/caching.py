"""Not running again what was run before, as old scripts ask for it."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter import dsl
from couler_jupyter.dsl.retrying import Reuse


@dataclass(frozen=True, slots=True)
class Cache:
    """Under which key the outputs of a step are remembered, and for how long.

    Attributes:
        name: the config map that Argo was to remember in; the engine has its own.
        key: what makes two runs of the step the same.
        max_age: how old they may be, as `1h`; empty for no bound.
    """

    name: str
    key: str
    max_age: str = ""


def reuse_of(given: Cache) -> Reuse:
    """Return the cache of a step."""
    return dsl.reuse(given.max_age or None, key=given.key)
