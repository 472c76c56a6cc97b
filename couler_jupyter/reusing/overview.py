"""What is kept and what is not, what it is worth and why: for people to look at.

To look changes nothing: the policy is told what the index tells, and decides nothing.
"""

from __future__ import annotations

import time
from dataclasses import dataclass

from couler_jupyter.caching import Artifact, Keeper, Policy
from couler_jupyter.caching.couler import Couler
from couler_jupyter.protocol import ArtifactState
from couler_jupyter.reusing.past import PastRun, artifact_of, past_runs
from couler_jupyter.reusing.present import going_on, is_to_come
from couler_jupyter.reusing.restoring import restore
from couler_jupyter.store import Store

_RUNS = 50
"""Runs of which it is shown what was not kept."""
_NOBODY = "nobody remembers what made it"
_REUSED, _KEPT = "reused", "; kept: "
"""How reasons of visits begin, and what is in them where the bytes were kept."""


@dataclass(frozen=True, slots=True)
class _Known:
    """The last run that made or met an artifact, and what it had to say."""

    artifact: Artifact
    run: str
    reason: str


class Overview:
    """A store as a policy sees it at one moment."""

    def __init__(self, store: Store, policy: Policy) -> None:
        """Look.

        Args:
            store: where all this is.
            policy: who decides, new.
        """
        runs = past_runs(store)
        now = going_on(store, runs)
        self._made = {one.digest: one.made for one in store.kept()}
        self._keeper = Keeper(policy, 0)
        held = restore(self._keeper, store, runs)
        self._objects = {
            one.key: tuple(each.digest for each in objects) for one, objects in held
        }
        self._paper = Couler()
        shelf = self._keeper.shelf
        for run in (*runs, *now):
            self._paper.begin(run.course(shelf), shelf)
        for run in now:
            policy.begin(run.course(shelf), shelf)
        self._known = _known(store, now)

    def artifacts(self) -> tuple[ArtifactState, ...]:
        """Return what is kept, the best first, then what the last runs did not keep."""
        shelf = self._keeper.shelf
        kept = [self._state(one) for one in shelf.values()]
        gone = [
            self._state(known.artifact)
            for key, known in reversed(self._known.items())
            if key not in shelf and known.artifact.size
        ]
        return (*sorted(kept, key=lambda one: -(one.score or 0.0)), *gone)

    def digests(self, key: str) -> tuple[str, ...]:
        """Return the digests of an artifact's objects."""
        return self._objects.get(key, ())

    def alone(self, key: str) -> tuple[str, ...]:
        """Return the digests of the objects that only this artifact needs."""
        others = {
            digest
            for other, some in self._objects.items()
            if other != key
            for digest in some
        }
        return tuple(one for one in self.digests(key) if one not in others)

    def _state(self, one: Artifact) -> ArtifactState:
        shelf, policy = self._keeper.shelf, self._keeper.policy
        kept, known = one.key in shelf, self._known.get(one.key)
        cost, frequency, volume = self._paper.measures(one, shelf)
        terms = policy.explain(one.key, shelf) if kept else ()
        return ArtifactState(
            id=one.key,
            workflow=one.workflow,
            step=one.step,
            size=one.size,
            age=self._age(one.key),
            kept=kept,
            pinned=one.key in shelf.pinned,
            cost=cost,
            frequency=frequency,
            volume=volume,
            score=policy.score(one.key, shelf) if kept else None,
            terms=tuple((term.name, term.number, term.words) for term in terms),
            seconds=one.seconds,
            rebuild=self._paper.rebuild_seconds(one, shelf),
            reason=_told(known, kept=kept) if known else _NOBODY,
            run=known.run if known else "",
        )

    def _age(self, key: str) -> float | None:
        born = [self._made[one] for one in self.digests(key) if one in self._made]
        return max(time.time() - min(born), 0.0) if born else None


def _known(store: Store, now: tuple[PastRun, ...]) -> dict[str, _Known]:
    """Return what the latest runs say of each artifact; who made it says most."""
    known: dict[str, _Known] = {}
    for past in store.history.pasts(limit=_RUNS):
        for visit in past.visits:
            reused = visit.reason.startswith(_REUSED)
            if visit.fingerprint and not (reused and visit.fingerprint in known):
                known.pop(visit.fingerprint, None)  # the latest come last
                made = artifact_of(past.workflow, visit)
                known[made.key] = _Known(made, past.run, visit.reason)
    for run in now:
        for one in run.artifacts:
            if one.size and one.key not in known and not is_to_come(one):
                known[one.key] = _Known(one, run.id, "its run goes on")
    return known


def _told(known: _Known, *, kept: bool) -> str:
    was_kept = _KEPT in known.reason or known.reason.startswith(_REUSED)
    return f"{known.reason}; given up since" if was_kept and not kept else known.reason
