"""Where artifacts are kept by their content, and what is known of how they came to be."""

from __future__ import annotations

from couler_jupyter.store.object import Corrupt, Missing, Object
from couler_jupyter.store.objects import Objects
from couler_jupyter.store.result import Attempt, Made, Result
from couler_jupyter.store.store import Store

__all__ = [
    "Attempt",
    "Corrupt",
    "Made",
    "Missing",
    "Object",
    "Objects",
    "Result",
    "Store",
]
