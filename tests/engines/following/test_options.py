"""Options are known, and of the right kind; what is wrong is told all at once."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from couler_jupyter.engines.following.options import options_json, options_of
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Json


@dataclass(frozen=True, kw_only=True)
class Options:
    where: str = ""
    limit: int = 5
    patience: float = 1.5
    logs: bool = True
    names: tuple[str, ...] = ()
    how: str = "well"
    token_from: str = ""


SOME = {"how": ("well", "badly")}


def test_values_of_the_right_kind_are_taken() -> None:
    given: dict[str, Json] = {"limit": 3, "patience": 2, "names": ["a"], "how": "badly"}
    found = options_of(Options, given, SOME)
    assert found == Options(limit=3, patience=2, names=("a",), how="badly")
    assert options_json(found) == {**given, "names": ("a",)}
    assert options_json(Options()) == {}


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("limit", 1.5, "write a number, 0 or more"),
        ("limit", True, "write a number, 0 or more"),
        ("patience", -1, "write a number, 0 or more"),
        ("logs", "yes", "write true or false"),
        ("names", "a", "write a list of texts"),
        ("how", "no", "write well or badly"),
        ("wher", "x", "no option 'wher'.*'where'"),
        ("token", "hidden", "write token_from, secrets are never options"),
        ("token_from", "hidden", "not the value itself"),
    ],
)
def test_all_others_are_refused(name: str, value: Json, said: str) -> None:
    with pytest.raises(UsageFailed, match=said) as caught:
        options_of(Options, {name: value}, SOME)
    assert "hidden" not in str(caught.value)
