"""What dead writers left is removed, and what the index and the place disagree about.

Others may write meanwhile. What is looked at first is what lies there, and only then who
owns it: an owner is written down before anything of its own is there, and crossed
out after that is gone, so that what has no owner at the second look is nobody's.
"""

from __future__ import annotations

from contextlib import suppress

from couler_jupyter.errors import StoreFailed
from couler_jupyter.store.kept import Keeping
from couler_jupyter.store.ledger import Ledger
from couler_jupyter.store.places import Place
from couler_jupyter.store.presence import Presence


class Sweeping:
    """Collects and sweeps. All methods raise `StoreFailed`."""

    def __init__(
        self, place: Place, ledger: Ledger, keeping: Keeping, presence: Presence
    ) -> None:
        self._place = place
        self._ledger = ledger
        self._keeping = keeping
        self._presence = presence

    def collect(self) -> int:
        """Give back the room of dead writers, once what they left is gone.

        Returns:
            How many claims that were.
        """
        claims = self._ledger.claims()
        living = {
            writer: self._presence.lives(writer)
            for writer in {claim.writer for claim in claims}
        }
        dead = [claim.id for claim in claims if not living[claim.writer]]
        for claim in dead:
            self._place.unstage(claim)
            self._ledger.give_back(claim)
        return len(dead)

    def leave(self, claim: str) -> None:
        """Have a claim collected that its own writer could not give back.

        If even that cannot be written down, it is collected when the writer ends.
        """
        with suppress(StoreFailed):
            self._ledger.disown(claim)

    def sweep(self) -> int:
        """Make index and place agree; return how many bytes of nobody's were removed."""
        self.collect()
        self._remove_parts()
        self._ledger.remove_orphans(list(self._place.torn()))
        there = {one.digest: one.size for one in self._place.objects()}
        gone = self._ledger.remove_orphans(there.keys() - self._keeping.sizes().keys())
        self._drop_damaged(there)
        self._presence.tidy()
        return sum(there[digest] for digest in gone)

    def _remove_parts(self) -> None:
        staged = set(self._place.staged())
        for claim in staged - {claim.id for claim in self._ledger.claims()}:
            self._place.unstage(claim)

    def _drop_damaged(self, there: dict[str, int]) -> None:
        """Drop what is not there as it was kept, at a second look too."""
        kept = self._keeping.sizes()
        odd = [digest for digest, size in kept.items() if there.get(digest) != size]
        damaged = [digest for digest in odd if self._place.size(digest) != kept[digest]]
        self._ledger.drop(damaged, pinned=True)
