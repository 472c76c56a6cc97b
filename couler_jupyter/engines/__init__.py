"""Engines: one module or package each, found by name."""

from couler_jupyter.engines.base import Engine, Gap, GapKind, Lowering, Submitter
from couler_jupyter.registry import Registry

ENGINES: Registry[type[Engine]] = Registry(
    "couler_jupyter.engines",
    {"local": "couler_jupyter.engines.local:Local"},
)

__all__ = ["ENGINES", "Engine", "Gap", "GapKind", "Lowering", "Submitter"]
