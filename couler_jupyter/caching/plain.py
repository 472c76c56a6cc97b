"""The policies that look at nothing but the order of things."""

from __future__ import annotations

from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Rates
from couler_jupyter.caching.policy import (
    FITS,
    NO_ROOM,
    Policy,
    Term,
    Verdict,
    greedy,
)
from couler_jupyter.caching.shelf import Shelf


class Nothing(Policy):
    """Holds nothing."""

    name: ClassVar[str] = "none"

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:  # noqa: ARG002
        """Keep it never."""
        return Verdict(keep=False, reason="nothing is kept by this policy")


class Everything(Policy):
    """Holds what fits and never gives anything up; meant for no budget at all."""

    name: ClassVar[str] = "all"

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it while there is room."""
        if shelf.lacks(artifact.size) > 0:
            return Verdict(keep=False, reason="the budget is used up")
        return Verdict(keep=True, reason=FITS)


class _Ordered(Policy):
    """Gives up first what stands first in an order."""

    order: ClassVar[str]
    why: ClassVar[str]

    def __init__(self, rates: Rates = Rates()) -> None:  # noqa: B008 (frozen)
        super().__init__(rates)
        self._places: dict[str, int] = {}
        self._last = 0

    def added(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Put it last."""
        self._put_last(artifact.key)

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Forget it."""
        self._places.pop(artifact.key, None)

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it; those that stand first go for it."""
        victims = greedy(artifact, shelf, self._places)
        if victims is None:
            return Verdict(keep=False, reason=NO_ROOM)
        why = f"{self.why} go for it" if victims else FITS
        return Verdict(keep=True, victims=victims, reason=why)

    def score(self, key: str, shelf: Shelf) -> float:  # noqa: ARG002
        """Return its place in the order; the lowest goes first."""
        return float(self._places.get(key, 0))

    def explain(self, key: str, shelf: Shelf) -> tuple[Term, ...]:
        """Return its place in the order."""
        return (Term("place", self.score(key, shelf), f"in the order of {self.order}"),)

    def _put_last(self, key: str) -> None:
        self._last += 1
        self._places.pop(key, None)
        self._places[key] = self._last


class Fifo(_Ordered):
    """Gives up first what came first."""

    name: ClassVar[str] = "fifo"
    order: ClassVar[str] = "arrival"
    why: ClassVar[str] = "the oldest"


class Lru(_Ordered):
    """Gives up first what was read or made longest ago."""

    name: ClassVar[str] = "lru"
    order: ClassVar[str] = "the last read, or of arrival"
    why: ClassVar[str] = "those not read for longest"

    def read(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Put it last."""
        if artifact.key in self._places:
            self._put_last(artifact.key)
