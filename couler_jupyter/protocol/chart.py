"""Curves laid out for drawing, as JSON: whoever draws them computes no place."""

from __future__ import annotations

from typing import TypedDict


class TickView(TypedDict):
    """A place on an axis, in pixels, and what it says."""

    at: float
    text: str


class LineView(TypedDict):
    """One measured curve: its path, its points, and where its label goes."""

    path: str
    dots: list[tuple[float, float]]
    label: float


class CurvesView(TypedDict):
    """The curves of one setting.

    Attributes:
        id: of the setting.
        rank: by which its labels name it.
        color: of its lines.
        shown: whether it is drawn unasked.
        predicted: path of the predicted curve; empty for none.
        band: outline of its interval; empty for none.
        end: where the predicted curve ends, from above; `label`: where its label goes.
        measured: real curves.
    """

    id: str
    rank: int
    color: str
    shown: bool
    predicted: str
    band: str
    end: float
    label: float
    measured: list[LineView]


class ChartView(TypedDict):
    """All curves in one frame.

    Attributes:
        width: of the picture, `height` too; `left`, `top`, `right`, `bottom` are where
            the frame's edges are in it.
        x: ticks below, with what they count; `y`: ticks at the left.
        trivial: where a line for the trivial value goes; None for none.
        curves: of the settings, as they rank.
    """

    width: float
    height: float
    left: float
    top: float
    right: float
    bottom: float
    x: list[TickView]
    x_title: str
    y: list[TickView]
    y_title: str
    trivial: float | None
    curves: list[CurvesView]
