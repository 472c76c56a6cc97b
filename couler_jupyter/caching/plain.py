"""The policies that look at nothing but the order of things."""

from __future__ import annotations

from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Rates
from couler_jupyter.caching.policy import FITS, NO_ROOM, Policy, Verdict, greedy
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


class Fifo(Policy):
    """Gives up first what came first."""

    name: ClassVar[str] = "fifo"

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it; the oldest go for it."""
        victims = greedy(artifact, shelf, shelf)
        if victims is None:
            return Verdict(keep=False, reason=NO_ROOM)
        why = "the oldest go for it" if victims else FITS
        return Verdict(keep=True, victims=victims, reason=why)


class Lru(Policy):
    """Gives up first what was read or made longest ago."""

    name: ClassVar[str] = "lru"

    def __init__(self, rates: Rates = Rates()) -> None:  # noqa: B008 (frozen)
        super().__init__(rates)
        self._order: dict[str, None] = {}

    def added(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Put it last."""
        self._order[artifact.key] = None

    def read(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Put it last."""
        if artifact.key in self._order:
            self._order[artifact.key] = self._order.pop(artifact.key)

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: ARG002
        """Forget it."""
        self._order.pop(artifact.key, None)

    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Keep it; those not read for longest go for it."""
        victims = greedy(artifact, shelf, self._order)
        if victims is None:
            return Verdict(keep=False, reason=NO_ROOM)
        why = "those not read for longest go for it" if victims else FITS
        return Verdict(keep=True, victims=victims, reason=why)
