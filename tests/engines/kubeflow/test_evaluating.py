"""What is computed between tasks comes to the same as in the package."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.kubeflow import evaluating
from couler_jupyter.ir import Operator, as_number, as_text, compare

_VALUES: tuple[Any, ...] = (
    "5",
    5,
    5.0,
    "05",
    "",
    "heads",
    True,
    "true",
    None,
    [1, "2"],
    ["1", 2.0],
    '["a", "5"]',
    {"a": 1},
    {"a": "1"},
    "nan",
    "1_000",
    " 7 ",
    2**60,
)


@pytest.mark.parametrize("operator", Operator)
def test_compares_as_everywhere(operator: Operator) -> None:
    """Every pair of these, and where one has no order the other has none."""
    for left in _VALUES:
        for right in _VALUES:
            try:
                wanted = compare(left, operator, right)
            except TypeError:
                with pytest.raises(SystemExit):
                    evaluating.compared(left, str(operator), right)
                continue
            found = evaluating.compared(left, str(operator), right)
            assert found is wanted, (left, operator, right)


def test_reads_numbers_and_writes_texts_as_everywhere() -> None:
    for value in _VALUES:
        assert evaluating.number(value) == as_number(value)
        assert evaluating.as_text(value) == as_text(value)


@pytest.mark.parametrize(
    ("node", "texts", "wanted"),
    [
        (["text", 0, "json"], ["[1, 2]"], "[1,2]"),
        (["text", 0, "string"], ["[1, 2]"], "[1, 2]"),
        (["gathered", 0, "json"], ['["1", "x"]'], '[1,"x"]'),
        (["gathered", 0, "string"], ['["1"]'], '["1"]'),
        (["part", ["text", 0, "json"], ["a", 1]], ['{"a": [1, 2]}'], "2"),
        (
            ["items", ["text", 0, "json"]],
            ["[9007199254740993]"],
            '["9007199254740993"]',
        ),
        (
            ["range", ["constant", 5], ["constant", 1], -2, "n%02d"],
            [],
            '["n05","n03","n01"]',
        ),
        (["ended", 0], ['{"state": "FAILED"}'], "failed"),
        (["kube-ended", 0], ['{"state": "SUCCEEDED"}'], "Succeeded"),
        (["all", []], [], "true"),
        (["not", ["any", []]], [], "true"),
    ],
)
def test_computes(node: Any, texts: list[str], wanted: str, tmp_path: Path) -> None:
    """A node and the texts it names, to a file in a folder that is not there yet."""
    place = tmp_path / "made" / "value"
    evaluating.main(str(place), json.dumps(node), *texts)
    assert place.read_text("utf-8") == wanted


@pytest.mark.parametrize(
    ("node", "told"),
    [
        (["items", ["constant", 5]], "5 is no list to go through"),
        (["part", ["constant", [1]], [3]], "[1] has no part 3"),
        (["range", ["constant", "a"], ["constant", 1], 1, None], "whole number"),
    ],
)
def test_says_what_is_wrong(node: Any, told: str) -> None:
    with pytest.raises(SystemExit, match=told.replace("[", r"\[")):
        evaluating.value_of(node, ())
