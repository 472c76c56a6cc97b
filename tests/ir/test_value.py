"""Constants are exact and frozen; texts and numbers are what every engine reads."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.ir import (
    Constant,
    DictOf,
    FirstOf,
    Format,
    ItemRef,
    ListOf,
    OutputRef,
    ParameterRef,
    Raw,
    as_number,
    as_text,
    leaves,
    substitute,
)
from couler_jupyter.testing.strategies import jsons

REF, ITEM = OutputRef("one"), ItemRef(("a", 0))
TREE = Format(
    (
        "x",
        REF,
        ListOf((ITEM, Constant.of(1))),
        DictOf((("k", FirstOf((REF, Raw("argo", "r")))),)),
    )
)


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types all the way down."""
    if type(one) is not type(other):
        return False
    if isinstance(one, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[k], other[k]) for k in one)
    return bool(one == other) and str(one) == str(other)


@given(jsons())
def test_a_constant_gives_back_what_it_was_made_of(value: Any) -> None:
    constant = Constant.of(value)
    assert same(constant.value, value)
    assert Constant(constant.json) == constant
    assert hash(Constant.of(constant.value)) == hash(constant)


@pytest.mark.parametrize(
    ("value", "json"),
    [
        (-0.0, "-0.0"),
        (10**400, "1" + "0" * 400),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (True, "true"),
        ((1, (2,)), "[1,[2]]"),
        ("é\u2028\0😀", '"é\u2028\\u0000😀"'),
        ({"b": 1, "a": 2}, '{"b":1,"a":2}'),
        (None, "null"),
    ],
)
def test_a_constant_is_compact_json(value: Any, json: str) -> None:
    assert Constant.of(value).json == json


def nested(depth: int) -> list[Any]:
    value: list[Any] = []
    for _ in range(depth - 1):
        value = [value]
    return value


@pytest.mark.parametrize(
    ("value", "error"),
    [
        (float("nan"), ValueError),
        ([float("inf")], ValueError),
        ({1: 2}, TypeError),
        ({"a": {1, 2}}, TypeError),
        (b"x", TypeError),
        (object(), TypeError),
        ("\ud800", ValueError),
        ({"\udfff": 1}, ValueError),
        ([10**5000], ValueError),
        (nested(51), ValueError),
        (nested(5000), ValueError),
    ],
)
def test_what_is_no_json_is_no_constant(value: Any, error: type[Exception]) -> None:
    with pytest.raises(error):
        Constant.of(value)


def test_constants_nest_fifty_levels() -> None:
    assert Constant.of(nested(50)).value == nested(50)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[1, 2]",
        '{"a": 1}',
        '{"a":1,"a":2}',
        "1.50",
        "1 ",
        "1e999",
        "NaN",
        "Infinity",
        "True",
        "[" * 2000,
        '"\\u00e9"',
        '"\ud800"',
    ],
)
def test_a_constant_has_one_text(text: str) -> None:
    with pytest.raises(ValueError, match="is no compact JSON"):
        Constant(text)


def test_leaves_come_from_left_to_right() -> None:
    assert list(leaves(TREE)) == [REF, ITEM, Constant.of(1), REF, Raw("argo", "r")]
    assert list(leaves("text")) == []
    assert list(leaves(REF)) == [REF]


def test_substitute_replaces_leaves_everywhere() -> None:
    made = substitute(TREE, {REF: ParameterRef("p"), ITEM: TREE})
    assert [leaf for leaf in leaves(made) if leaf == REF] == [REF, REF]
    assert next(leaves(made)) == ParameterRef("p")
    assert substitute(TREE, {}) == TREE


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (5, 5),
        (0.5, 0.5),
        ("5", 5),
        (" 5 ", 5),
        ("+5", 5),
        ("-.5e1", -5.0),
        ("5.", 5.0),
        ("9007199254740993", 9007199254740993),
        (True, None),
        (None, None),
        ([], None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("Infinity", None),
        ("1_000", None),
        ("0x10", None),
        ("1e", None),
        ("٣", None),
        ("5 5", None),
        ("1" * 1001, None),
    ],
)
def test_only_decimal_numbers_are_numbers(value: Any, number: float | None) -> None:
    found = as_number(value)
    assert found == number
    assert type(found) is type(number)


@given(st.one_of(st.integers(-(10**30), 10**30), st.floats(-1e300, 1e300)))
def test_a_number_reads_back_from_its_text(number: float) -> None:
    assert as_number(as_text(number)) == number
