"""Holds a shelf to a policy: leases, budget, and all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from couler_jupyter.caching.artifact import Artifact, Course
from couler_jupyter.caching.policy import Policy, Verdict
from couler_jupyter.caching.shelf import Shelf


class Keeper:
    """Tells a policy what happens and carries out what it says.

    Attributes:
        shelf: what is held.
        policy: who decides.
    """

    def __init__(
        self,
        policy: Policy,
        budget: int,
        *,
        leases: bool = True,
        drop: Callable[[Artifact], None] = lambda _: None,
    ) -> None:
        """Begin with nothing held.

        Args:
            policy: who decides.
            budget: bytes at the most.
            leases: whether what the current run will still read must stay.
            drop: called for each artifact that goes, before it is forgotten.
        """
        self.shelf = Shelf(budget)
        self.policy = policy
        self._leases = leases
        self._drop = drop
        self._reads: dict[str, int] = {}

    def begin(self, course: Course) -> None:
        """Start a run: what it will read is leased."""
        self._reads = dict(course.reads)
        if self._leases:
            for key, reads in course.reads.items():
                if key in self.shelf:
                    self.shelf.leases[key] = reads
        self.policy.begin(course, self.shelf)

    def read(self, artifact: Artifact) -> bool:
        """Tell that the run reads an artifact; True if it comes from the cache."""
        left = self._reads.get(artifact.key, 0) - 1
        self._reads[artifact.key] = max(left, 0)
        held = artifact.key in self.shelf
        if held and self._leases:
            self.shelf.leases[artifact.key] = max(left, 0)
        if held:
            self.policy.read(artifact, self.shelf)
        return held

    def born(self, artifact: Artifact) -> Verdict:
        """Have the policy decide on a new artifact, and do as it says."""
        if artifact.key in self.shelf:
            return Verdict(keep=True, reason="it is held already")
        if artifact.size > self.shelf.budget:
            return Verdict(keep=False, reason="it is larger than the whole budget")
        verdict = self.policy.born(artifact, self.shelf)
        for key in verdict.victims:
            self.drop(key)
        if verdict.keep:
            self.shelf.add(artifact)
            if self._leases and self._reads.get(artifact.key):
                self.shelf.leases[artifact.key] = self._reads[artifact.key]
            self.policy.added(artifact, self.shelf)
        return verdict

    def drop(self, key: str) -> None:
        """Give an artifact up."""
        self._drop(self.shelf[key])
        gone = self.shelf.remove(key)
        self.shelf.leases.pop(key, None)
        self.policy.removed(gone, self.shelf)

    def end(
        self, loose: Iterable[Artifact] = (), *, finished: bool = True
    ) -> list[Artifact]:
        """End the run: leases are over, and what is not held is offered once more.

        Args:
            loose: what the run made and was not kept.
            finished: False if the run was broken off.

        Returns:
            What of the loose is held now.
        """
        self.shelf.leases.clear()
        self._reads = {}
        self.policy.end(self.shelf, finished=finished)
        if not finished:
            return []
        return [
            one for one in self.policy.offers(loose, self.shelf) if self.born(one).keep
        ]
