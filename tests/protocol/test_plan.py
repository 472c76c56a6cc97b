"""Plans as JSON."""

from __future__ import annotations

import json
from typing import Any

import pytest

from couler_jupyter.planning import Fate, plan_view
from couler_jupyter.protocol import FateWord, is_plan
from tests.protocol import golden
from tests.protocol.plans import plan, plan_unknown


@pytest.mark.parametrize(
    ("name", "made"), [("train", plan()), ("unknown", plan_unknown())]
)
def test_view_is_what_it_was(name: str, made: Any) -> None:
    text = json.dumps(plan_view(made), indent=1, ensure_ascii=False) + "\n"
    golden.check(f"protocol/plan_{name}.json", text)


def test_what_is_read_back_is_a_plan() -> None:
    view = json.loads(json.dumps(plan_view(plan())))
    assert is_plan(view)
    assert view == plan_view(plan())


@pytest.mark.parametrize("lost", ["rows", "after", "sizes", "currency"])
def test_what_lacks_something_is_none(lost: str) -> None:
    view: dict[str, Any] = {**plan_view(plan())}
    del view[lost]
    assert not is_plan(view)


@pytest.mark.parametrize(
    "change", [{"rows": [{}]}, {"rows": 3}, {"after": None}, {"sizes": [{"of": "x"}]}]
)
def test_what_has_something_else_is_none(change: dict[str, Any]) -> None:
    assert not is_plan({**plan_view(plan()), **change})


@pytest.mark.parametrize("given", [None, [], "plan", {}])
def test_other_things_are_none(given: Any) -> None:
    assert not is_plan(given)


def test_every_fate_has_its_word() -> None:
    assert {one.value for one in Fate} == set(FateWord.__args__)  # type: ignore[attr-defined]
