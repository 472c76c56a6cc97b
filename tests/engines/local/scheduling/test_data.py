from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.local.scheduling.accept import accept, read_text, shown
from couler_jupyter.engines.local.scheduling.data import (
    Kept,
    Located,
    Pickled,
    decode,
    encode,
    handle_in,
    told,
)
from couler_jupyter.engines.local.scheduling.evaluate import Unfit, Unknown, drill
from couler_jupyter.ir import S3, Constant, Http, SecretRef, ValueType

HANDLES = st.sampled_from(
    [
        Pickled("values/a", "set", ("k", 0)),
        Kept(path="artifacts/x", folder=True, size=3, sha256="00", storage="s3://b"),
        Located(S3(bucket="b", key="k", access_key=SecretRef("s", "k", optional=True))),
        Located(Http(url="http://x", headers=(("A", "b"),))),
    ]
)
KEYS = st.sampled_from(["a", "$pickle", "$plain", "$x", ""])
DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=3) | HANDLES,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=2)
    ),
    max_leaves=8,
)


@given(st.dictionaries(st.text(max_size=3), DATA, max_size=3))
def test_outputs_come_back(outputs: dict[str, Any]) -> None:
    assert decode(encode(outputs)) == outputs


@pytest.mark.parametrize("text", ["[]", '{"a": {"$what": 1}}', "x"])
def test_what_is_no_outputs(text: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(text)


def test_handles_are_found_and_told() -> None:
    kept = Kept(path="x", folder=False, size=1, sha256="")
    assert handle_in([1, {"a": [kept]}]) is kept
    assert handle_in({"a": [1, "x", None]}) is None
    assert told(Pickled("x", "sklearn.svm.SVC", ("a",))) == "a part of a SVC"
    assert told(kept) == "a file"
    assert told(Located(S3(key="k"))) == "an artifact"


@pytest.mark.parametrize(
    ("value", "kind", "come"),
    [
        ("3", ValueType.INTEGER, 3),
        (3, ValueType.NUMBER, 3),
        (3, ValueType.STRING, "3"),
        (True, ValueType.STRING, "true"),
        ("[1]", ValueType.LIST, [1]),
        ("x", ValueType.JSON, "x"),
        ('{"a": 1}', ValueType.OBJECT, {"a": 1}),
    ],
)
def test_values_become_what_is_asked_for(
    value: Any, kind: ValueType, come: Any
) -> None:
    assert accept(value, kind) == come


@pytest.mark.parametrize(
    ("value", "kind", "why"),
    [
        ("x", ValueType.INTEGER, 'is "x", not an integer'),
        (1.5, ValueType.INTEGER, "is 1.5, not an integer"),
        (True, ValueType.NUMBER, "is true, not a number"),
        ([1], ValueType.OBJECT, "is [1], not an object"),
        ("y" * 99, ValueType.LIST, 'is "' + "y" * 56 + "..., not a list"),
        (
            Pickled("p", "set"),
            ValueType.STRING,
            "is a set, which passes only between functions",
        ),
    ],
)
def test_values_that_do_not_fit(value: Any, kind: ValueType, why: str) -> None:
    with pytest.raises(Unfit) as caught:
        accept(value, kind)
    assert str(caught.value) == why


def test_pickles_pass_to_functions_alone() -> None:
    model = Pickled("p", "Model")
    assert accept(model, ValueType.PYTHON, pickles=True) is model
    assert accept([model], ValueType.LIST, pickles=True) == [model]
    with pytest.raises(Unfit, match="is a Model, not a number"):
        accept(model, ValueType.NUMBER, pickles=True)
    with pytest.raises(Unfit, match="is a dict that holds a Model, not a list"):
        accept({"a": model}, ValueType.LIST, pickles=True)


def test_choices_are_told_exactly() -> None:
    choices = (Constant.of(1), Constant.of("1"))
    assert accept("1", ValueType.JSON, choices) == "1"
    with pytest.raises(Unfit, match=r'is true; it must be one of 1, "1"'):
        accept(True, ValueType.JSON, choices)


def test_text_of_programs() -> None:
    assert read_text("-Infinity", ValueType.JSON) == "-Infinity"
    assert read_text("[" * 100_000, ValueType.JSON) == "[" * 100_000
    assert shown("a" * 99).endswith("a...")


def test_parts_of_values() -> None:
    assert drill({"a": [1, {"b": 2}]}, ("a", 1, "b"), "it") == 2
    for path in (("b",), ("a", 9), ("a", "x"), ("a", 0, 0)):
        with pytest.raises(Unknown, match="it has no"):
            drill({"a": [1]}, path, "it")
