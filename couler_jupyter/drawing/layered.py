"""Layout in plain Python: rows by longest path, ordered by barycentres.

Quick, and good enough for graphs that are too big to read box by box, or where there
is no Graphviz. After Sugiyama, Tagawa and Toda (1981): long edges get a place in each
row they pass, some sweeps put nodes near their neighbours, and a row that is too wide
is broken into several lines.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from couler_jupyter.drawing.layout import (
    Box,
    Curve,
    Layout,
    Outline,
    Point,
    halfway,
    outlines,
    shifted,
)
from couler_jupyter.drawing.ranks import NODE_GAP, RANK_GAP, ranks_of, rows_of

_SWEEPS = 6
_PASSED = 8
"""Size of the place that a long edge gets in a row it passes."""
_LINE_GAP = 16.0
"""Pixels between two lines of one broken row."""
_WIDE = 24
"""A row of more nodes than this is broken into lines."""


@dataclass(slots=True)
class _Grid:
    """Rows of cells; cells below `real` are nodes, the others are passed by edges."""

    real: int
    along: list[float]
    deep: list[float]
    rows: list[list[int]]
    above: list[list[int]]
    below: list[list[int]]
    chains: dict[tuple[int, int], list[int]]


def layered(outline: Outline, *, across: bool) -> Layout:
    """Return the layout of `outline`; the same one each time."""
    grid = _grid(outline, across=across)
    _order(grid)
    at = _places(grid)
    nodes = tuple(
        _box(outline.nodes[index], at[index], across=across)
        for index in range(grid.real)
    )
    curves = tuple(_curves(grid, outline, at, across=across))
    groups = outlines(nodes, outline)
    return shifted(
        Layout(
            width=0, height=0, across=across, nodes=nodes, groups=groups, curves=curves
        )
    )


def _grid(outline: Outline, *, across: bool) -> _Grid:
    ranks = ranks_of(outline)
    sizes = [(h, w) if across else (w, h) for _, w, h in outline.nodes]
    grid = _Grid(
        real=len(ranks),
        along=[size[0] for size in sizes],
        deep=[size[1] for size in sizes],
        rows=rows_of(ranks),
        above=[[] for _ in ranks],
        below=[[] for _ in ranks],
        chains={},
    )
    spare = 2 * len(ranks) + 200
    pairs = sorted((s, t) for s, t, _ in outline.edges)
    for source, target in sorted(pairs, key=lambda p: abs(ranks[p[1]] - ranks[p[0]])):
        first, last = sorted((source, target), key=lambda node: ranks[node])
        between = range(ranks[first] + 1, ranks[last])
        if len(between) > spare:
            between = range(0)
        spare -= len(between)
        grid.chains[source, target] = _chain(grid, first, last, between)
    return grid


def _chain(grid: _Grid, first: int, last: int, between: range) -> list[int]:
    """Link two nodes by way of new cells in the rows between them."""
    cells = [first]
    for row in between:
        if _is_wide(grid, row):
            continue
        cell = len(grid.along)
        grid.along.append(_PASSED)
        grid.deep.append(0.0)
        grid.above.append([])
        grid.below.append([])
        grid.rows[row].append(cell)
        cells.append(cell)
    cells.append(last)
    for upper, lower in pairwise(cells):
        grid.below[upper].append(lower)
        grid.above[lower].append(upper)
    return cells


def _is_wide(grid: _Grid, row: int) -> bool:
    """Whether a row is to be broken; its nodes come first, and only they count."""
    cells = grid.rows[row]
    return len(cells) > _WIDE and cells[_WIDE] < grid.real


def _order(grid: _Grid) -> None:
    """Sweep down and up, each row in the order of its neighbours' middles."""
    position = [0.0] * len(grid.along)
    for row in grid.rows:
        _number(row, position)
    for sweep in range(_SWEEPS):
        down = sweep % 2 == 0
        links = grid.above if down else grid.below
        for row in grid.rows if down else reversed(grid.rows):
            wanted = {
                cell: _mean([position[n] for n in links[cell]], position[cell])
                for cell in row
            }
            row.sort(key=lambda cell: (wanted[cell], position[cell]))
            _number(row, position)


