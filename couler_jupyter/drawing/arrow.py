"""Edges as SVG path data: a line, and a head where it ends."""

from __future__ import annotations

import math

from couler_jupyter.drawing.layout import Point

_LONG = 8.0
_BROAD = 0.42


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


def _heading(points: tuple[Point, ...]) -> Point:
    """The direction a curve ends in, of length 1."""
    x, y = points[-1]
    for before_x, before_y in reversed(points[:-1]):
        length = math.hypot(x - before_x, y - before_y)
        if length > 0.01:
            return (x - before_x) / length, (y - before_y) / length
    return 0.0, 1.0
