"""A shelf and a policy as they would be had one process seen all that the index tells."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from couler_jupyter.caching import Artifact, Keeper
from couler_jupyter.reusing.past import PastRun
from couler_jupyter.store import Kept, Object, Result, Store

Held = tuple[Artifact, tuple[Object, ...]]
"""An artifact whose bytes are kept, and which these are."""


def restore(keeper: Keeper, store: Store, runs: Sequence[PastRun]) -> list[Held]:
    """Put on the shelf what a store keeps, and tell the policy what was done with it.

    The budget is stretched to what is kept where that is more; the caller sets it right.
    """
    shelf, policy = keeper.shelf, keeper.policy
    shelf.budget = max(store.budget, store.used)
    kept = store.kept()
    pinned = {one.digest for one in kept if one.pinned}
    found = _held(store, kept, runs)
    for artifact, objects in found:
        shelf.add(artifact)
        if any(one.digest in pinned for one in objects):
            shelf.pinned.add(artifact.key)
        policy.added(artifact, shelf)
    for run in runs:
        policy.begin(run.course(shelf), shelf)
        policy.end(shelf, finished=run.finished)
    for key in _by_use(found, kept):
        policy.read(shelf[key], shelf)
    return found


def _held(store: Store, kept: tuple[Kept, ...], runs: Sequence[PastRun]) -> list[Held]:
    """Return the artifacts whose objects are kept, and objects that nobody claims."""
    sizes = {one.digest: one.size for one in kept}
    known = {one.key: one for run in runs for one in run.artifacts}
    origins = {origin.fingerprint: None for one in kept for origin in one.origins}
    found: list[Held] = []
    claimed: set[str] = set()
    for fingerprint, result in store.results.recall_many(origins).items():
        objects = tuple(dict.fromkeys(result.objects))
        if not all(one.digest in sizes for one in objects):
            continue
        fresh = {one.digest for one in objects} - claimed
        claimed |= fresh
        size = sum(sizes[digest] for digest in fresh)
        one = known.get(fingerprint) or unknown(result)
        found.append((replace(one, size=size), objects))
    rest = [Object(digest, sizes[digest]) for digest in sizes.keys() - claimed]
    return found + [(_nobodys(one), (one,)) for one in rest]


def _by_use(found: Iterable[Held], kept: Iterable[Kept]) -> list[str]:
    """Return the keys of what was ever used, in the order of the last time."""
    used = {one.digest: one.used for one in kept if one.uses}
    last = {
        artifact.key: max((used.get(one.digest, 0) for one in objects), default=0)
        for artifact, objects in found
    }
    return sorted((key for key in last if last[key]), key=lambda key: last[key])


def unknown(result: Result) -> Artifact:
    """Return the artifact of a result that no remembered run has met."""
    return Artifact(
        key=result.fingerprint,
        workflow=result.workflow,
        step=result.step,
        own=result.fingerprint,
        seconds=result.seconds,
        size=sum(one.size for one in result.objects),
    )


def _nobodys(one: Object) -> Artifact:
    key = f"object {one.digest}"
    return Artifact(key=key, workflow="", step="", own=key, seconds=0.0, size=one.size)
