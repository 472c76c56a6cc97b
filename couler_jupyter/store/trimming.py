"""What is remembered has an end: what nobody would look at any more is forgotten.

Policies look back on the last 100 runs, `why` on 50 of a workflow and 10,000 attempts.
So the latest 1,000 runs are remembered, which leaves 50 to each of twenty workflows that
share a store, and 100,000 attempts. A result is what a step is not run again for:
50,000 are remembered, at some KiB each, and when there are more, a fifth of them
is forgotten: first what no remembered run has met and whose bytes are not kept, then
what none has met, and the oldest first.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.store.database import Database
from couler_jupyter.store.history import History
from couler_jupyter.store.plain import Plain
from couler_jupyter.store.results import Results

RUNS = 1_000
ATTEMPTS = 100_000
RESULTS = 50_000
_AT_ONCE = 500
"""Results that one transaction forgets: others wait for as long."""
_HELD = """
    SELECT DISTINCT uses.result FROM uses JOIN objects ON objects.digest = uses.digest
"""


class Trimming:
    """Forgets what is too much. All methods raise `StoreFailed`."""

    def __init__(self, database: Database, results: Results, history: History) -> None:
        self._database = database
        self._results = results
        self._history = history

    def trim(
        self, *, runs: int = RUNS, attempts: int = ATTEMPTS, results: int = RESULTS
    ) -> int:
        """Forget what is more than so much, and return how many results that were."""
        self._history.forget(attempts=attempts, pasts=runs)
        with self._database.asking() as plain:
            ((there,),) = plain.ask("SELECT count(*) FROM results")
            if there <= results:
                return 0
            order = list(self._order(plain))
        gone = order[: there - results + results // 5]
        for start in range(0, len(gone), _AT_ONCE):
            self._results.forget(gone[start : start + _AT_ONCE])
        return len(gone)

    def _order(self, plain: Plain) -> Iterator[str]:
        """Return the fingerprints of all results, what is missed least first."""
        held = {row[0] for row in plain.ask(_HELD)}
        met = self._history.met_by_all()
        rows = plain.ask("SELECT number, fingerprint FROM results ORDER BY number")
        ranked = [((one in met, number in held, number), one) for number, one in rows]
        return (one for _, one in sorted(ranked))
