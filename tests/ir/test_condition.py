"""How values compare, the same on every engine."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Constant,
    Ended,
    Not,
    Operator,
    Outcome,
    ParameterRef,
    Raw,
    Value,
    as_text,
    atoms,
    compare,
    conjuncts,
    negate,
    with_atoms,
    with_values,
)
from couler_jupyter.testing.parts import equal
from couler_jupyter.testing.strategies import jsons

EQUAL = [
    (1, 1),
    (1, 1.0),
    ("1", 1),
    ("1.0", "1"),
    ("1e1", 10),
    ("abc", "abc"),
    ("", ""),
    (None, None),
    (None, "null"),
    (True, "true"),
    (True, True),
    ("nan", "nan"),
    ("inf", "inf"),
    ([1, 2], [1.0, "2"]),
    ((1,), [1]),
    ({"a": 1, "b": [2]}, {"b": [2.0], "a": "1"}),
    ([1, 2], "[1,2]"),
    (9007199254740993, "9007199254740993"),
    (-0.0, 0),
]
UNEQUAL = [
    (1, 2),
    (1, True),
    ("1", True),
    (0, None),
    ("", None),
    ("True", True),
    ("a", "A"),
    (9007199254740993, "9007199254740992"),
    (9007199254740993.0, 9007199254740993),
    ("1_000", 1000),
    ("inf", "1e999"),
    ([1], [1, 1]),
    ([1], [2]),
    ({"a": 1}, {"a": 2}),
    ({"a": 1}, {"b": 1}),
    ({}, []),
    ("a ", "a"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal(left: Any, right: Any) -> None:
    for one, other in ((left, right), (right, left)):
        assert compare(one, Operator.EQUAL, other)
        assert not compare(one, Operator.NOT_EQUAL, other)


@pytest.mark.parametrize(("left", "right"), UNEQUAL)
def test_unequal(left: Any, right: Any) -> None:
    for one, other in ((left, right), (right, left)):
        assert not compare(one, Operator.EQUAL, other)
        assert compare(one, Operator.NOT_EQUAL, other)


@pytest.mark.parametrize(
    ("small", "big"),
    [
        (1, 2),
        ("9", "10"),
        (2, "10"),
        ("-1", 0),
        (0.1, "0.2"),
        ("a", "b"),
        ("B", "a"),
        ("9", "a"),
        ("", "a"),
        ("inf", "nan"),
        (9007199254740992, "9007199254740993"),
    ],
)
def test_order(small: Any, big: Any) -> None:
    assert compare(small, Operator.SMALLER, big)
    assert compare(small, Operator.SMALLER_EQUAL, big)
    assert compare(big, Operator.BIGGER, small)
    assert compare(big, Operator.BIGGER_EQUAL, small)
    assert not compare(small, Operator.BIGGER, big)
    assert not compare(small, Operator.BIGGER_EQUAL, big)
    assert not compare(big, Operator.SMALLER, small)
    assert not compare(big, Operator.SMALLER_EQUAL, small)


@pytest.mark.parametrize(("left", "right"), [(1, "1.0"), ("a", "a"), (0.0, -0.0)])
def test_the_same_is_neither_smaller_nor_bigger(left: Any, right: Any) -> None:
    assert compare(left, Operator.SMALLER_EQUAL, right)
    assert compare(left, Operator.BIGGER_EQUAL, right)
    assert not compare(left, Operator.SMALLER, right)
    assert not compare(left, Operator.BIGGER, right)


@pytest.mark.parametrize(
    ("left", "right"),
    [(1, "a"), ("a", 1), ([1], [2]), ({}, {}), (True, False), (None, 1), (1, None)],
)
def test_no_order(left: Any, right: Any) -> None:
    with pytest.raises(TypeError, match="have no order; compare numbers with numbers"):
        compare(left, Operator.SMALLER, right)


@pytest.mark.parametrize(
    ("item", "among"),
    [
        (1, [1, 2]),
        ("1", [1.0]),
        ("mlp", ["mlp"]),
        ("mlp", '["mlp", "forest"]'),
        (2, " [1, 2]"),
        ("ml", "mlp"),
        (5, "15"),
        ([1], [[1]]),
        ("a", {"a": 1}),
        ("", "x"),
        (True, [True]),
        ("x", "[not json, but x]"),
    ],
)
def test_among(item: Any, among: Any) -> None:
    assert compare(item, Operator.IN, among)
    assert not compare(item, Operator.NOT_IN, among)


@pytest.mark.parametrize(
    ("item", "among"),
    [(1, []), (5, "[15]"), (True, [1]), ("b", {"a": "b"}), ("x", "[]"), ([1], [1])],
)
def test_not_among(item: Any, among: Any) -> None:
    assert not compare(item, Operator.IN, among)
    assert compare(item, Operator.NOT_IN, among)


@pytest.mark.parametrize(("item", "among"), [(1, 12), ([1], "text"), ("a", None)])
def test_nowhere_to_look(item: Any, among: Any) -> None:
    with pytest.raises(TypeError, match="is no list to look in"):
        compare(item, Operator.IN, among)


def test_long_values_are_cut_in_messages() -> None:
    with pytest.raises(TypeError) as caught:
        compare("x" * 1000, Operator.SMALLER, 1)
    assert len(str(caught.value)) < 200


@given(jsons())
def test_everything_equals_itself_and_its_text(value: Any) -> None:
    assert compare(value, Operator.EQUAL, value)
    assert compare(value, Operator.EQUAL, as_text(value))


@given(jsons(), jsons())
def test_equality_has_no_side(left: Any, right: Any) -> None:
    same = compare(left, Operator.EQUAL, right)
    assert same == compare(right, Operator.EQUAL, left)


numbers = st.one_of(st.integers(), st.floats(allow_nan=False, allow_infinity=False))


@given(numbers, numbers)
def test_numbers_order_as_python_has_them(left: float, right: float) -> None:
    assert compare(left, Operator.SMALLER, right) == (left < right)
    assert compare(str(left), Operator.SMALLER, right) == (left < right)
    assert compare(left, Operator.BIGGER_EQUAL, str(right)) == (left >= right)


A, B, C = equal(1, 2), Ended("s", (Outcome.FAILED,)), Raw("argo", "x")


def test_atoms_come_from_left_to_right() -> None:
    assert list(atoms(AllOf((Not(A), AnyOf((B, C)))))) == [A, B, C]


def test_negate_does_not_double() -> None:
    assert negate(A) == Not(A)
    assert negate(negate(A)) == A


def test_conjuncts_are_what_must_hold() -> None:
    assert conjuncts(None) == frozenset()
    assert conjuncts(A) == {A}
    assert conjuncts(AllOf((A, AllOf((B, Not(C)))))) == {A, B, Not(C)}
    assert conjuncts(AnyOf((A, B))) == {AnyOf((A, B))}


def test_words_of_enumerations_may_be_plain_text() -> None:
    assert Compare(Constant.of(1), Operator("=="), Constant.of(2)) == A


def test_values_are_changed_wherever_they_are_compared() -> None:
    before = AllOf((Compare(_ref("a"), Operator.EQUAL, Constant.of(1)), Ended("x", ())))
    tree = AnyOf((Not(before), Raw("argo", "{{x}}")))

    def change(value: Value) -> Value:
        return _ref("b") if value == _ref("a") else value

    after = AllOf((Compare(_ref("b"), Operator.EQUAL, Constant.of(1)), Ended("x", ())))
    assert with_values(tree, change) == AnyOf((Not(after), Raw("argo", "{{x}}")))


def test_comparisons_and_ends_are_changed_to_any_condition() -> None:
    tree = Not(AllOf((Ended("x", ()), Compare(_ref("a"), Operator.EQUAL, _ref("b")))))
    found = with_atoms(tree, Not)
    assert [*atoms(found)] == [*atoms(tree)]
    assert found == Not(AllOf(tuple(Not(atom) for atom in atoms(tree))))


def _ref(name: str) -> ParameterRef:
    return ParameterRef(name)
