"""What training is judged by: a number, and which way it is better."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import ClassVar

from couler_jupyter.errors import CardFault


class Direction(StrEnum):
    """Which way a metric is better."""

    MAXIMIZE = "maximize"
    MINIMIZE = "minimize"


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """What training is judged by.

    Attributes:
        name: as its library calls it, such as `accuracy`.
        direction: which way it is better.
        split: of the data that it is measured on.
        trivial: what predicting without looking at the input gives; None if unknown.

    Raises:
        CardFault: it has no name or no direction.
    """

    KEYS: ClassVar[Mapping[str, str]] = MappingProxyType({})

    name: str
    direction: Direction
    split: str = "validation"
    trivial: float | None = None

    def __post_init__(self) -> None:
        """Reject a metric that could not be compared."""
        if not self.name.strip():
            raise CardFault("a metric needs a name, such as accuracy")
        if self.direction not in list(Direction):
            said = f", not {self.direction!r}" if self.direction else ""
            raise CardFault(
                f"metric {self.name!r} has no direction; say maximize or minimize{said}"
            )
        object.__setattr__(self, "direction", Direction(self.direction))
        if self.trivial is not None and not math.isfinite(self.trivial):
            raise CardFault(f"metric {self.name!r}: trivial must be a finite number")

    @property
    def sign(self) -> int:
        """1 if more is better, -1 if less is."""
        return 1 if self.direction is Direction.MAXIMIZE else -1

    def is_better(self, one: float, other: float) -> bool:
        """Return whether `one` is better than `other`."""
        return self.sign * one > self.sign * other
