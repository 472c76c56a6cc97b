"""YAML text that every reader takes for the same plain objects."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.kube.scalars import plain
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.engines.kube.yaml_writing import dump, dump_all

_LOADERS = [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)]
_HARD = [
    "",
    " ",
    "y",
    "Yes",
    "NO",
    "on",
    "Off",
    "true",
    "null",
    "~",
    "=",
    "<<",
    "0755",
    "0o17",
    "0x1F",
    "1_000",
    "1e3",
    "1.",
    ".5",
    "-",
    "- a",
    "---",
    "--- a",
    "...",
    "-1",
    "+1",
    "12:30",
    "12:30:45",
    "2024-01-01",
    "2024-01-01T00:00:00Z",
    ".inf",
    "-.Inf",
    ".NaN",
    "a: b",
    "a:",
    ":a",
    "a #b",
    "#a",
    "a#b",
    "&a",
    "*a",
    "!a",
    "|",
    ">",
    "%a",
    "@a",
    "`a",
    "'a'",
    "it's",
    '"a"',
    "{a}",
    "[a]",
    "{{a}}",
    "a, b",
    "? a",
    "\t",
    "a\tb",
    "a\x07b",
    "a\x7fb",
    "a\x85b",
    "a\u2028b",
    "\ufeffa",
    "ü",
    "日本",
    "😀",
    "a ",
    " a",
    "a\\b",
    "--flag",
    "-x",
    "$(a)",
    "a\r\nb",
    "a\n",
    "\na",
    "\n",
    "\n\n",
    " \n a",
    "a\n\n\n",
    "a\n b\n\tc\n",
    "\ta\nb",
    "a \nb",
    "a\n  ",
    "a\nb \n",
    "a\n\n b",
    "# no comment\nx",
    "---\na: 1\n",
    "%x\ny",
]


def _read_all(text: str) -> list[Any]:
    found = [yaml.load(text, Loader=one) for one in _LOADERS]
    return [*found, read_text(text)[0].value]


@pytest.mark.parametrize("text", _HARD)
def test_every_reader_reads_the_same_text(text: str) -> None:
    whole = {"a": text, "b": [text, [text], {"c": text}], "d": {"e": text}}
    for read in _read_all(dump(whole)):
        assert read == whole


@pytest.mark.parametrize("text", [one for one in _HARD if one])
def test_keys_are_texts_too(text: str) -> None:
    whole = {"x": {text: 1}, "y": [{text: {"z": 1}}]}
    for read in _read_all(dump(whole)):
        assert read == whole


@pytest.mark.parametrize("size", [1000, 1030, 5000])
def test_long_keys(size: int) -> None:
    whole = {"x": {"k" * size: {"a": 1}, "b": 2}, "y": [{"'k" * size: [1]}]}
    for read in _read_all(dump(whole)):
        assert read == whole


def test_a_multi_line_text_stands_line_by_line() -> None:
    text = dump({"source": "import sys\n\nif True:\n    print(1)\n", "b": 1})
    assert text == ("source: |\n  import sys\n\n  if True:\n      print(1)\nb: 1\n")


def test_layout() -> None:
    whole: dict[str, Any] = {
        "a": [{"b": 1, "c": [2, []]}, {}],
        "d": {},
        "e": None,
        "f": [[1, 2], 3],
    }
    assert dump(whole) == (
        "a:\n- b: 1\n  c:\n  - 2\n  - []\n- {}\nd: {}\ne: null\nf:\n- - 1\n  - 2\n- 3\n"
    )


def test_the_order_is_kept_and_the_text_is_the_same() -> None:
    assert dump({"b": 1, "a": 2}) == "b: 1\na: 2\n"
    assert dump({"b": 1, "a": 2}) == dump({"b": 1, "a": 2})


def test_equal_values_are_written_out_each_time() -> None:
    shared = {"x": [1]}
    assert dump({"a": shared, "b": shared}) == "a:\n  x:\n  - 1\nb:\n  x:\n  - 1\n"


def test_several_documents() -> None:
    assert dump_all([{"a": 1}, {"b": 2}]) == "a: 1\n---\nb: 2\n"
    assert dump({}) == "{}\n"


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), object(), {1, 2}, {1: 2}, b"x"]
)
def test_what_json_has_no_word_for_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        dump({"a": value})


@pytest.mark.parametrize("number", [0, -1, 2**64, 0.1, 1e16, 1e-7, -2.5e300, 3.0])
def test_numbers(number: float) -> None:
    for read in _read_all(dump({"a": number})):
        assert read == {"a": number}
        assert type(read["a"]) is type(number) or abs(number) >= 2**63


_texts = st.text(
    st.characters(exclude_categories=["Cs"])
    | st.sampled_from("\n\n  \t:#-'\"{}[]&*!|>%@`?,=yn01.")
)
_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**62), 2**62) | _texts,
    lambda inner: st.lists(inner) | st.dictionaries(_texts, inner),
    max_leaves=12,
)


@given(st.dictionaries(_texts, _values, min_size=1))
def test_any_value_is_read_back(whole: dict[str, Any]) -> None:
    text = dump(whole)
    for loader in _LOADERS:
        assert yaml.load(text, Loader=loader) == whole


@given(st.dictionaries(_texts, _values, min_size=1))
def test_any_value_is_read_back_as_kubernetes_reads(whole: dict[str, Any]) -> None:
    assert read_text(dump(whole))[0].value == whole


@given(st.from_regex(r"[-+.]?[0-9_xXoObBeE:.,TZ+ -]{1,12}", fullmatch=True))
def test_nothing_like_a_number_is_left_unquoted(text: str) -> None:
    written = dump({"a": text})[3:-1]
    if not written.startswith(("'", '"')):
        assert plain(written) == text
        for loader in _LOADERS:
            assert yaml.load(written, Loader=loader) == text
