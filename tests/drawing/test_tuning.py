"""Tuning as picture, table and text: predicted is told from real, and nothing breaks out."""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from itertools import pairwise
from xml.etree import ElementTree as ET

import pytest

from couler_jupyter.drawing import chart_view, tuning_bundle, tuning_html, tuning_text
from couler_jupyter.protocol import SettingState, TuningView, tuning_view
from tests.drawing.graphs import HOSTILE as ALL
from tests.protocol.tunings import full, guessed, ran, settings

HOSTILE = " ".join(ALL)
SVG = "{http://www.w3.org/2000/svg}"


def of(*states: SettingState, maximize: bool = True, units: int = 20) -> TuningView:
    return tuning_view(
        step="train",
        metric="loss",
        maximize=maximize,
        split="validation",
        trivial=None,
        unit="epoch",
        units=units,
        settings=states,
    )


def picture(view: TuningView) -> ET.Element:
    found = re.search(r'base64,([^"]+)"', tuning_html(view))
    assert found
    return ET.fromstring(b64decode(found[1]).decode())


def texts(root: ET.Element) -> list[str]:
    return [one.text or "" for one in root.iter(f"{SVG}text")]


def test_predicted_curves_are_dashed_and_say_so() -> None:
    root = picture(of(SettingState(id="a", text="a", predicted=guessed(0.9))))
    dashed = [one for one in root.iter(f"{SVG}path") if one.get("stroke-dasharray")]
    assert dashed
    assert "1 predicted" in texts(root)
    assert "– – predicted by past runs (extra-trees), not calibrated" in texts(root)
    assert "1 real" not in texts(root)
    assert list(root.iter(f"{SVG}circle")) == []


def test_real_curves_are_lines_with_points() -> None:
    root = picture(of(SettingState(id="a", text="a", measured=(ran(0.8, 5),))))
    assert len(list(root.iter(f"{SVG}circle"))) == 5
    assert "1 real" in texts(root)
    assert not any("predicted" in text for text in texts(root))


def test_labels_do_not_lie_on_one_another() -> None:
    same = [SettingState(id=n, text=n, predicted=guessed(0.9)) for n in "abcde"]
    chart = chart_view(of(*same))
    assert chart
    places = sorted(one["label"] for one in chart["curves"])
    assert all(b - a >= 17 for a, b in pairwise(places))
    assert places[-1] <= chart["bottom"]


def test_settings_rank_by_what_their_full_runs_give_and_diverged_last() -> None:
    assert [one["id"] for one in full()["settings"]] == ["b", "c", "a", "d", "e"]
    assert [one["rank"] for one in full()["settings"]] == [1, 2, 3, 4, 0]


def test_less_is_better_where_the_metric_says_so() -> None:
    states = [
        SettingState(id=n, text=n, predicted=guessed(v))
        for n, v in (("a", 2), ("b", 1))
    ]
    assert [one["id"] for one in of(*states, maximize=False)["settings"]] == ["b", "a"]


def test_numbers_of_each_kind_stand_in_their_own_column() -> None:
    table = tuning_html(full()).partition("<table>")[2]
    row = next(one for one in table.split("<tr>") if "rate=0.2" in one)
    cells = re.findall(r"<td[^>]*>(.*?)</td>", row)
    assert cells[1:4] == ["0.95", "0.9 to 0.97, 80%", "0.8 after 5"]


def test_the_text_says_the_same() -> None:
    text = tuning_text(full())
    assert "predicted 0.95 (0.9 to 0.97, 80%); measured 0.8 after 5" in text
    assert "diverged after 3" in text
    assert text.endswith("verify rate=0.1 by a full run")
    assert tuning_bundle(full())["text/plain"] == text


NOTHING = SettingState(id="a", text="a")
NO_NUMBER = SettingState(id="a", text="a", measured=(ran(None, 0),))


@pytest.mark.parametrize(
    "states", [(), (NOTHING,), (NO_NUMBER,)], ids=["none", "unknown", "no number"]
)
def test_little_is_shown_as_well(states: tuple[SettingState, ...]) -> None:
    view = of(*states, units=0)
    assert tuning_html(view)
    assert tuning_text(view)


def test_hostile_text_is_text() -> None:
    first = settings()[1]
    assert first.predicted
    bad = replace(
        first, text=HOSTILE, marks=(HOSTILE,), predicted=replace(first.predicted, model=HOSTILE)
    )  # fmt: skip
    view = {**full(), **of(bad), "step": HOSTILE, "metric": HOSTILE, "advice": HOSTILE}
    shown = tuning_html(view)  # type: ignore[arg-type]
    assert "<script" not in shown
    assert "<img src=x" not in shown
    picture(view)  # type: ignore[arg-type]
