"""What is kept and what is not, and why: rows for people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from couler_jupyter.caching import POLICIES, Keeper, Term
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import nearest
from couler_jupyter.reusing.config import Config
from couler_jupyter.reusing.keeping import Keeping
from couler_jupyter.store import Past, Store, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One artifact.

    Attributes:
        key: the fingerprint of the step that made it.
        name: workflow and step.
        size: bytes; `age`: seconds, by this machine's clock; None if it is not kept.
        kept: whether its bytes are; `pinned`: whether they stay whatever comes.
        seconds: how long the step took.
        score: what it is worth to the policy; `terms`: what that is made of.
        reason: why it was made, and why it was kept or not.
        run: the last that met it.
    """

    key: str
    name: str
    size: int
    age: float | None
    kept: bool
    pinned: bool
    seconds: float
    score: float
    terms: tuple[Term, ...]
    reason: str
    run: str


class Overview:
    """A store as a policy sees it now."""

    def __init__(self, store: Store, config: Config) -> None:
        self.store = store
        self.policy = config.policy
        self._keeping = Keeping(store, POLICIES.get(config.policy))

    def rows(self) -> tuple[Row, ...]:
        """Return what is kept, the best first, then what the last runs did not keep."""
        keeper = self._keeping.keeper
        met = self._met()
        kept = sorted(self._kept(keeper, met), key=lambda row: -row.score)
        gone = [
            _gone(past, visit)
            for key, (past, visit) in met.items()
            if key not in keeper.shelf and visit.size
        ]
        return (*kept, *gone)

    def find(self, name: str) -> Row:
        """Return the artifact that is meant: a key's beginning, or a step.

        Raises:
            UsageFailed: there is none.
        """
        rows = self.rows()
        for row in rows:
            step = row.name.partition("/")[2]
            if name in (row.name, step) or (len(name) > 3 and row.key.startswith(name)):
                return row
        known = [row.name for row in rows]
        raise UsageFailed(f"no artifact {name!r}{nearest(name, known)}")

    def pin(self, row: Row, *, pinned: bool) -> None:
        """Have an artifact stay, or no longer."""
        for digest in self._keeping.digests(row.key):
            self.store.pin(digest, pinned=pinned)

    def drop(self, row: Row) -> None:
        """Give an artifact up and forget it, so that it is made again."""
        self.pin(row, pinned=False)
        self._keeping.forget(row.key)
        self.store.results.forget([row.key])

    def _met(self) -> dict[str, tuple[Past, Visit]]:
        """Return how the latest runs met each artifact; what was made says most."""
        met: dict[str, tuple[Past, Visit]] = {}
        for past in self.store.history.pasts(limit=50):
            for visit in past.visits:
                reused = visit.reason.startswith("reused")
                if visit.fingerprint and not (reused and visit.fingerprint in met):
                    met[visit.fingerprint] = (past, visit)
        return met

    def _kept(
        self, keeper: Keeper, met: dict[str, tuple[Past, Visit]]
    ) -> Iterator[Row]:
        made = {one.digest: one.made for one in self.store.kept()}
        now, shelf = time.time(), keeper.shelf
        for key, one in shelf.items():
            past, visit = met.get(key, (None, None))
            born = [
                made[digest] for digest in self._keeping.digests(key) if digest in made
            ]
            yield Row(
                key=key,
                name=f"{one.workflow}/{one.step}" if one.workflow else key,
                size=one.size,
                age=max(now - min(born), 0.0) if born else None,
                kept=True,
                pinned=key in shelf.pinned,
                seconds=one.seconds,
                score=keeper.policy.score(key, shelf),
                terms=keeper.policy.explain(key, shelf),
                reason=visit.reason if visit else "nobody remembers what made it",
                run=past.run if past else "",
            )


def _gone(past: Past, visit: Visit) -> Row:
    kept = "; kept: " in visit.reason or visit.reason.startswith("reused")
    return Row(
        key=visit.fingerprint,
        name=f"{past.workflow}/{visit.step}",
        size=visit.size,
        age=None,
        kept=False,
        pinned=False,
        seconds=visit.seconds,
        score=0.0,
        terms=(),
        reason=f"{visit.reason}; given up since" if kept else visit.reason,
        run=past.run,
    )
