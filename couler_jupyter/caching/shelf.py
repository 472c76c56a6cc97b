"""What is held in the cache just now: bytes, order of arrival, and leases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.caching.artifact import Artifact


class Shelf(Mapping[str, Artifact]):
    """The held artifacts by key, in the order in which they came.

    Attributes:
        budget: bytes at the most.
        used: bytes now; never above the budget.
        leases: how often the current run will still read what is held.
        pinned: keys that are never given up.
        held: the artifacts, for those who ask often; only the shelf changes it.
    """

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.used = 0
        self.leases: dict[str, int] = {}
        self.pinned: set[str] = set()
        self.held: dict[str, Artifact] = {}

    def __getitem__(self, key: str) -> Artifact:
        return self.held[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def __contains__(self, key: object) -> bool:
        return key in self.held

    def lacks(self, size: int) -> int:
        """Return how many bytes must go for `size` more; 0 or less if they fit."""
        return self.used + size - self.budget

    def free(self, key: str) -> bool:
        """Whether a held artifact may go: no lease, no pin."""
        return not self.leases.get(key) and key not in self.pinned

    def add(self, artifact: Artifact) -> None:
        """Hold one more.

        Raises:
            ValueError: it does not fit.
        """
        if self.lacks(artifact.size) > 0:
            raise ValueError(f"{artifact.key} does not fit in what is left")
        self.used += artifact.size
        self.held[artifact.key] = artifact

    def remove(self, key: str) -> Artifact:
        """Hold one less, and return it."""
        gone = self.held.pop(key)
        self.used -= gone.size
        return gone
