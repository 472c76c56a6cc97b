"""Edges as SVG path data: a line, and a head where it ends."""

from __future__ import annotations

import math

from couler_jupyter.drawing.layout import Point

_LONG = 8.0
_BROAD = 0.42
_STROKE, _APART, _LEAN = 5.0, 1.8, 0.4
"""Half of a stroke, half of the way between the two, and how far they lean."""


def line_path(points: tuple[Point, ...]) -> str:
    """Return the line of a curve; it ends inside its head."""
    (x, y), (along, down) = points[-1], _heading(points)
    end = (x - along * _LONG * 0.8, y - down * _LONG * 0.8)
    start, *rest = (f"{x:.1f} {y:.1f}" for x, y in (*points[:-1], end))
    return f"M{start}C{' '.join(rest)}"


def head_path(points: tuple[Point, ...]) -> str:
    """Return the head at the end of a curve."""
    (x, y), (along, down) = points[-1], _heading(points)
    back_x, back_y = x - along * _LONG, y - down * _LONG
    side_x, side_y = -down * _LONG * _BROAD, along * _LONG * _BROAD
    return (
        f"M{x:.1f} {y:.1f}L{back_x + side_x:.1f} {back_y + side_y:.1f}"
        f"L{back_x - side_x:.1f} {back_y - side_y:.1f}z"
    )


def cut_path(points: tuple[Point, ...], *, aside: bool) -> str:
    """Return two strokes across a curve; `aside` if its middle is taken by a label."""
    start = 0 if aside else 3 * ((len(points) - 1) // 6)
    first = points[start : start + 4]
    (x, y), (along, down) = _at(first, 0.25 if aside else 0.5)
    strokes: list[str] = []
    for apart in (-_APART, _APART):
        mid_x, mid_y = x + along * apart, y + down * apart
        lean_x = (-down + along * _LEAN) * _STROKE
        lean_y = (along + down * _LEAN) * _STROKE
        strokes.append(
            f"M{mid_x - lean_x:.1f} {mid_y - lean_y:.1f}"
            f"L{mid_x + lean_x:.1f} {mid_y + lean_y:.1f}"
        )
    return "".join(strokes)


def _at(bezier: tuple[Point, ...], t: float) -> tuple[Point, Point]:
    """Return the point of a cubic Bézier at `t`, and the direction there."""
    s = 1 - t
    shares = (s**3, 3 * s * s * t, 3 * s * t * t, t**3)
    slopes = (-s * s, s * s - 2 * s * t, 2 * s * t - t * t, t * t)
    xs, ys = zip(*bezier, strict=True)
    point = (_dot(shares, xs), _dot(shares, ys))
    along, down = _dot(slopes, xs), _dot(slopes, ys)
    length = math.hypot(along, down)
    return point, (along / length, down / length) if length > 0.01 else (0.0, 1.0)


def _heading(points: tuple[Point, ...]) -> Point:
    """The direction a curve ends in, of length 1."""
    x, y = points[-1]
    for before_x, before_y in reversed(points[:-1]):
        length = math.hypot(x - before_x, y - before_y)
        if length > 0.01:
            return (x - before_x) / length, (y - before_y) / length
    return 0.0, 1.0


def _dot(shares: tuple[float, ...], values: tuple[float, ...]) -> float:
    return sum(one * other for one, other in zip(shares, values, strict=True))
