"""What is held in order of worth, so that finding what may go looks at little of it."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Mapping

from couler_jupyter.caching.shelf import Shelf
from couler_jupyter.caching.victims import Candidate, cheapest

_LOOK_FURTHER = 4
"""Candidates looked at beyond those that are enough."""


class Ranking:
    """Scores of what is held; what may go is in a heap, the least worth first.

    Entries of the heap that no longer hold are left behind and skipped.
    """

    def __init__(self) -> None:
        self.scores: dict[str, float] = {}
        self._listed: dict[str, float] = {}
        self._heap: list[tuple[float, str]] = []

    def begin(self, scores: Mapping[str, float], shelf: Shelf) -> None:
        """Begin anew with these scores."""
        self.scores = dict(scores)
        self._rebuild(shelf)

    def put(self, key: str, score: float, shelf: Shelf) -> None:
        """Give a held artifact a score."""
        self.scores[key] = score
        if not shelf.free(key):
            self._listed.pop(key, None)
        elif self._listed.get(key) != score:
            self._listed[key] = score
            heapq.heappush(self._heap, (score, key))
            if len(self._heap) > 4 * len(self.scores) + 1024:
                self._rebuild(shelf)

    def remove(self, key: str) -> None:
        """Forget what is no longer held."""
        self.scores.pop(key, None)
        self._listed.pop(key, None)

    def unlisted(self) -> Iterable[str]:
        """Return what could not go when it was last looked at."""
        return [key for key in self.scores if key not in self._listed]

    def victims(
        self,
        lacking: int,
        worth: float,
        shelf: Shelf,
        stale: Callable[[str], float | None] = lambda _: None,
    ) -> list[Candidate] | None:
        """Return what to give up for `lacking` bytes, or None if there is not so much.

        If even a part of the least worth per byte is worth more than `worth`, no choice
        can be worth less; then what was seen until there is returned. `stale` gives the
        score of what is to be scored anew, None for what is not.
        """
        popped: dict[str, float] = {}
        found: list[Candidate] = []
        room, loss, further = 0, 0.0, 0
        while self._heap and further < _LOOK_FURTHER:
            score, key = heapq.heappop(self._heap)
            if self._listed.get(key) != score or key in popped:
                continue
            if (anew := stale(key)) is not None and anew != score:
                self.put(key, anew, shelf)
                continue
            popped[key] = score
            if not shelf.free(key):
                continue
            size = shelf[key].size
            further += room >= lacking
            found.append(Candidate(key, size, score * max(size, 1)))
            if room < lacking:
                room += size
                loss += found[-1].worth
                if room < lacking and loss > worth:
                    break
        for key, score in popped.items():
            heapq.heappush(self._heap, (score, key))
        if room < lacking and loss > worth:
            return found
        return cheapest(found, lacking)

    def _rebuild(self, shelf: Shelf) -> None:
        self._listed = {
            key: score for key, score in self.scores.items() if shelf.free(key)
        }
        self._heap = [(score, key) for key, score in self._listed.items()]
        heapq.heapify(self._heap)
