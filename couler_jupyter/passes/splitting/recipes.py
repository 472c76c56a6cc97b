"""The ways to cut that are tried.

Groups of nodes that nothing connects stay whole where they fit, and are packed; the rest
is grown, its nodes moved about, its parts put together.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias

from couler_jupyter.passes.splitting.graph import Cut, Graph, Work
from couler_jupyter.passes.splitting.growing import Span, grown
from couler_jupyter.passes.splitting.levels import by_levels
from couler_jupyter.passes.splitting.merging import merged
from couler_jupyter.passes.splitting.order import remaining, renumbered
from couler_jupyter.passes.splitting.packing import components, packed, weight
from couler_jupyter.passes.splitting.refining import refined

Way: TypeAlias = tuple[str, Callable[[Work], Cut]]
"""A way to cut, with a name."""

LEVELS = "levels"
_BIG = 20_000
"""Nodes from which on fewer ways are tried."""
MORE = 1.08
MORE_IF_BARRIER = 1.35
"""Parts beside the least number that are well spent on a shorter run."""
_WINDOW = ((0, 1.0), (0, 0.97), (24, 0.97), (8, 1.0), (8, 0.97), (4, 1.0), (2, 1.0))
_WINDOW_IF_BIG = ((0, 0.97), (8, 0.97))
_TOO_MANY = 3
"""Parts beside the least number from which on a barrier each is too slow."""
_FLAT = (8, 0.97)
_BARRIER = ((0, 1.0), (24, 0.97), (8, 0.97), (6, 0.97), (5, 1.0), (5, 0.97), (4, 1.0))
_BARRIER_IF_BIG = ((0, 0.97), (6, 0.97))
"""Levels of a band (0 for all at once) and how full a part is grown."""


_SPANS = ((3.5, 0.5), (4.0, 0.0), (4.0, 0.75))
"""Bands of time for barriers: as long as so many levels, the first one shorter by that share.
They are shorter than those of levels, as few nodes wait in them."""


def cuts(
    work: Work, ends: Sequence[float], *, barrier: bool, longest: float = math.inf
) -> Iterator[tuple[str, Cut]]:
    """Yield the cuts that are worth simulating, with the names of their ways.

    Args:
        work: what is cut.
        ends: when each node ends in the run in one piece.
        barrier: whether a part will wait until all it waits for have ended.
        longest: seconds that a part may take before it holds up those behind it; a
            group that takes longer by itself is also cut where it would fit.
    """
    whole, rest = _groups(work, math.inf)
    if barrier or rest:
        yield LEVELS, by_levels(work)
    fewest = len(work.graph)
    for name, cut in _grouped(work, whole, rest, ends if barrier else None):
        fewest = min(fewest, max(cut) + 1)
        yield name, cut
    if not barrier and whole and fewest > MORE * work.least_parts():
        nodes = range(len(work.graph))
        for name, cut in _grouped(work, (), nodes):
            yield f"{name}, groups cut", cut
    if not barrier and whole:
        short, more = _groups(work, longest)
        if len(short) < len(whole):
            for name, cut in _grouped(work, short, more, ways=(_FLAT,)):
                yield f"{name}, long groups cut", cut


def _grouped(
    work: Work,
    whole: Sequence[Sequence[int]],
    rest: Sequence[int],
    ends: Sequence[float] | None = None,
    *,
    ways: Sequence[tuple[int, float]] = (),
) -> Iterator[tuple[str, Cut]]:
    """Yield cuts that keep some groups whole and cut the rest in several ways.

    Those are ways for barriers where it is told when nodes end.
    """
    barrier = ends is not None
    if not rest:
        cut = [0] * len(work.graph)
        packed(work, whole, cut, 0)
        yield "whole groups", cut
        return
    inner = _part_of(work, rest)
    own = None if ends is None else [ends[node] for node in rest]
    for name, way in _ways(inner, own, ways):
        cut = [0] * len(work.graph)
        made = renumbered(way(inner))
        for node, part in zip(rest, made, strict=True):
            cut[node] = part
        packed(work, whole, cut, max(made) + 1)
        if barrier and max(cut) > _TOO_MANY * work.least_parts():
            continue
        if barrier and max(cut) < MORE_IF_BARRIER * work.least_parts():
            yield name, renumbered(cut)
        yield f"{name}, merged", merged(work, cut, apart=barrier)


def _ways(
    work: Work, ends: Sequence[float] | None, ways: Sequence[tuple[int, float]]
) -> Iterator[Way]:
    barrier = ends is not None
    big = len(work.graph) > _BIG
    usual = (
        (_BARRIER_IF_BIG if big else _BARRIER)
        if barrier
        else (_WINDOW_IF_BIG if big else _WINDOW)
    )
    deepest = max(work.graph.level)
    for band, fill in ways or usual:
        if band > deepest:  # the same as all levels at once
            continue
        if barrier:
            yield f"generations of {_levels(band)}", _generations(band, fill)
        else:
            yield f"bands of {_levels(band)}", _bands(band, fill)
    if ends is not None:
        for levels, shift in _SPANS[: 1 if big else len(_SPANS)]:
            name = f"generations of {levels:g} levels of time, {shift:g} in"
            yield name, _timed(Span(ends, levels, shift))


def _levels(band: int) -> str:
    return f"{band} levels" if band else "all levels"


def _bands(band: int, fill: float) -> Callable[[Work], Cut]:
    return lambda work: merged(
        work, refined(work, renumbered(grown(work, band=band, fill=fill)))
    )


def _generations(band: int, fill: float) -> Callable[[Work], Cut]:
    return lambda work: grown(work, band=band, fill=fill, generations=True)


def _timed(span: Span) -> Callable[[Work], Cut]:
    return lambda work: grown(work, fill=1.0, generations=True, span=span)


def _groups(work: Work, longest: float) -> tuple[list[list[int]], list[int]]:
    """Return groups that hang together and fit into a part, and all other nodes."""
    room = work.room(), work.bounds.steps, work.bounds.pods
    lasts = remaining(work.graph, work.seconds)
    fits: list[list[int]] = []
    rest: list[int] = []
    for group in components(work.graph):
        held = weight(work, group)
        small = all(a <= b for a, b in zip(held, room, strict=True))
        if small and max(lasts[node] for node in group) <= longest:
            fits.append(group)
        else:
            rest += group
    return fits, sorted(rest)


def _part_of(work: Work, nodes: Sequence[int]) -> Work:
    """Return what is to be cut of some nodes that nothing connects with the others."""
    if len(nodes) == len(work.graph):
        return work
    place = {node: index for index, node in enumerate(nodes)}
    graph = Graph.of([[place[one] for one in work.graph.parents[n]] for n in nodes])
    return Work(
        graph=graph,
        bytes=[work.bytes[node] for node in nodes],
        steps=[work.steps[node] for node in nodes],
        pods=[work.pods[node] for node in nodes],
        seconds=[work.seconds[node] for node in nodes],
        bounds=work.bounds,
        alone=[work.alone[node] for node in nodes] if work.alone else (),
    )