def _number(row: Sequence[int], position: list[float]) -> None:
    for place, cell in enumerate(row):
        position[cell] = (place + 0.5) / len(row)


def _mean(values: Sequence[float], default: float) -> float:
    return sum(values) / len(values) if values else default


def _places(grid: _Grid) -> list[Point]:
    """Return the middle of each cell: along its row, and how deep."""
    at = [0.0] * len(grid.along)
    lines = [_lines(row, grid.real) for row in grid.rows]
    for row in lines:
        for line in row:
            _spread(line, grid, at)
    for sweep in range(2 * _SWEEPS):
        down = sweep % 2 == 0
        links = grid.above if down else grid.below
        for row in lines if down else reversed(lines):
            if len(row) == 1:
                _pull(row[0], links, grid, at)
    depth = 0.0
    deep = [0.0] * len(grid.along)
    for row in lines:
        for line in row:
            height = max(grid.deep[cell] for cell in line)
            for cell in line:
                deep[cell] = depth + height / 2
            depth += height + _LINE_GAP
        depth += RANK_GAP - _LINE_GAP
    return list(zip(at, deep, strict=True))


def _lines(row: list[int], real: int) -> list[list[int]]:
    """Break a row that is too wide into lines of the same length, about."""
    if sum(cell < real for cell in row) <= _WIDE:
        return [row]
    length = max(_WIDE // 2, math.ceil(math.sqrt(len(row) / 2)))
    return [row[start : start + length] for start in range(0, len(row), length)]


def _spread(line: Sequence[int], grid: _Grid, at: list[float]) -> None:
    """Put the cells of a line side by side, its middle at 0."""
    whole = sum(grid.along[cell] + NODE_GAP for cell in line)
    edge = -whole / 2
    for cell in line:
        at[cell] = edge + (grid.along[cell] + NODE_GAP) / 2
        edge += grid.along[cell] + NODE_GAP


def _pull(
    line: Sequence[int], links: list[list[int]], grid: _Grid, at: list[float]
) -> None:
    """Move each cell towards the middle of its neighbours, as far as there is room.

    Packing from the left and from the right both keep order and gaps, and so does
    the mean of the two.
    """
    wanted = [_mean([at[n] for n in links[cell]], at[cell]) for cell in line]
    gaps = [
        (grid.along[one] + grid.along[other]) / 2 + NODE_GAP
        for one, other in pairwise(line)
    ]
    left = list(_packed(wanted, gaps))
    right = [-x for x in _packed([-x for x in reversed(wanted)], gaps[::-1])][::-1]
    for cell, one, other in zip(line, left, right, strict=True):
        at[cell] = (one + other) / 2


def _packed(wanted: Sequence[float], gaps: Sequence[float]) -> Iterator[float]:
    least = -math.inf
    for x, gap in zip(wanted, (*gaps, 0.0), strict=True):
        yield (x := max(x, least))
        least = x + gap


def _box(node: tuple[str, float, float], middle: Point, *, across: bool) -> Box:
    name, width, height = node
    x, y = middle[::-1] if across else middle
    return Box(name, x - width / 2, y - height / 2, width, height)


def _curves(
    grid: _Grid, outline: Outline, at: Sequence[Point], *, across: bool
) -> Iterator[Curve]:
    names = [name for name, _, _ in outline.nodes]
    for source, target, _ in outline.edges:
        points = list(_through(grid, grid.chains[source, target], at))
        if at[source][1] > at[target][1]:
            points.reverse()
        turned = tuple((y, x) if across else (x, y) for x, y in points)
        yield Curve(names[source], names[target], turned, halfway(turned))


def _through(grid: _Grid, cells: Sequence[int], at: Sequence[Point]) -> Iterator[Point]:
    """Yield a smooth way from the first cell's lower side to the last one's upper."""
    x, y = at[cells[0]]
    y += grid.deep[cells[0]] / 2
    yield x, y
    for cell in cells[1:]:
        next_x, next_y = at[cell]
        next_y -= grid.deep[cell] / 2
        bend = (next_y - y) / 2
        yield from ((x, y + bend), (next_x, next_y - bend), (next_x, next_y))
        x, y = next_x, next_y
