"""The program that reckons compares as every engine does."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest

from couler_jupyter.engines.tekton.programs import program, reckon
from couler_jupyter.ir import Operator, compare

VALUES: tuple[Any, ...] = (
    "5", "5.0", 5, " .5e1 ", "a", "", "nan", True, "true", None, [1, "x"], '[1, "x"]',
    {"a": 1}, [], "[", 0.1,
)  # fmt: skip


@pytest.mark.parametrize("operator", list(Operator))
def test_compares_alike(operator: Operator) -> None:
    for left, right in product(VALUES, VALUES):
        assert _of(reckon.compare, left, str(operator), right) == _of(
            compare, left, operator, right
        ), (left, right)


@pytest.mark.parametrize("name", ["stage", "leave", "reckon"])
def test_ships_nothing_that_is_replaced(name: str) -> None:
    assert "$" not in program(name)


def _of(function: Any, *given: Any) -> Any:
    try:
        return function(*given)
    except TypeError:
        return TypeError
