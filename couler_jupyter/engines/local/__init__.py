"""The local engine: runs workflows on this machine, and says what they mean.

The engine itself is imported when it is asked for: what its processes need of this
package is small, and they start often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from couler_jupyter.engines.local.engine import Local

__all__ = ["Local"]


def __getattr__(name: str) -> object:
    """Return the engine, importing it only now."""
    if name == "Local":
        from couler_jupyter.engines.local import engine

        return globals().setdefault(name, engine.Local)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
