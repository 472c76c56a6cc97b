"""Manifests are read safely, and where each thing stands is known."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.kube.places import Place
from couler_jupyter.engines.kube.unreadable import Unreadable
from couler_jupyter.engines.kube.yaml_reading import LARGEST, read_file, read_text
from couler_jupyter.engines.kube.yaml_writing import dump
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.testing.strategies import jsons

TEXT = """\
# a comment
kind: Workflow
spec:
  templates:
  - name: a
    args: [x, "y z"]
  - {name: b,
     args: []}
"""
LAUGHS = "\n".join(
    ["l0: &l0 [lol, lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    + [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 12)]
)


def value(text: str) -> Any:
    (one,) = read_text(text)
    return one.value


def test_where_things_stand() -> None:
    (one,) = read_text(TEXT)
    assert one.place() == Place(2, 1)
    assert one.place(("kind",)) == Place(2, 7)
    assert one.key_place(("kind",)) == Place(2, 1)
    assert one.place(("spec", "templates")) == Place(5, 3)
    assert one.key_place(("spec", "templates")) == Place(4, 3)
    assert one.place(("spec", "templates", 0)) == Place(5, 5)
    assert one.place(("spec", "templates", 0, "args", 1)) == Place(6, 15)
    assert one.place(("spec", "templates", 1, "args")) == Place(8, 12)
    assert one.key_place(("spec", "templates", 1, "name")) == Place(7, 6)


def test_what_is_missing_stands_where_it_would_be() -> None:
    (one,) = read_text(TEXT)
    assert one.place(("spec", "entrypoint")) == Place(3, 1)
    assert one.place(("spec", "templates", 0, "dag", "tasks")) == Place(5, 5)
    assert one.place(("spec", "templates", 9)) == Place(4, 3)
    assert one.place(("kind", "x", 3)) == Place(2, 1)


def test_json_places_are_those_of_the_text() -> None:
    text = '{\n  "a": [1,\n    {"b\\u00e4": null}]\n}'
    (one,) = read_text(text)
    assert one.value == {"a": [1, {"bä": None}]}
    assert one.key_place(("a",)) == Place(2, 3)
    assert one.place(("a", 0)) == Place(2, 9)
    assert one.key_place(("a", 1, "bä")) == Place(3, 6)
    assert one.place(("a", 1, "bä")) == Place(3, 17)


def test_several_documents_count_their_lines_in_the_file() -> None:
    first, second = read_text("a: 1\n---\n# none\n---\n---\nb:\n  c: 2\n")
    assert (first.value, second.value) == ({"a": 1}, {"b": {"c": 2}})
    assert second.place(("b", "c")) == Place(7, 6)


@pytest.mark.parametrize(
    ("word", "meant"),
    [
        ("on", True),
        ("n", False),
        ("0755", 0o755),
        ("0o17", 15),
        ("0x1f", 31),
        ("0b11", 3),
        ("1_000", 1000),
        ("089", 89.0),
        ("1e3", 1000.0),
        ("-.5", -0.5),
        ("18446744073709551616", 18446744073709551616.0),
        ("12:30", "12:30"),
        ("2026-11-22", "2026-11-22"),
        ("1.2.3", "1.2.3"),
        ("~", None),
        ("+", "+"),
        ("'on'", "on"),
        ("!!str 5", "5"),
        ("!!int '5'", 5),
        ("!!float 5", 5),
        ("! 5", "5"),
    ],
)
def test_words_are_read_as_kubernetes_does(word: str, meant: object) -> None:
    found = value(f"a:\n- {word}")["a"][0]
    assert found == meant
    assert type(found) is type(meant)


def test_keys_become_text() -> None:
    assert value("1: a\ntrue: b\n1.5: c") == {"1": "a", "true": "b", "1.5": "c"}


def test_aliases_and_merges() -> None:
    text = "base: &base {a: 1, b: 2}\nmore: {<<: *base, b: 3}\nboth: {<<: [{c: 1}, *base]}\n"
    text += "key: &k x\n*k : z"
    (one,) = read_text(text)
    base = {"a": 1, "b": 2}
    assert one.value == {
        "base": base,
        "more": {"b": 3, "a": 1},
        "both": {"c": 1, **base},
        "key": "x",
        "x": "z",
    }
    assert one.place(("more", "a")) == Place(1, 17)
    assert one.place(("more", "b")) == Place(2, 22)


BAD = [
    ("a: b: c", "line 1, column 5: mapping values are not allowed in this context"),
    ("a: [", "line 2, column 1: did not find expected node content"),
    ("a: b\n\tc: d", "line 2, column 1: found a tab character"),
    ("a: 1\nb: 2\na: 3", "line 3, column 1: key 'a' stands twice"),
    ('{"a": 1, "a": 2}', "line 1, column 10: key 'a' stands twice"),
    ("a: *b", "line 1, column 4: alias 'b' has no anchor before it"),
    ("&a [*a]", "line 1, column 5: alias 'a' is inside itself"),
    (
        "a: !!python/object/apply:os.system [x]",
        "tag '!!python/object/apply:os.system' is",
    ),
    ("a: !!python/name:os.system", "tag '!!python/name:os.system' is not known here"),
    ("a: !x y", "tag '!x' is not known here"),
    ("a: !!int x", "'x' is not of the kind of its tag, int"),
    ("? [a]\n: b", "line 1, column 3: a key must be text"),
    ("~: a", "line 1, column 1: a key must be text"),
    ("a: {<<: 3}", "line 1, column 4: only a mapping can be merged by '<<'"),
    ("a: .inf", "line 1, column 4: a number must be finite"),
    ('{"a": 1e400}', "line 1, column 7: a number must be finite"),
    ("a: \0", "line 1, column 4: character 0: control characters are not allowed"),
    ("a: ä\nb: \0", "line 2, column 4: character 0"),
    ("a: \ud800", "line 1, column 4: half of a surrogate pair"),
    ('{"a": "\\ud800"}', "line 1, column 7: half of a surrogate pair"),
    ('{"a": 1,\n "b" 2}', "line 2, column 6: ':' must stand here"),
    ('{"a": "x', "line 1, column 7: unterminated string"),
    (LAUGHS, "aliases repeat far more than is written"),
    (f"a: &a {'x' * 1_000_000}\nb: [{'*a, ' * 2000}]", "aliases repeat far more"),
    ("[" * 100_000, "line 1, column 201: more than 200 levels deep"),
    ("- " * 600, "more than 200 levels deep"),
    ('{"a":' * 100_000, "more than 200 levels deep"),
    ("a: " + "x" * LARGEST, "line 1, column 1: more than 16 MiB of text"),
]


@pytest.mark.parametrize(("text", "message"), BAD, ids=[text[:20] for text, _ in BAD])
def test_what_is_refused_is_told_in_one_line(text: str, message: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read_text(text)
    assert message in str(caught.value)
    assert len(str(caught.value).splitlines()) == 1
    assert len(str(caught.value)) < 200
    assert isinstance(caught.value, InvalidDocument)


def test_keys_that_stand_twice_can_be_listed() -> None:
    (one,) = read_text("a:\n- b: 1\n  c: 2\n  b: 3\n", doubles=True)
    assert one.value == {"a": [{"b": 3, "c": 2}]}
    ((path, place),) = [(double.path, double.place) for double in one.doubles]
    assert (path, place) == (("a", 0, "b"), Place(4, 3))


def test_a_bomb_stays_small() -> None:
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable):
            read_text(LAUGHS)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 5_000_000


def test_of_a_huge_file_no_more_is_read_than_may_be(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(50 * 2**20)
    tracemalloc.start()
    try:
        with pytest.raises(Unreadable, match="more than 16 MiB of text"):
            read_file(path)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 40 * 2**20


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="cannot be read: No such file"):
        read_file(tmp_path / "none.yaml")
    (tmp_path / "latin.yaml").write_bytes("a: 1\nb: ä".encode("latin-1"))
    with pytest.raises(Unreadable, match="line 2, column 4: no UTF-8 text"):
        read_file(tmp_path / "latin.yaml")


def test_a_byte_order_mark_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "bom.yaml").write_bytes(b"\xef\xbb\xbfa: 1")
    assert read_file(tmp_path / "bom.yaml")[0].value == {"a": 1}


@given(jsons())
def test_what_is_written_is_read_back(document: Any) -> None:
    written = json.dumps({"a": document})
    assert value(written) == {"a": json.loads(json.dumps(document))}
    assert value(dump({"a": document})) == {"a": document}


@given(
    st.recursive(
        st.sampled_from(["x", "1", "'a b'"]), lambda inner: st.lists(inner, max_size=3)
    )
)
def test_yaml_is_read_as_others_read_it(tree: Any) -> None:
    text = yaml.safe_dump({"a": tree})
    assert value(text) == yaml.safe_load(text)


@given(st.text(alphabet=":-[]{}&*!|>'\"%@`#, \n\tab1~?\\<", max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        place = read_text(text, doubles=True)[0].place() if text.strip() else None
    except IndexError:
        place = None
    except Unreadable as error:
        place = error.place
    assert place is None or 1 <= place.line <= text.count("\n") + 2
