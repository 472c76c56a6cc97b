"""Where artifacts are kept by their content, and what is known of how they came to be."""

from __future__ import annotations

from couler_jupyter.store.attempt import Attempt, Past, Typical, Visit
from couler_jupyter.store.kept import Kept, Origin
from couler_jupyter.store.object import Corrupt, Missing, Object
from couler_jupyter.store.result import Made, Parts, Result
from couler_jupyter.store.source import object_of, source_of
from couler_jupyter.store.store import BUDGET, Store

__all__ = [
    "BUDGET",
    "Attempt",
    "Corrupt",
    "Kept",
    "Made",
    "Missing",
    "Object",
    "Origin",
    "Parts",
    "Past",
    "Result",
    "Store",
    "Typical",
    "Visit",
    "object_of",
    "source_of",
]
