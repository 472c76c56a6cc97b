"""Engines: one module or package each, found by name.

What is public here is imported when it is asked for, because the processes of the
local engine start often and need next to nothing of it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from couler_jupyter.engines.base import (
        Engine,
        Gap,
        GapKind,
        Importer,
        Lowering,
        Submitter,
    )
    from couler_jupyter.engines.finding import Finding, Linter, Rule, Severity, Source
    from couler_jupyter.engines.remote import Remote, RemoteEntry
    from couler_jupyter.engines.table import ENGINES, IMPORTERS, LINTERS

_TABLES = ("ENGINES", "IMPORTERS", "LINTERS")
_OF_FINDING = ("Finding", "Linter", "Rule", "Severity", "Source")

__all__ = [
    "ENGINES",
    "IMPORTERS",
    "LINTERS",
    "Engine",
    "Finding",
    "Gap",
    "GapKind",
    "Importer",
    "Linter",
    "Lowering",
    "Remote",
    "RemoteEntry",
    "Rule",
    "Severity",
    "Source",
    "Submitter",
]


def __getattr__(name: str) -> object:
    """Return a public name, importing where it lives only now."""
    if name in __all__:
        file = "finding" if name in _OF_FINDING else "base"
        file = "table" if name in _TABLES else file
        file = "remote" if name.startswith("Remote") else file
        module = import_module(f"{__name__}.{file}")
        return globals().setdefault(name, getattr(module, name))
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
