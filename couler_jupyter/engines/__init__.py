"""Engines: one module or package each, found by name.

What is public here is imported when it is asked for, because the processes of the
local engine start often and need next to nothing of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from couler_jupyter.engines.base import Engine, Gap, GapKind, Lowering, Submitter
    from couler_jupyter.engines.table import ENGINES

__all__ = ["ENGINES", "Engine", "Gap", "GapKind", "Lowering", "Submitter"]


def __getattr__(name: str) -> object:
    """Return a public name, importing where it lives only now."""
    if name in __all__:
        from couler_jupyter.engines import base, table

        found = getattr(table if name == "ENGINES" else base, name)
        return globals().setdefault(name, found)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
