"""Tuning as a picture, a table and text: what was predicted, and over it what is real.

A predicted curve is dashed, has a band and says that it is one; a real one is a line
with its points. What was predicted and what was measured never share a column.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator
from typing import Final

from couler_jupyter.drawing.amount import duration_text
from couler_jupyter.drawing.chart import chart_view
from couler_jupyter.drawing.markup import Markup, element, isolated, joined
from couler_jupyter.drawing.measure import text_width
from couler_jupyter.drawing.svg_node import pill
from couler_jupyter.drawing.table import row, table
from couler_jupyter.protocol import (
    ChartView,
    CurvesView,
    MeasuredView,
    PredictedView,
    SettingView,
    TuningView,
)

_AXIS: Final = "#7d8590"
_FONT: Final = "system-ui, -apple-system, 'Segoe UI', Roboto, Arial, sans-serif"
_SIZE: Final = 10.5
_HEADS: Final = (
    "setting",
    "rank",
    "predicted",
    "interval",
    "measured",
    "cost",
    "notes",
)
_NUMBERS: Final = (0, 1, 3, 4)
_MOST: Final = 30
_SHORT: Final = {
    "llm": "a language model",
    "past-runs": "past runs",
    "curve-extrapolation": "going on with its curve",
}


def tuning_bundle(view: TuningView) -> dict[str, str]:
    """Return a MIME bundle of tuning: a picture with a table, and plain text."""
    return {"text/html": tuning_html(view), "text/plain": tuning_text(view)}


def tuning_html(view: TuningView) -> str:
    """Return tuning as HTML that needs no script."""
    shown = view["settings"][:_MOST]
    rows = [row(isolated(one["text"]), *_cells(one), numbers=_NUMBERS) for one in shown]
    count = len(view["settings"]) + view["hidden"]
    title = f"settings of {isolated(view['step'])}, by {_goal(view)}"
    return element(
        "div",
        *_picture(view),
        element("p", tuning_summary(view)),
        *((element("p", isolated(view["advice"])),) if view["advice"] else ()),
        table(title, _HEADS, rows, count) if rows else element("p", "no settings yet"),
    )


def tuning_text(view: TuningView) -> str:
    """Return tuning as text: a line for each setting, as they rank."""
    lines = [tuning_summary(view)]
    for one in view["settings"][:_MOST]:
        rank = f"{one['rank']:>3}" if one["rank"] else "  –"
        lines.append(f"{rank}  {isolated(one['text'])}")
        lines.append(f"     {'; '.join(part for part in _told(one) if part)}")
    if hidden := len(view["settings"][_MOST:]) + view["hidden"]:
        lines.append(f"… and {hidden} more")
    if view["advice"]:
        lines.append(isolated(view["advice"]))
    return "\n".join(lines)


def tuning_summary(view: TuningView) -> str:
    """Return tuning in one sentence, for who does not see the picture."""
    settings = view["settings"]
    predicted = sum(one["predicted"] is not None for one in settings)
    measured = sum(bool(one["measured"]) for one in settings)
    count = len(settings) + view["hidden"]
    return (
        f"{isolated(view['step'])}: {count} setting{'s' * (count != 1)}, {predicted} "
        f"predicted, {measured} measured by real runs; {_goal(view)}"
    )


def tuning_svg(chart: ChartView, view: TuningView) -> Markup:
    """Return the curves as SVG: no script, no style sheet, nothing from elsewhere."""
    curves = [one for one in chart["curves"] if one["shown"]]
    return element(
        "svg",
        element("title", tuning_summary(view)),
        *_frame(chart),
        *(band for one in curves for band in _band(one)),
        *(line for one in curves for line in _lines(one)),
        *(label for one in curves for label in _labels(chart, one)),
        *_badges(view),
        xmlns="http://www.w3.org/2000/svg",
        width=f"{chart['width']:g}",
        height=f"{chart['height']:g}",
        viewBox=f"0 0 {chart['width']:g} {chart['height']:g}",
        role="img",
        font_family=_FONT,
    )


def source_text(one: PredictedView, *, model: bool = True) -> str:
    """Return where a prediction comes from, and whether its interval was tried."""
    by = f" ({isolated(one['model'])})" if model and one["model"] else ""
    tried = "calibrated" if one["calibrated"] else "not calibrated"
    return f"predicted by {_SHORT.get(one['source'], one['source'])}{by}, {tried}"


def _goal(view: TuningView) -> str:
    better = "more is better" if view["maximize"] else "less is better"
    return f"{isolated(view['split'])} {isolated(view['metric'])}, {better}"


def _picture(view: TuningView) -> Iterator[Markup]:
    chart = chart_view(view)
    if chart is None:
        return
    drawn = b64encode(tuning_svg(chart, view).encode()).decode()
    yield element(
        "img",
        src=f"data:image/svg+xml;base64,{drawn}",
        alt=tuning_summary(view),
        width=f"{chart['width']:g}",
    )


def _frame(chart: ChartView) -> Iterator[Markup]:
    left, right, bottom = chart["left"], chart["right"], chart["bottom"]
    yield _stroke(f"M{left:g} {chart['top']:g}V{bottom:g}H{right:g}", _AXIS, "1")
    for tick in chart["y"]:
        yield _stroke(f"M{left:g} {tick['at']:g}H{right:g}", _AXIS, "0.3")
        yield _said(tick["text"], right_of=None, left_of=left - 4, y=tick["at"])
    for tick in chart["x"]:
        yield _said(tick["text"], centre=tick["at"], y=bottom + 12)
    yield _said(chart["x_title"], centre=(left + right) / 2, y=bottom + 32)
    yield _said(chart["y_title"], right_of=4, y=32)
    if chart["trivial"] is not None:
        at = chart["trivial"]
        yield _stroke(f"M{left:g} {at:g}H{right:g}", _AXIS, "1", dashes="1.5 4")
        yield _said("trivial", right_of=left + 4, y=at)


def _band(one: CurvesView) -> Iterator[Markup]:
    if one["band"]:
        yield element("path", d=one["band"], fill=one["color"], fill_opacity="0.13")


def _lines(one: CurvesView) -> Iterator[Markup]:
    if one["predicted"]:
        yield _stroke(one["predicted"], one["color"], "1.8", dashes="6 4")
    for line in one["measured"]:
        yield _stroke(line["path"], one["color"], "2.2")
        for x, y in line["dots"]:
            yield element(
                "circle", cx=f"{x:g}", cy=f"{y:g}", r="2.4", fill=one["color"]
            )


def _labels(chart: ChartView, one: CurvesView) -> Iterator[Markup]:
    x = chart["right"] + 8
    if one["predicted"]:
        yield _lead((chart["right"], one["end"]), (x, one["label"]), one["color"])
        yield _said(f"{one['rank']} predicted", right_of=x, y=one["label"])
    for line in one["measured"]:
        yield _lead(line["dots"][-1], (x, line["label"]), one["color"])
        yield _said(f"{one['rank']} real", right_of=x, y=line["label"])


def _lead(start: tuple[float, float], end: tuple[float, float], color: str) -> Markup:
    """What ties a label to the end of its curve."""
    path = f"M{start[0]:g} {start[1]:g}L{end[0]:g} {end[1]:g}"
    return _stroke(path, color, "0.8", dashes="1.5 2")


def _badges(view: TuningView) -> Iterator[Markup]:
    """Which curves are predicted, and by whom: the badge over the frame."""
    made = [one["predicted"] for one in view["settings"] if one["predicted"]]
    texts = [*dict.fromkeys(source_text(one) for one in made)]
    if len(texts) > 1:  # there is no room for their models, which the table tells
        texts = [*dict.fromkeys(source_text(one, model=False) for one in made)]
    x = 4.0
    for text in [f"– – {text}" for text in texts[:2]]:
        yield _said(text, right_of=x, y=12)
        x += text_width(text, _SIZE) + 16


def _said(
    text: str,
    *,
    y: float,
    right_of: float | None = None,
    left_of: float | None = None,
    centre: float | None = None,
) -> Markup:
    """A text in a frame of its own, so that it can be read on any page."""
    shown = isolated(text)
    width = round(text_width(shown, _SIZE) + 10, 1)
    x = right_of if right_of is not None else 0.0
    if left_of is not None:
        x = left_of - width
    if centre is not None:
        x = centre - width / 2
    return pill(
        {
            "id": "",
            "x": round(x, 1),
            "y": round(y - 7.5, 1),
            "width": width,
            "height": 15.0,
            "text": shown,
        }
    )


def _stroke(path: str, color: str, width: str, dashes: str | None = None) -> Markup:
    return element(
        "path",
        d=path,
        fill="none",
        stroke=color,
        stroke_width=width,
        stroke_dasharray=dashes,
    )


def _cells(one: SettingView) -> Iterator[str]:
    predicted, measured = one["predicted"], one["measured"]
    yield str(one["rank"] or "–")
    yield _number(predicted["value"]) if predicted else "–"
    yield interval_text(predicted) if predicted else "–"
    yield measured_text(measured[-1]) if measured else "–"
    yield "–" if one["seconds"] is None else duration_text(one["seconds"])
    yield joined("; ".join(isolated(note) for note in _notes(one)))


def _told(one: SettingView) -> Iterator[str]:
    predicted, measured = one["predicted"], one["measured"]
    if predicted:
        yield f"predicted {_number(predicted['value'])} ({interval_text(predicted)})"
    if measured:
        yield f"measured {measured_text(measured[-1])}"
    if one["seconds"] is not None:
        yield f"cost {duration_text(one['seconds'])}"
    yield from (isolated(note) for note in _notes(one))


def interval_text(one: PredictedView) -> str:
    """Return a predicted interval: its ends, its level, and if it was not tried."""
    ends = f"{_number(one['low'])} to {_number(one['high'])}"
    tried = "" if one["calibrated"] else ", not calibrated"
    return f"{ends}, {one['level']:.0%}{tried}"


def measured_text(run: MeasuredView) -> str:
    """Return what a real run measured, and how far it came."""
    if run["diverged"]:
        return f"diverged after {run['units']}"
    if run["value"] is None:
        return f"nothing after {run['units']}"
    kind = "in full" if run["source"] == "full-run" else f"after {run['units']}"
    return f"{_number(run['value'])} {kind}"


def _notes(one: SettingView) -> Iterator[str]:
    yield from one["marks"]
    if one["predicted"]:
        yield source_text(one["predicted"])
        yield from one["predicted"]["warnings"]
    for run in one["measured"]:
        yield from run["warnings"]


def _number(value: float) -> str:
    return f"{value:.4g}"
