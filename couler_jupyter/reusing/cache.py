"""The cache as a person holds it: to look at, and to change what is kept."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import partial
from types import TracebackType
from typing import Self

from couler_jupyter.caching import policy_of
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import nearest
from couler_jupyter.protocol import ArtifactState, CacheView, cache_view
from couler_jupyter.reusing import leases
from couler_jupyter.reusing.config import Config
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.reusing.opening import open_store
from couler_jupyter.reusing.overview import Overview
from couler_jupyter.store import Attempt, Past, Store

_SHORTEST = 4
"""Characters of a key that are enough to name it."""
Stamp = tuple[
    dict[str, int], frozenset[str], int, tuple[Attempt, ...], tuple[Past, ...]
]


class Cache:
    """One store, opened; use it as a context, or close it. All raise `StoreFailed`.

    Attributes:
        config: what was chosen.
        store: what is open.
    """

    def __init__(self, config: Config) -> None:
        self.config = config
        self.store: Store = open_store(config)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the store."""
        self.store.close()

    def view(self, *, requests: Iterable[str] = ()) -> CacheView:
        """Return all there is to see, as JSON."""
        return cache_view(
            place=self.store.place.name,
            policy=self.config.policy,
            used=self.store.used,
            budget=self.store.budget,
            artifacts=self.overview().artifacts(),
            sent=time.time(),
            requests=requests,
        )

    def overview(self) -> Overview:
        """Return what is kept as the policy sees it now.

        Raises:
            UnknownName: there is no such policy.
        """
        return Overview(self.store, policy_of(self.config.policy))

    def stamp(self) -> Stamp:
        """Return what is another as soon as there is something new to see."""
        store = self.store
        return (
            store.sizes(),
            store.pins(),
            store.budget,
            store.history.attempts(limit=1),
            store.history.pasts(limit=1),
        )

    def pin(self, name: str, *, pinned: bool = True) -> ArtifactState:
        """Have an artifact stay, or no longer.

        Raises:
            UsageFailed: there is no such artifact, or it is not kept.
        """
        overview = self.overview()
        one = found(overview, name)
        if not one.kept:
            verb = "pinned" if pinned else "unpinned"
            raise UsageFailed(f"{named(one)} is not kept; only what is can be {verb}")
        for digest in overview.digests(one.id):
            if pinned:
                leases.pin(self.store, digest)
            else:
                self.store.pin(digest, pinned=False)
        return one

    def drop(self, name: str) -> ArtifactState:
        """Give an artifact up and forget it, so that it is made again.

        Raises:
            UsageFailed: there is no such artifact, or it is pinned.
        """
        overview = self.overview()
        one = found(overview, name)
        if one.pinned:
            raise UsageFailed(f"{named(one)} is pinned; unpin it first")
        self.store.results.forget([one.id])
        self.store.drop(overview.alone(one.id))
        return one

    def set_budget(self, size: int) -> None:
        """Change the budget for all who share the store; what no longer fits goes."""
        self.store.set_budget(size)
        _ = Keeping(self.store, partial(policy_of, self.config.policy)).keeper


def found(overview: Overview, name: str) -> ArtifactState:
    """Return the artifact that is meant: a step, or how its key starts.

    Of several versions of a step it is the one that is kept and worth most.

    Raises:
        UsageFailed: there is none, or a key that starts so is not the only one.
    """
    artifacts = overview.artifacts()
    for one in artifacts:
        if name in (one.id, one.step, named(one)):
            return one
    starts = [one for one in artifacts if one.id.startswith(name)]
    if len(name) >= _SHORTEST and len(starts) == 1:
        return starts[0]
    if len(name) >= _SHORTEST and starts:
        raise UsageFailed(
            f"{len(starts)} artifacts have a key that starts with {name!r}"
        )
    known = dict.fromkeys(named(one) for one in artifacts)
    raise UsageFailed(f"no artifact {name!r}{nearest(name, known)}")


def named(one: ArtifactState) -> str:
    """Return what an artifact is called: its workflow and step, or its key."""
    return f"{one.workflow}/{one.step}" if one.step else one.id
