"""YAML from strangers is bounded and strict, and ours is read alike by all."""

from __future__ import annotations

import tracemalloc

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import from_yaml
from couler_jupyter.ir.safe_yaml import dump, load
from couler_jupyter.testing.strategies import jsons, texts

LAUGHS = "\n".join(
    ["l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
)
MERGES = "\n".join(
    ["m0: &m0 {a: 1, b: 2}"]
    + [f"m{n}: &m{n} {{<<: [{', '.join([f'*m{n - 1}'] * 10)}]}}" for n in range(1, 12)]
)
MANY = "a: &a [" + "x, " * 1000 + "x]\nb: [" + "*a, " * 1000 + "*a]"
TOO_MUCH = "aliases repeat far more than is written"

BAD = [
    (LAUGHS, TOO_MUCH),
    (MERGES, TOO_MUCH),
    (MANY, TOO_MUCH),
    ("&a [*a]", "alias 'a' is inside itself at line 1, column 5"),
    ("a: &a {b: {c: *a}}", "alias 'a' is inside itself"),
    ("[" * 100_000, "more than 500 levels deep at line 1, column 501"),
    ("- " * 600, "more than 500 levels deep"),
    ("{a: " * 100_000 + "}" * 100_000, "more than 500 levels deep"),
    ("a: 1\nb: 2\na: 3", "key 'a' stands twice at line 3, column 1"),
    ("{1: a, 0x1: b}", "key 1 stands twice"),
    ("a: *b", "undefined alias"),
    ("a: !!python/object/apply:os.system [true]", "could not determine a constructor"),
    ("a: 1\n---\nb: 2", "but found another document"),
    ("a: \0", "control characters are not allowed"),
    ("a: [", "did not find expected node content"),
    ("? [a, b]\n: c", "a key must be text at line 1, column 3"),
    ("? {a: b}\n: c", "a key must be text at line 1, column 3"),
    ("a: \ud800", "surrogates not allowed"),
    ("a: " + "1" * 5000, "Exceeds the limit"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[text[:20] for text, _ in BAD])
def test_what_is_refused(text: str, message: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        from_yaml(text)
    assert message in str(caught.value)


HUGE = "0x" + "f" * 6000
HUGE_PLACES = [
    "version: {}\nworkflow: {{}}",
    "version: 1\nworkflow: {{? {}\n  : 1}}",
    "version: 1\nworkflow: {{name: w, labels: {{? {}\n    : {{}}}}}}",
    "version: 1\ntemplates: {{? {}\n  : 4}}\nworkflow: {{}}",
    "version: 1\nworkflow: {{timeout: {}}}",
    "version: 1\nworkflow: {{steps: [{{template: {{kind: {}}}}}]}}",
    "version: 1\nworkflow: {{extras: [{{value: {}}}]}}",
    "version: 1\nworkflow: {}",
    "version: 1\n? {}\n: 1",
]


@pytest.mark.parametrize("text", HUGE_PLACES)
def test_numbers_too_big_to_say_are_refused_in_few_words(text: str) -> None:
    with pytest.raises(InvalidDocument) as caught:
        from_yaml("format: couler-workflow\n" + text.format(HUGE))
    assert len(str(caught.value)) < 500


def test_a_bomb_stays_small() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(yaml.YAMLError):
            load(LAUGHS)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5_000_000


def test_honest_aliases_and_merges_are_fine() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: {<<: *base, b: 3}\nlist: [*base, *base]"
    base = {"a": 1, "b": 2}
    assert load(text) == {"base": base, "more": {"a": 1, "b": 3}, "list": [base, base]}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("no", "no"),
        ("12:30:45", "12:30:45"),
        ("2026-11-22", "2026-11-22"),
        ("1_000", "1_000"),
        ("0755", 0o755),
        ("0o755", 0o755),
        ("089", "089"),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("0x1f", 31),
        ("true", True),
        ("~", None),
        ("", None),
        ("<<", "<<"),
        ("=", "="),
        ("!!str 5", "5"),
    ],
)
def test_words_are_read_as_people_mean_them(text: str, value: object) -> None:
    found = load(f"a: {text}")["a"]
    assert found == value
    assert type(found) is type(value)


lines = st.lists(st.one_of(texts(), st.text(" \t#-|>:'\"\x85\u2028a", max_size=5)))


@given(st.one_of(texts(200), lines.map("\n".join)))
def test_any_text_reads_back_in_any_reader(text: str) -> None:
    written = dump({"a": text, text: [text]})
    assert load(written) == {"a": text, text: [text]}
    assert yaml.safe_load(written) == {"a": text, text: [text]}


@pytest.mark.parametrize(
    "text", ["089", "0o7", "1e3", "on", "12:30", "2026-11-22", "="]
)
def test_text_that_some_reader_takes_for_more_is_quoted(text: str) -> None:
    assert dump([text]) == f"- '{text}'\n"


def test_letters_of_all_scripts_stand_as_they_are_in_the_given_order() -> None:
    assert dump({"größe": 1, "a": "训练"}) == "größe: 1\na: 训练\n"


def test_source_code_stands_line_by_line() -> None:
    source = "def f(x):\n    if x:\n        return 1\n\n    return 2\n"
    indented = "  def f(x):\n      if x:\n          return 1\n\n      return 2\n"
    assert dump({"source": source}) == f"source: |\n{indented}"


@given(jsons())
def test_any_json_reads_back(value: object) -> None:
    assert load(dump(value)) == value
