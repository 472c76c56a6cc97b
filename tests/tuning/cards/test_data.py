"""Data Cards drafted from data of many kinds, and held against it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from couler_jupyter.errors import CardFault
from couler_jupyter.ir.tuning import Classes, DataCard, Direction, Interval, Metric
from couler_jupyter.tuning.cards import check, draft_data_card

FRAME = pd.DataFrame(
    {
        "age": [31, 42, None, 55, 18, 29],
        "city": ["Bonn", "Bonn", "Kiel", None, "Kiel", "Bonn"],
        "member": [True, False, True, True, False, True],
        "joined": pd.to_datetime(["2020-01-01"] * 6),
        "label": ["yes", "no", "yes", "yes", "no", "yes"],
    }
)


class Polars:
    """A frame that is told by what it does: columns, and arrays of them."""

    def __init__(self, frame: Any) -> None:
        self._frame = frame
        self.columns = list(frame.columns)

    def __len__(self) -> int:
        return len(self._frame)

    def __getitem__(self, name: str) -> Any:
        return self._frame[name]

    def estimated_size(self) -> int:
        return 77


def test_types_sizes_and_labels_are_counted_and_no_value_is_told() -> None:
    card = draft_data_card(FRAME, "label", name="clients")
    assert card.label_space == Classes(names=("no", "yes"), counts=(2, 4))
    assert dict(card.types) == {"boolean": 1, "category": 1, "date": 1, "number": 1}
    assert (card.rows, card.features, card.input_type) == (6, 4, "tabular")
    assert card.missing_fraction == pytest.approx(2 / 24, abs=1e-6)
    assert card.metric == Metric(
        name="accuracy", direction=Direction.MAXIMIZE, trivial=4 / 6
    )
    assert card.hub.value["task_categories"] == ["tabular-classification"]
    assert card.hub.value["size_categories"] == ["n<1K"]
    assert "Bonn" not in repr(card)
    assert "42" not in repr(card)


def test_frames_arrays_and_files_of_the_same_data_have_one_fingerprint(
    tmp_path: Path,
) -> None:
    frame = FRAME[["age", "label"]]
    frame.to_csv(tmp_path / "a.csv", index=False)
    frame.to_json(tmp_path / "a.jsonl", orient="records", lines=True)
    drafts = [
        draft_data_card(frame, "label"),
        draft_data_card(Polars(frame), "label"),
        draft_data_card(tmp_path / "a.csv", "label"),
        draft_data_card(str(tmp_path / "a.jsonl"), "label"),
        draft_data_card((frame[["age"]], frame["label"])),
        draft_data_card(frame[["age"]], frame["label"]),
    ]
    assert len({one.fingerprint for one in drafts}) == 1
    assert drafts[1].bytes == 77
    assert drafts[2].bytes == (tmp_path / "a.csv").stat().st_size
    assert all(one.label_space == drafts[0].label_space for one in drafts)


@pytest.mark.parametrize("other", ["value", "order", "name", "label", "missing"])
def test_other_content_has_another_fingerprint(other: str) -> None:
    frame = FRAME[["age", "city", "label"]].copy()
    before = draft_data_card(frame, "label").fingerprint
    if other == "value":
        frame.loc[0, "age"] = 32
    elif other == "order":
        frame = frame[["city", "age", "label"]]
    elif other == "name":
        frame.columns = ["years", *frame.columns[1:]]
    elif other == "label":
        frame.loc[0, "label"] = "no"
    else:
        frame.loc[0, "city"] = None
    assert draft_data_card(frame, "label").fingerprint != before


def test_data_sets_of_scikit_learn() -> None:
    from sklearn.datasets import load_diabetes, load_digits, load_wine

    digits, wine = draft_data_card(load_digits()), draft_data_card(load_wine())
    assert isinstance(digits.label_space, Classes)
    assert digits.label_space.names == tuple("0123456789")
    assert isinstance(wine.label_space, Classes)
    assert wine.label_space.names == ("class_0", "class_1", "class_2")
    bunch: Any = load_diabetes(as_frame=True)
    diabetes = draft_data_card(bunch)
    assert diabetes.label_space == Interval(low=25, high=346, mean=152.133, std=77.0057)
    assert (diabetes.metric.name, diabetes.metric.trivial) == ("r2", 0)
    same = draft_data_card(bunch.frame, "target")
    assert same.fingerprint == diabetes.fingerprint


def test_pictures_and_texts_are_told() -> None:
    pictures = np.zeros((8, 4, 4, 3))
    card = draft_data_card(pictures, np.array([0, 1] * 4))
    assert (card.input_type, card.features) == ("image", 48)
    texts = pd.DataFrame({"text": [f"review {i}" for i in range(8)], "y": [0, 1] * 4})
    assert draft_data_card(texts, "y").input_type == "text"


def test_few_whole_numbers_are_classes_unless_somebody_says_otherwise() -> None:
    x, y = np.arange(40.0).reshape(20, 2), np.array([1, 2] * 10)
    assert draft_data_card(x, y).task == "classification"
    assert draft_data_card(x, y, task="regression").task == "regression"
    assert draft_data_card(x, np.arange(20)).task == "regression"


def test_the_metric_is_chosen_by_the_labels_or_by_a_person() -> None:
    x, skewed = np.arange(40.0).reshape(20, 2), np.array([0] * 18 + [1] * 2)
    balanced = draft_data_card(x, skewed).metric
    assert (balanced.name, balanced.trivial) == ("balanced_accuracy", 0.5)
    loss = draft_data_card(x, skewed, metric="log_loss").metric
    assert loss.direction is Direction.MINIMIZE
    assert loss.trivial == pytest.approx(0.325083)
    own = draft_data_card(x, skewed, metric="gain", direction="maximize").metric
    assert (own.name, own.trivial) == ("gain", None)


X, Y = np.arange(12.0).reshape(6, 2), np.array([0, 1] * 3)
FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "column": (lambda: draft_data_card(FRAME, "labl"), "no column 'labl' .*'label'"),
    "no target": (lambda: draft_data_card(FRAME), "which column holds the labels"),
    "array": (lambda: draft_data_card(X), "an array has no column names"),
    "length": (lambda: draft_data_card(X, Y[:4]), "4 labels for 6 rows"),
    "kind": (lambda: draft_data_card({"a": 1}), "a dict is no data that a card"),
    "rows": (lambda: draft_data_card(FRAME[:0], "label"), "the data has no rows"),
    "features": (lambda: draft_data_card(FRAME[["label"]], "label"), "no features"),
    "constant": (lambda: draft_data_card(X, Y * 0), "are the same; there is nothing"),
    "no labels": (lambda: draft_data_card(X, Y * np.nan), "are missing"),
    "no classes": (
        lambda: draft_data_card(X, np.array(list("abcdef"))),
        "has 6 different labels in 6 rows; those are no classes",
    ),
    "infinite": (
        lambda: draft_data_card(X, np.array([np.inf, 1, 2.5, 3, 4, 5])),
        "infinite",
    ),
    "text numbers": (
        lambda: draft_data_card(FRAME, "label", task="regression"),
        "the labels in 'label' are no numbers",
    ),
    "twice": (
        lambda: draft_data_card(pd.concat([FRAME, FRAME], axis=1), "label"),
        "column 'age' stands twice",
    ),
    "task": (lambda: draft_data_card(X, Y, task="ranking"), "no task 'ranking'"),
    "direction": (
        lambda: draft_data_card(X, Y, metric="gain"),
        "metric 'gain' is not known and has no direction; say maximize or minimize",
    ),
    "turned": (
        lambda: draft_data_card(X, Y, metric="accuracy", direction="minimize"),
        "metric 'accuracy': maximize, not minimize",
    ),
    "metric": (
        lambda: draft_data_card(X, Y, metric="r2"),
        "metric 'r2' is not for labels that are classes; accuracy, ",
    ),
    "file": (lambda: draft_data_card("data.xls", "y"), "data.xls"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_no_card_can_be_drafted_of_is_told_in_one_line(name: str) -> None:
    make, told = FAULTS[name]
    with pytest.raises(CardFault, match=told) as caught:
        make()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("a.csv", "a,b\n1,2\n3\n", "a.csv, row 2: 1 values for 2 columns"),
        ("a.csv", "a,a\n1,2\n", "column 'a' stands twice"),
        ("a.jsonl", '{"a": 1}\n[1]\n', "a.jsonl, line 2: no JSON object"),
        ("a.jsonl", "{", "a.jsonl, line 1: no JSON"),
        ("a.tsv", "", "no column 'a' for the labels"),
    ],
)
def test_files_that_are_broken_are_told(
    name: str, text: str, told: str, tmp_path: Path
) -> None:
    path = tmp_path / name
    path.write_text(text)
    with pytest.raises(CardFault, match=told):
        draft_data_card(path, "a")


CARD = draft_data_card(FRAME, "label")
WRONG: dict[str, tuple[DataCard, str]] = {
    "rows": (replace(CARD, rows=7), "it says 7 rows, there are 6"),
    "features": (
        replace(CARD, features=3, types=()),
        "it says 3 features, there are 4",
    ),
    "missing": (replace(CARD, missing_fraction=0.5), "50.0% is missing, 8.3% is"),
    "types": (
        replace(CARD, types=(("number", 4),)),
        "it says features are 4 number, they are 1 boolean",
    ),
    "class": (
        replace(CARD, label_space=Classes(names=("no", "maybe"))),
        "it has no class 'yes', which is there; .* no row has class 'maybe'",
    ),
    "counts": (
        replace(CARD, label_space=Classes(names=("no", "yes"), counts=(3, 3))),
        "other numbers of rows",
    ),
    "content": (replace(CARD, fingerprint="0" * 32), "its fingerprint is of other"),
    "metric": (
        replace(CARD, metric=Metric(name="r2", direction=Direction.MAXIMIZE)),
        "contradicts itself: metric 'r2' is not for labels that are classes",
    ),
}


def test_a_card_that_says_what_is_so_passes() -> None:
    check(CARD, FRAME)
    check(replace(CARD, rows=None, types=(), fingerprint=""), FRAME, "label")


@pytest.mark.parametrize("name", WRONG)
def test_a_card_that_contradicts_the_data_says_so(name: str) -> None:
    card, told = WRONG[name]
    with pytest.raises(CardFault, match=told):
        check(card, FRAME)


def test_ranges_of_labels_are_held_against_the_data() -> None:
    x, y = np.arange(80.0).reshape(40, 2), np.arange(40.0)
    card = draft_data_card(x, y)
    check(card, x, y)
    assert isinstance(card.label_space, Interval)
    wrong = replace(card, label_space=replace(card.label_space, high=80.0))
    with pytest.raises(CardFault, match="the greatest label is 80, it is 39"):
        check(wrong, x, y)


def test_a_draft_is_plain_json() -> None:
    assert json.loads(CARD.hub.json)["train-eval-index"][0]["col_mapping"] == {
        "label": "target"
    }
