"""What the index knows, asked for in few questions: a run of 1,000 steps asks often."""

from __future__ import annotations

from threading import Lock

from couler_jupyter.store import Result, Store

_RUNS = 5
_AHEAD = 5000
"""Results that are looked up before anybody asks for them."""


class Known:
    """Results by fingerprint, and which objects are kept, as a run found it.

    What another process gives up meanwhile is noticed when its bytes are wanted.
    """

    def __init__(self, store: Store, workflow: str) -> None:
        self._store = store
        self._workflow = workflow
        self._lock = Lock()
        self._results: dict[str, Result] | None = None
        self._kept: frozenset[str] = frozenset()

    def result(self, fingerprint: str) -> Result | None:
        """Return what a step with this fingerprint left behind, if that is known."""
        with self._lock:
            if self._results is None:
                self._results = self._looked_up()
                self._kept = frozenset(self._store.sizes())
            found = self._results.get(fingerprint)
        return found or self._store.results.recall(fingerprint)

    def holds(self, result: Result) -> bool:
        """Whether the bytes of a result are kept."""
        return all(one.digest in self._kept for one in result.objects)

    def lost(self, digest: str) -> None:
        """Take notice that an object turned out not to be kept (any more)."""
        with self._lock:
            self._kept -= {digest}

    def _looked_up(self) -> dict[str, Result]:
        """Return the results that the latest runs of the workflow have met."""
        wanted: dict[str, None] = {}
        runs = self._store.history.met(self._workflow, limit=_RUNS)
        for fingerprints in runs:
            if len(wanted) < _AHEAD:
                wanted |= dict.fromkeys(fingerprints)
        return self._store.results.recall_many(wanted)
