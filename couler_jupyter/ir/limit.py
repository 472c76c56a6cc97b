"""How big one submission may be, as data: what is counted, and how much of it there may be."""

from __future__ import annotations

from collections.abc import Mapping
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """Bytes of what an engine makes of a workflow in one piece.

    Attributes:
        total: in all.
        steps: by the name of the step that brings them; what is shared counts for none.
        gate: what a step would bring beside that by waiting for steps of other parts.
        edge: and for each of those.
    """

    total: int
    steps: Mapping[str, int]
    gate: int = 0
    edge: int = 0
