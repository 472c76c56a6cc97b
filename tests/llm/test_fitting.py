from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.llm.fitting import faults_of

SCHEMAS: list[dict[str, Any]] = [
    {"type": "string"},
    {"type": ["integer", "null"]},
    {"type": "number", "minimum": 0, "maximum": 1},
    {"enum": ["a", 1, None]},
    {"const": "a"},
    {"anyOf": [{"type": "boolean"}, {"type": "string"}]},
    {"type": "array", "items": {"type": "integer"}, "minItems": 1, "maxItems": 2},
    {
        "type": "object",
        "properties": {"a": {"$ref": "#/$defs/b"}},
        "required": ["a"],
        "additionalProperties": False,
        "$defs": {"b": {"type": "array", "items": {"$ref": "#/$defs/c"}}, "c": {}},
    },
]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-2, 3)
    | st.floats(-1, 2)
    | st.sampled_from("ab"),
    lambda below: (
        st.lists(below, max_size=3)
        | st.dictionaries(st.sampled_from("ab"), below, max_size=2)
    ),
    max_leaves=4,
)


@pytest.mark.parametrize("number", range(len(SCHEMAS)))
def test_a_value_fits_exactly_where_jsonschema_says_so(number: int) -> None:
    jsonschema = pytest.importorskip("jsonschema")
    schema = SCHEMAS[number]
    judge = jsonschema.Draft202012Validator(schema)

    @given(VALUES)
    def same(value: Any) -> None:
        assert (not faults_of(value, schema)) == judge.is_valid(value)

    same()


@pytest.mark.parametrize(
    ("value", "schema", "said"),
    [
        ({}, {"required": ["a"]}, "the answer has no a"),
        ({"b": {"c": [1]}}, {"properties": {"b": {"properties": {"c": {"items": {
            "type": "string"}}}}}}, "b.c[0] is 1, no string"),
        (5, {"type": ["string", "null"]}, "the answer is 5, no string or null"),
        ("x" * 99, {"const": 1}, f"the answer is '{'x' * 56}..., not 1"),
    ],
    ids=["missing", "deep", "kinds", "long"],
)  # fmt: skip
def test_a_fault_says_where_and_what(value: Any, schema: Any, said: str) -> None:
    assert faults_of(value, schema) == [said]


def test_a_schema_that_goes_in_circles_holds_nothing_back() -> None:
    ring = {"$ref": "#/$defs/a", "$defs": {"a": {"$ref": "#/$defs/a"}}}
    assert faults_of({"x": 1}, ring) == []
