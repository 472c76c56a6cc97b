"""Where the curves of tuning go: scales, paths and labels that do not overlap."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from couler_jupyter.protocol import (
    ChartView,
    CurvePoint,
    CurvesView,
    LineView,
    PredictedView,
    SettingView,
    TickView,
    TuningView,
)

COLORS: Final = ("#0072b2", "#d55e00", "#00885f", "#b8578b", "#8f6f00")
"""Told apart by people with any colour vision, on light and on dark pages."""

_WIDTH, _HEIGHT = 680.0, 338.0
_LEFT, _TOP, _RIGHT, _BOTTOM = 58.0, 48.0, 570.0, 290.0
_SHOWN: Final = 5
_MOST: Final = 60
_LABEL: Final = 17.0
_TICKS: Final = 5


@dataclass(frozen=True, slots=True)
class _Scale:
    """From units and values to pixels."""

    units: float
    low: float
    high: float

    def x(self, unit: float) -> float:
        return round(_LEFT + unit / self.units * (_RIGHT - _LEFT), 1)

    def y(self, value: float) -> float:
        inside = min(max(value, self.low), self.high)
        share = (inside - self.low) / (self.high - self.low)
        return round(_BOTTOM - share * (_BOTTOM - _TOP), 1)


def chart_view(view: TuningView) -> ChartView | None:
    """Return the curves of tuning laid out; None where there is no curve yet."""
    known = [one for one in view["settings"][:_MOST] if one["rank"]]
    if not known:
        return None
    scale = _scale(view, known)
    curves = [_curves(one, scale, at) for at, one in enumerate(known)]
    _part_labels([one for one in curves if one["shown"]])
    trivial = view["trivial"]
    is_seen = trivial is not None and scale.low <= trivial <= scale.high
    return {
        "width": _WIDTH,
        "height": _HEIGHT,
        "left": _LEFT,
        "top": _TOP,
        "right": _RIGHT,
        "bottom": _BOTTOM,
        "x": [*_ticks(0, scale.units, scale.x, whole=True)],
        "x_title": view["unit"],
        "y": [*_ticks(scale.low, scale.high, scale.y)],
        "y_title": f"{view['split']} {view['metric']}",
        "trivial": scale.y(trivial) if is_seen and trivial is not None else None,
        "curves": curves,
    }


def _scale(view: TuningView, known: Sequence[SettingView]) -> _Scale:
    values = [*_values(known)] or [0.0]
    low, high = min(values), max(values)
    pad = (high - low) * 0.05 or abs(high) * 0.05 or 1.0
    units = [point["unit"] for one in known for point in _all_points(one)]
    return _Scale(max([view["units"], 1, *units]), low - pad, high + pad)


def _values(known: Sequence[SettingView]) -> Iterator[float]:
    for one in known:
        yield from (point["value"] for point in _all_points(one))
        if one["predicted"] is not None:
            yield from (one["predicted"][end] for end in ("value", "low", "high"))
        yield from (r["value"] for r in one["measured"] if r["value"] is not None)


def _all_points(one: SettingView) -> Iterator[CurvePoint]:
    if one["predicted"] is not None:
        for point in one["predicted"]["points"]:
            yield {"unit": point["unit"], "value": point["value"]}
    for run in one["measured"]:
        yield from run["points"]


def _curves(one: SettingView, scale: _Scale, at: int) -> CurvesView:
    predicted = one["predicted"]
    return {
        "id": one["id"],
        "rank": one["rank"],
        "color": COLORS[at % len(COLORS)],
        "shown": at < _SHOWN or "chosen" in one["marks"],
        "predicted": _path(_predicted(predicted, scale)) if predicted else "",
        "band": _band(predicted, scale) if predicted else "",
        "end": scale.y(predicted["value"]) if predicted else 0.0,
        "label": scale.y(predicted["value"]) if predicted else 0.0,
        "measured": [
            _line(run["points"], scale) for run in one["measured"] if run["points"]
        ],
    }


def _predicted(one: PredictedView, scale: _Scale) -> list[tuple[float, float]]:
    """The way there, and the end of it."""
    places = [(scale.x(p["unit"]), scale.y(p["value"])) for p in one["points"]]
    end = (_RIGHT, scale.y(one["value"]))
    if not places:
        return [(_LEFT, end[1]), end]
    return places if places[-1][0] >= _RIGHT else [*places, end]


def _band(one: PredictedView, scale: _Scale) -> str:
    """The interval around a predicted curve; where none is known, at the end alone."""
    lower = [
        (scale.x(p["unit"]), scale.y(p["low"]))
        for p in one["points"]
        if p["low"] is not None
    ]
    upper = [
        (scale.x(p["unit"]), scale.y(p["high"]))
        for p in one["points"]
        if p["high"] is not None
    ]
    if not lower or lower[-1][0] < _RIGHT:
        start = [] if lower else [_RIGHT - 12]
        lower += [(x, scale.y(one["low"])) for x in (*start, _RIGHT)]
        upper += [(x, scale.y(one["high"])) for x in (*start, _RIGHT)]
    return f"{_path([*upper, *reversed(lower)])}Z"


def _line(points: Sequence[CurvePoint], scale: _Scale) -> LineView:
    places = [(scale.x(p["unit"]), scale.y(p["value"])) for p in points]
    return {"path": _path(places), "dots": places, "label": places[-1][1]}


def _path(places: Iterable[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in places)


def _part_labels(curves: Sequence[CurvesView]) -> None:
    """Move labels apart that would lie on one another."""
    predicted = [one for one in curves if one["predicted"]]
    lines = [line for one in curves for line in one["measured"]]
    labels: list[CurvesView | LineView] = [*predicted, *lines]
    labels.sort(key=lambda one: one["label"])
    above = _TOP - _LABEL
    for one in labels:
        one["label"] = above = round(max(one["label"], above + _LABEL), 1)
    below = _BOTTOM + _LABEL
    for one in reversed(labels):
        one["label"] = below = round(min(one["label"], below - _LABEL), 1)


def _ticks(
    low: float, high: float, place: Callable[[float], float], *, whole: bool = False
) -> Iterator[TickView]:
    rough = (high - low) / _TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(n * power for n in (1, 2, 5, 10) if n * power >= rough)
    step = max(step, 1.0) if whole else step
    at = math.ceil(low / step)
    while at * step <= high:
        yield {"at": place(at * step), "text": f"{at * step:.6g}"}
        at += 1
