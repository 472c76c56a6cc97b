"""What stands in every DAG file says the same as the rules of the workflow."""

from __future__ import annotations

import ast
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from couler_jupyter.engines.airflow import prelude
from couler_jupyter.engines.airflow.prelude import trees, values
from couler_jupyter.ir import Operator, as_number, as_text, compare

_SOME: tuple[Any, ...] = (
    "5",
    5,
    5.0,
    "07",
    "nan",
    "a",
    "",
    True,
    None,
    [1, "2"],
    "[1, 2]",
    {"a": 1},
    "1_000",
    " .5e1 ",
)
_FILES = sorted(
    path
    for path in Path(prelude.__file__).parent.glob("*.py")
    if path.stem != "__init__"
)


def _outcome(function: Any, *given: Any) -> Any:
    try:
        return function(*given)
    except (TypeError, values.Unfit):
        return "refused"


@pytest.mark.parametrize("operator", list(Operator))
def test_compares_as_the_workflow_does(operator: Operator) -> None:
    for left, right in product(_SOME, _SOME):
        here = _outcome(values.compare, left, operator.value, right)
        assert here == _outcome(compare, left, operator, right), (left, right)


def test_reads_texts_and_numbers_as_the_workflow_does() -> None:
    for one in _SOME:
        assert values.as_text(one) == as_text(one)
        assert values.as_number(one) == as_number(one)


def test_first_of_takes_the_first_that_is_there() -> None:
    def look_up(ref: Any) -> Any:
        if ref[1] == "gone":
            raise values.Unknown(ref[1])
        return 7

    choice = ("first", ("output", "gone", "x"), ("output", "there", "x"))
    assert trees.evaluate(choice, look_up) == 7


def test_accept_reads_text_where_a_number_is_asked_for() -> None:
    assert values.accept("4", "integer") == 4
    with pytest.raises(values.Unfit, match="no integer"):
        values.accept("x", "integer")


def test_modules_share_no_name() -> None:
    """Their texts stand in one file, so that one name has one meaning."""
    owners: dict[str, str] = {}
    for path in _FILES:
        for node in ast.parse(path.read_text(encoding="utf-8")).body:
            for name in _names(node):
                assert owners.setdefault(name, path.stem) == path.stem, name


def _names(node: ast.stmt) -> list[str]:
    match node:
        case ast.FunctionDef(name=name) | ast.ClassDef(name=name):
            return [name]
        case ast.Assign(targets=targets):
            return [one.id for one in targets if isinstance(one, ast.Name)]
        case ast.AnnAssign(target=ast.Name(id=name)):
            return [name]
        case _:
            return []
