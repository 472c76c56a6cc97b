"""What is held, and a policy that says what is; both as the index has them.

Several processes share a store and each has its own view of it. What another process
took away is noticed when there is less or more room than was thought.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from threading import RLock

from couler_jupyter.caching import Artifact, Course, Keeper, Policy, Verdict
from couler_jupyter.reusing.past import past_runs
from couler_jupyter.reusing.restoring import restore
from couler_jupyter.store import Object, Result, Store, source_of

Source = Callable[[], Path | bytes]


def readable(wanted: Mapping[Object, Source]) -> dict[Object, Source]:
    """Return objects with where their bytes are now; they can be read from there.

    Raises:
        StoreFailed: one cannot.
    """
    found: dict[Object, Source] = {}
    for one, source in wanted.items():
        given = source()
        if isinstance(given, Path):
            source_of(given)
        found[one] = partial(_same, given)
    return found


def _same(given: Path | bytes) -> Path | bytes:
    return given


class Keeping:
    """Decides with a policy and carries it out in a store. Safe to use from threads."""

    def __init__(self, store: Store, policy: Callable[[], Policy]) -> None:
        self._store = store
        self._policy = policy
        self._lock = RLock()
        self._keeper: Keeper | None = None
        self._objects: dict[str, frozenset[str]] = {}
        self._uses: dict[str, int] = {}
        self._gone: set[str] = set()
        self._course: Course | None = None

    @property
    def keeper(self) -> Keeper:
        """What is held, looked up at first use."""
        with self._lock:
            if self._keeper is None:
                self._keeper = self._restored()
                if self._course is not None:
                    self._keeper.begin(self._course)
            return self._keeper

    @property
    def is_open(self) -> bool:
        """Whether anybody has asked what is held."""
        return self._keeper is not None

    @property
    def budget(self) -> int:
        """Bytes that may be held at the most."""
        return self.keeper.shelf.budget

    def begin(self, course: Course) -> None:
        """Tell what a run is about to do."""
        with self._lock:
            self._course = course
            if self._keeper is not None:
                self._keeper.begin(course)

    def read(self, artifact: Artifact) -> None:
        """Tell that a run reads what is held."""
        with self._lock:
            if self._keeper is not None:
                self._keeper.read(artifact)

    def offer(
        self, artifact: Artifact, wanted: dict[Object, Source]
    ) -> tuple[Verdict, dict[str, Object]]:
        """Offer what a step made; return what became of it and what is kept now.

        Args:
            artifact: what it is.
            wanted: its objects as they are expected, and where their bytes are.

        Raises:
            StoreFailed: they cannot be read, for which nothing is given up; or written.
        """
        with self._lock:
            if self.keeper.shelf.lacks(artifact.size) > 0:
                wanted = readable(wanted)  # before others go for it
            verdict = self.keeper.born(artifact)
            if not verdict.keep or not wanted:
                return verdict, {}
            kept = self._put(artifact, wanted)
            if kept is None:
                self._keeper = None  # somebody else has filled the store
                why = "others took the room that there was"
                return Verdict(keep=False, reason=why), {}
            return verdict, kept

    def _put(
        self, artifact: Artifact, wanted: dict[Object, Source]
    ) -> dict[str, Object] | None:
        """Keep all objects of an artifact, or none; None if there is no room for them."""
        kept: dict[str, Object] = {}
        whole = False
        try:
            for one, source in wanted.items():
                made = self._store.put(source())
                if made is None:
                    return None
                kept[one.digest] = made
            whole = True
        finally:
            if not whole:
                self.keeper.drop(artifact.key)
                self._store.drop(self._unused(kept.values()))
        self._count(artifact.key, kept.values())
        return kept

    def offers(self, loose: Iterable[Artifact]) -> list[Artifact]:
        """Return what of that which was not kept is worth offering once more."""
        with self._lock:
            if self._keeper is None:
                return []
            return list(self._keeper.policy.offers(loose, self._keeper.shelf))

    def forget(self, key: str) -> None:
        """Take notice that the bytes of an artifact turned out to be gone."""
        with self._lock:
            if self._keeper is not None and key in self._keeper.shelf:
                self._keeper.drop(key)

    def gave_up(self, result: Result) -> bool:
        """Whether any bytes of a result were given up for others by this run."""
        return any(one.digest in self._gone for one in result.objects)

    def digests(self, key: str) -> frozenset[str]:
        """Return the digests of an artifact's objects."""
        return self._objects.get(key, frozenset())

    def end(self, *, finished: bool) -> None:
        """End the run."""
        with self._lock:
            if self._keeper is not None:
                self._keeper.end(finished=finished)

    def _drop(self, artifact: Artifact) -> None:
        """Remove the objects that only this artifact needs."""
        mine = self._objects.pop(artifact.key, frozenset())
        for digest in mine:
            self._uses[digest] -= 1
        gone = [one for one in mine if not self._uses[one]]
        self._gone.update(gone)
        self._store.drop(gone)

    def _unused(self, objects: Iterable[Object]) -> list[str]:
        return [one.digest for one in objects if not self._uses.get(one.digest)]

    def _count(self, key: str, objects: Iterable[Object]) -> None:
        mine = frozenset(one.digest for one in objects)
        self._objects[key] = mine
        self._gone -= mine
        for digest in mine:
            self._uses[digest] = self._uses.get(digest, 0) + 1

    def _restored(self) -> Keeper:
        """Return a keeper that has seen what the index remembers."""
        self._objects.clear()
        self._uses.clear()
        store = self._store
        keeper = Keeper(self._policy(), store.budget, drop=self._drop)
        for artifact, objects in restore(keeper, store, past_runs(store)):
            self._count(artifact.key, objects)
        keeper.shelf.budget = store.budget
        self._fit(keeper)
        return keeper

    def _fit(self, keeper: Keeper) -> None:
        """Give up what is worth least where the budget was lowered."""
        shelf = keeper.shelf
        order = sorted(shelf, key=lambda key: keeper.policy.score(key, shelf))
        for key in order:
            if shelf.lacks(0) <= 0:
                return
            if shelf.free(key):
                keeper.drop(key)
