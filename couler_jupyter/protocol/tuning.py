"""Tuning as JSON: what was predicted and what was measured of each setting, side by side.

The two have types of their own here, too: no field holds a number of either kind.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypedDict, TypeVar

from couler_jupyter.protocol.plain import one_line
from couler_jupyter.protocol.view import VERSION

_MOST_SETTINGS = 200
_MOST_POINTS = 100
_P = TypeVar("_P")


class BandPoint(TypedDict):
    """One unit of a predicted curve; the interval is None where nobody gave one."""

    unit: int
    value: float
    low: float | None
    high: float | None


class CurvePoint(TypedDict):
    """One unit of a measured curve."""

    unit: int
    value: float


class PredictedView(TypedDict):
    """What nobody has trained for.

    Attributes:
        source: `llm`, `past-runs` or `curve-extrapolation`.
        model: that was asked, or the method; empty for none.
        value: the metric at the end; `low` and `high` are its interval.
        level: share of real values that the interval is to hold.
        calibrated: whether it was fitted to real runs of this task.
        points: the way there.
        warnings: what a person should know.
    """

    source: str
    model: str
    value: float
    low: float
    high: float
    level: float
    calibrated: bool
    points: list[BandPoint]
    warnings: list[str]


class MeasuredView(TypedDict):
    """What a real run measured.

    Attributes:
        source: `short-run` or `full-run`.
        run: its id.
        value: the last metric; None if there is none.
        units: how far it came.
        seconds: it took; None if unknown.
        diverged: whether a loss was no finite number.
        points: the way there.
        warnings: what a person should know.
    """

    source: str
    run: str
    value: float | None
    units: int
    seconds: float | None
    diverged: bool
    points: list[CurvePoint]
    warnings: list[str]


class SettingView(TypedDict):
    """One setting.

    Attributes:
        id: what requests name it by.
        text: it in words.
        marks: `default`, `drawn` at random, `chosen`.
        rank: from 1, by what is known best; 0 for what nothing is known of.
        predicted: None if nothing was.
        measured: real runs, the furthest last.
        seconds: of all real runs together; None if none.
    """

    id: str
    text: str
    marks: list[str]
    rank: int
    predicted: PredictedView | None
    measured: list[MeasuredView]
    seconds: float | None


class TuningView(TypedDict):
    """All that is shown of tuning one step; settings come as they rank.

    Attributes:
        step: which.
        metric: that training is judged by; `maximize` tells which way it is better.
        split: of the data it is measured on.
        trivial: what predicting without looking gives; None if unknown.
        unit: what curves count; `units`: of a full run, 0 if unknown.
        advice: what to do next; empty for nothing.
        hidden: settings that are left out.
        requests: what may be asked of whoever shows it.
    """

    type: Literal["tuning"]
    version: int
    step: str
    metric: str
    maximize: bool
    split: str
    trivial: float | None
    unit: str
    units: int
    advice: str
    settings: list[SettingView]
    hidden: int
    requests: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedState:
    """What was predicted; points are unit, value, low and high."""

    source: str
    model: str
    value: float
    low: float
    high: float
    level: float
    calibrated: bool
    points: tuple[tuple[int, float, float | None, float | None], ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MeasuredState:
    """What was measured; points are unit and value."""

    source: str
    run: str
    value: float | None
    units: int
    seconds: float | None
    diverged: bool
    points: tuple[tuple[int, float], ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingState:
    """One setting and all that is known of it."""

    id: str
    text: str
    marks: tuple[str, ...] = ()
    predicted: PredictedState | None = None
    measured: tuple[MeasuredState, ...] = ()


def tuning_view(
    *,
    step: str,
    metric: str,
    maximize: bool,
    split: str,
    trivial: float | None,
    unit: str,
    units: int,
    settings: Iterable[SettingState],
    advice: str = "",
    requests: Iterable[str] = (),
) -> TuningView:
    """Return tuning as JSON.

    Settings are ranked by what a full run gave, or else by what was predicted of one;
    what is known of short runs alone comes behind, and what diverged last.
    """
    ranked = sorted(settings, key=lambda one: _order(one, maximize=maximize))
    views = [_setting(one, rank) for rank, one in enumerate(ranked, 1)]
    return {
        "type": "tuning",
        "version": VERSION,
        "step": one_line(step),
        "metric": one_line(metric),
        "maximize": maximize,
        "split": one_line(split),
        "trivial": trivial,
        "unit": one_line(unit),
        "units": units,
        "advice": one_line(advice),
        "settings": views[:_MOST_SETTINGS],
        "hidden": max(len(views) - _MOST_SETTINGS, 0),
        "requests": sorted(requests),
    }


def _order(one: SettingState, *, maximize: bool) -> tuple[int, float, str]:
    """The best first; those whose end nobody measured or predicted come behind."""
    sign = -1.0 if maximize else 1.0
    if any(run.diverged for run in one.measured):
        return 3, 0.0, one.id
    full = [run for run in one.measured if run.source == "full-run"]
    if full and full[-1].value is not None:
        return 0, sign * full[-1].value, one.id
    if one.predicted is not None:
        return 0, sign * one.predicted.value, one.id
    values = [run.value for run in one.measured if run.value is not None]
    return (1, sign * values[-1], one.id) if values else (4, 0.0, one.id)


def _setting(one: SettingState, rank: int) -> SettingView:
    seconds = [run.seconds for run in one.measured if run.seconds is not None]
    known = one.predicted is not None or bool(one.measured)
    return {
        "id": one.id,
        "text": one_line(one.text),
        "marks": [one_line(mark) for mark in one.marks],
        "rank": rank if known else 0,
        "predicted": _predicted(one.predicted) if one.predicted else None,
        "measured": [
            _measured(run) for run in sorted(one.measured, key=lambda r: r.units)
        ],
        "seconds": sum(seconds) if seconds else None,
    }


def _predicted(one: PredictedState) -> PredictedView:
    return {
        "source": one.source,
        "model": one_line(one.model),
        "value": one.value,
        "low": one.low,
        "high": one.high,
        "level": one.level,
        "calibrated": one.calibrated,
        "points": [
            {"unit": unit, "value": value, "low": low, "high": high}
            for unit, value, low, high in _thinned(one.points)
        ],
        "warnings": [one_line(warning) for warning in one.warnings],
    }


def _measured(one: MeasuredState) -> MeasuredView:
    return {
        "source": one.source,
        "run": one_line(one.run),
        "value": one.value,
        "units": one.units,
        "seconds": one.seconds,
        "diverged": one.diverged,
        "points": [{"unit": u, "value": value} for u, value in _thinned(one.points)],
        "warnings": [one_line(warning) for warning in one.warnings],
    }


def _thinned(points: Sequence[_P]) -> Sequence[_P]:
    """At most so many points, the first and the last among them."""
    if len(points) <= _MOST_POINTS:
        return points
    last = len(points) - 1
    return [points[round(i * last / (_MOST_POINTS - 1))] for i in range(_MOST_POINTS)]
