"""Engines: one module or package each, found by name.

The names of `base` are imported when first used, so that the small process that
forks the steps of a local run can be in this package without carrying the IR.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from couler_jupyter.registry import Registry

if TYPE_CHECKING:
    from couler_jupyter.engines.base import Engine, Gap, GapKind, Lowering, Submitter

ENGINES: Registry[type[Engine]] = Registry(
    "couler_jupyter.engines",
    {"local": "couler_jupyter.engines.local:Local"},
)

__all__ = ["ENGINES", "Engine", "Gap", "GapKind", "Lowering", "Submitter"]


def __getattr__(name: str) -> object:
    """Return a name of `base`."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("couler_jupyter.engines.base"), name)
