"""Parts that are not full put together, where no ring of waiting parts comes of it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator

from couler_jupyter.passes.splitting.faults import sums
from couler_jupyter.passes.splitting.graph import Cut, Work
from couler_jupyter.passes.splitting.order import in_order, quotient, renumbered

_MOST_PARTNERS = 24
"""Parts that are tried for one, the nearest in the order first."""
_MOST_LOOKED_AT = 300
"""Parts on the ways between two, beyond which the two are left alone."""


def merged(work: Work, cut: Cut, *, apart: bool = False) -> Cut:
    """Return the cut with parts put together that fit into one.

    Args:
        work: what is cut.
        cut: parts in an order in which none waits for a later one.
        apart: put together only parts of which neither waits for the other, even by
            way of others.
    """
    cut = renumbered(cut)
    merging = _Merging(work, cut, apart=apart)
    if not apart:
        merging.neighbours()
    merging.pairs()
    made = in_order(work.graph, [merging.part_of(part) for part in cut])
    return cut if made is None else made


class _Merging:
    def __init__(self, work: Work, cut: Cut, *, apart: bool) -> None:
        self._bounds = work.bounds
        self._apart = apart
        self._sums = sums(work, cut)
        self._after = quotient(work.graph, cut)
        self._before: list[set[int]] = [set() for _ in self._after]
        for part, others in enumerate(self._after):
            for other in others:
                self._before[other].add(part)
        self._into = list(range(len(self._after)))

    def part_of(self, part: int) -> int:
        """Return the part that a part is in now."""
        while self._into[part] != part:
            part = self._into[part]
        return part

    def neighbours(self) -> None:
        """Put together parts that follow each other: no ring can come of that."""
        last = 0
        for part in range(1, len(self._into)):
            if self._fit(last, part):
                self._put(part, last)
            else:
                last = part

    def pairs(self) -> None:
        """Put together any two of the parts that are not full."""
        steps = self._sums.steps
        rest = [part for part, into in enumerate(self._into) if part == into]
        for part in sorted(rest, key=lambda one: (steps[one], one)):
            if self._into[part] != part:
                continue
            for other in self._partners(part, rest):
                if self._may(part, other):
                    self._put(max(part, other), min(part, other))
                    break

    def _partners(self, part: int, rest: list[int]) -> Iterator[int]:
        """Yield parts that fit, from the nearest to either side on."""
        at, tried = bisect_left(rest, part), 0
        for far in range(1, len(rest)):
            for place in (at - far, at + far):
                if 0 <= place < len(rest) and self._fit(part, rest[place]):
                    tried += 1
                    yield rest[place]
            if tried >= _MOST_PARTNERS or far > 8 * _MOST_PARTNERS:
                return

    def _fit(self, one: int, other: int) -> bool:
        if one == other or self._into[one] != one or self._into[other] != other:
            return False
        bounds, have = self._bounds, self._sums
        return (
            have.steps[one] + have.steps[other] <= bounds.steps
            and have.pods[one] + have.pods[other] <= bounds.pods
            and have.bytes[one] + have.bytes[other] - bounds.base <= bounds.bytes
        )

    def _may(self, one: int, other: int) -> bool:
        if self._apart and (other in self._after[one] or one in self._after[other]):
            return False
        return not self._leads(one, other) and not self._leads(other, one)

    def _leads(self, start: int, end: int) -> bool:
        """Whether a way from one part to another goes by a third, or may do so."""
        seen = self._after[start] - {end}
        way = list(seen)
        for part in way:
            if end in self._after[part] or len(way) > _MOST_LOOKED_AT:
                return True
            way.extend(self._after[part] - seen)
            seen |= self._after[part]
        return False

    def _put(self, part: int, into: int) -> None:
        have, after, before = self._sums, self._after, self._before
        self._into[part] = into
        have.steps[into] += have.steps[part]
        have.pods[into] += have.pods[part]
        have.bytes[into] += have.bytes[part] - self._bounds.base
        for other in after[part]:
            before[other].discard(part)
            before[other].add(into)
        for other in before[part]:
            after[other].discard(part)
            after[other].add(into)
        after[into] = (after[into] | after[part]) - {into, part}
        before[into] = (before[into] | before[part]) - {into, part}
