"""The workers of one simulated run: what is ready, what runs, and what time it is."""

from __future__ import annotations

import heapq
from collections.abc import Iterator

from couler_jupyter.caching.artifact import Course
from couler_jupyter.caching.simulate.pace import Pace


class Bench:
    """Takes what is ready, the longest way to the end first.

    Attributes:
        now: seconds since the run began.
    """

    def __init__(self, course: Course, brought: frozenset[str], pace: Pace) -> None:
        """Begin a run.

        Args:
            course: what it has to make.
            brought: keys of what it has to bring from the cache.
            pace: how many workers there are, and how ways are measured.
        """
        self.now = 0.0
        self._workers = pace.workers
        work = course.executes | brought
        self._length = _lengths(course, work, in_steps=pace.in_steps)
        self._waiting = dict.fromkeys(self._length, 0)
        self._readers: dict[str, list[str]] = {}
        for one in course.artifacts:
            for parent in one.parents if one.key in work else ():
                if parent in work:
                    self._waiting[one.key] += 1
                    self._readers.setdefault(parent, []).append(one.key)
        order = self._length if pace.in_steps else sorted(self._length)
        self._place = {key: place for place, key in enumerate(order)}
        self._ready: list[tuple[float, int, str]] = []
        for key, left in self._waiting.items():
            if not left:
                self._line_up(key)
        self._running: list[tuple[float, str]] = []

    def next(self) -> str | None:
        """Return what a free worker takes; None if nothing is ready or nobody free."""
        if not self._ready or len(self._running) >= self._workers:
            return None
        return heapq.heappop(self._ready)[2]

    def start(self, key: str, seconds: float) -> None:
        """Have a worker busy with something for so long."""
        heapq.heappush(self._running, (self.now + seconds, key))

    def end(self) -> str | None:
        """Go on to the next end and return what ended; None if nothing runs."""
        if not self._running:
            return None
        self.now, key = heapq.heappop(self._running)
        for reader in self._readers.get(key, ()):
            self._waiting[reader] -= 1
            if not self._waiting[reader]:
                self._line_up(reader)
        return key

    def unfinished(self) -> Iterator[tuple[str, float]]:
        """Yield what runs, and the seconds that it would still take."""
        for end, key in self._running:
            yield key, end - self.now

    def _line_up(self, key: str) -> None:
        heapq.heappush(self._ready, (-self._length[key], self._place[key], key))


def _lengths(
    course: Course, work: frozenset[str], *, in_steps: bool
) -> dict[str, float]:
    """Return how long the longest way is from the start of each step to the end."""
    length = {one.key: 0.0 for one in course.artifacts if one.key in work}
    for one in reversed(course.artifacts):
        if one.key not in length:
            continue
        length[one.key] += 1.0 if in_steps else one.seconds
        for parent in one.parents:
            if parent in length:
                length[parent] = max(length[parent], length[one.key])
    return length
