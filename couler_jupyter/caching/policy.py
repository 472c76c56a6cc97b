"""What a policy is: it says at an artifact's birth what is kept and what goes for it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar

from couler_jupyter.caching.artifact import Artifact, Course, Rates
from couler_jupyter.caching.shelf import Shelf
from couler_jupyter.registry import Registry


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of a new artifact.

    Attributes:
        keep: whether it is held from now on.
        victims: keys of what goes for it; they may have to go though it is not kept,
            but only by the policy that reproduces the paper's printed algorithm.
        reason: why, in words.
    """

    keep: bool
    victims: tuple[str, ...] = ()
    reason: str = ""


FITS = "there is room"
NO_ROOM = "it is larger than what leases and pins leave of the budget"


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a score: its name, its number, and what that means in words."""

    name: str
    number: float
    words: str


class Policy(ABC):
    """Decides what a cache holds. Told of everything that happens, in order.

    Most of what it is told a policy need not care about. It sees the shelf but never
    changes it; `Keeper` does, and tells it.
    """

    name: ClassVar[str]

    def __init__(self, rates: Rates = Rates()) -> None:  # noqa: B008 (frozen)
        self.rates = rates

    def begin(self, course: Course, shelf: Shelf) -> None:  # noqa: B027
        """Take notice of a run that starts."""

    def read(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: B027
        """Take notice that a held artifact was read; its lease is told already."""

    @abstractmethod
    def born(self, artifact: Artifact, shelf: Shelf) -> Verdict:
        """Return what becomes of an artifact that was just made."""

    def added(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: B027
        """Take notice that an artifact is now held."""

    def removed(self, artifact: Artifact, shelf: Shelf) -> None:  # noqa: B027
        """Take notice that an artifact is no longer held."""

    def end(self, shelf: Shelf, *, finished: bool) -> None:  # noqa: B027
        """Take notice that the run is over; not `finished` if it was broken off."""

    def offers(
        self,
        loose: Iterable[Artifact],  # noqa: ARG002
        shelf: Shelf,  # noqa: ARG002
    ) -> Iterable[Artifact]:
        """Return which of what a run left behind uncached to look at once more."""
        return ()

    def score(self, key: str, shelf: Shelf) -> float:  # noqa: ARG002
        """Return what a held artifact is worth to the policy; higher stays longer."""
        return 0.0

    def explain(self, key: str, shelf: Shelf) -> tuple[Term, ...]:  # noqa: ARG002
        """Return what the score is made of."""
        return ()


def greedy(
    artifact: Artifact, shelf: Shelf, order: Iterable[str]
) -> tuple[str, ...] | None:
    """Return the first of `order` that make room for an artifact; None if none do."""
    lacking = shelf.lacks(artifact.size)
    victims: list[str] = []
    for key in order:
        if lacking <= 0:
            break
        if shelf.free(key):
            victims.append(key)
            lacking -= shelf[key].size
    return tuple(victims) if lacking <= 0 else None


BUILTIN: Mapping[str, str] = {
    "none": "couler_jupyter.caching.plain:Nothing",
    "all": "couler_jupyter.caching.plain:Everything",
    "fifo": "couler_jupyter.caching.plain:Fifo",
    "lru": "couler_jupyter.caching.plain:Lru",
    "gdsf": "couler_jupyter.caching.gdsf:Gdsf",
    "couler": "couler_jupyter.caching.couler:Couler",
    "couler-printed": "couler_jupyter.caching.couler_printed:CoulerPrinted",
    "value": "couler_jupyter.caching.value:Value",
}
POLICIES: Registry[type[Policy]] = Registry("couler_jupyter.policies", BUILTIN)
DEFAULT = "value"
