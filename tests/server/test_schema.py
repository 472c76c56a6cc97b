"""Types of answers as JSON Schema."""

from __future__ import annotations

from typing import Any, Literal, NotRequired, TypedDict

import pytest

from couler_jupyter.protocol import RunChange, RunPatch
from couler_jupyter.server.schema import components, reference, schema_of


class Inner(TypedDict):
    """What is inside.

    More of it.
    """

    a: int


class Outer(TypedDict):
    inner: list[Inner]
    kind: Literal["one"]
    maybe: NotRequired[str]


@pytest.mark.parametrize(
    ("hint", "schema"),
    [
        (str, {"type": "string"}),
        (bool, {"type": "boolean"}),
        (float | None, {"type": ["number", "null"]}),
        (Any, {}),
        (list[str], {"type": "array", "items": {"type": "string"}}),
        (Literal["a"], {"const": "a"}),
        (Literal["a", "b"], {"enum": ["a", "b"]}),
        (Inner, {"$ref": "#/components/schemas/Inner"}),
        (Inner | None, {"anyOf": [reference(Inner), {"type": "null"}]}),
    ],
)
def test_a_type(hint: object, schema: object) -> None:
    assert schema_of(hint) == schema


def test_what_json_lacks() -> None:
    with pytest.raises(TypeError, match="JSON has no"):
        schema_of(set[str])


def test_what_is_inside_comes_along() -> None:
    found = components([Outer])
    assert list(found) == ["Inner", "Outer"]
    assert found["Inner"]["description"] == "What is inside."
    assert found["Outer"]["required"] == ["inner", "kind"]


def test_marks_are_seen_in_types_of_the_protocol() -> None:
    found = components([RunPatch])
    assert "sent" not in found["RunPatch"]["required"]
    assert found[RunChange.__name__]["required"] == []


class Elsewhere:
    class Inner(TypedDict):
        b: str


def test_two_types_of_one_name() -> None:
    with pytest.raises(ValueError, match="two types are called Inner"):
        components([Outer, Elsewhere.Inner])
