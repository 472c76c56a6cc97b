"""How big one submission may be, as data: what is counted, and how much of it there may be."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Limit:
    """One bound of an engine.

    Attributes:
        of: what is counted, as engines name it in their sizes: bytes, steps, tasks.
        most: how much of it one submission may have.
        reason: whose bound it is.
    """

    of: str
    most: int
    reason: str
