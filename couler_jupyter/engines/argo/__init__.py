"""The Argo engine: compiles to Argo Workflows, reads their manifests, checks them.

The engine itself is imported when it is asked for: its parts are of use without it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from couler_jupyter.engines.argo.engine import Argo

__all__ = ["Argo"]


def __getattr__(name: str) -> object:
    """Return the engine, importing it only now."""
    if name == "Argo":
        from couler_jupyter.engines.argo import engine

        return globals().setdefault(name, engine.Argo)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
