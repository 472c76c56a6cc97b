from __future__ import annotations

import os
import pickle
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.local.values import (
    BadValue,
    Unpicklable,
    ValueReader,
    as_json,
    part_of,
    read_header,
    read_value,
    type_name,
    write_value,
)

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)
picklable = st.recursive(
    plain | st.binary() | st.complex_numbers(allow_nan=False),
    lambda inner: (
        st.tuples(inner, inner)
        | st.frozensets(st.integers(), max_size=1)
        | st.dictionaries(st.integers() | st.text(), inner)
    ),
)


def _same(one: Any, other: Any) -> bool:
    """Return whether two values are equal to the last type and sign of zero."""
    return repr(one) == repr(other)


@given(picklable)
def test_values_come_back_the_same(
    tmp_path_factory: pytest.TempPathFactory, value: Any
) -> None:
    path = tmp_path_factory.getbasetemp() / "value"
    write_value(path, value)
    assert _same(read_value(path), value)


@given(plain)
def test_json_is_used_only_where_it_is_exact(value: Any) -> None:
    text = as_json(value)
    if text is not None:
        import json

        assert _same(json.loads(text), value)


class Name(str):
    __slots__ = ()


@pytest.mark.parametrize(
    "value",
    [
        (1, 2),
        [(1,)],
        {1: 2},
        {"a": {None: 1}},
        float("nan"),
        [float("inf")],
        b"x",
        Name("x"),
        {Name("x"): 1},
        True + 0j,
        "\ud800",
        [10**5000],
    ],
)
def test_what_json_would_change_is_pickled(value: Any) -> None:
    assert as_json(value) is None


def test_a_list_inside_itself_is_pickled(tmp_path: Path) -> None:
    value: list[Any] = []
    value.append(value)
    write_value(tmp_path / "v", value)
    found = read_value(tmp_path / "v")
    assert isinstance(found, list)
    assert found[0] is found


def test_header_tells_of_the_value_without_reading_it(tmp_path: Path) -> None:
    write_value(tmp_path / "v", [Path("x"), Path("y")], sources=["s.py"])
    header = read_header(tmp_path / "v")
    assert (header.kind, header.type, header.length) == ("pickle", "list", 2)
    assert header.sources == ("s.py",)


def test_type_names() -> None:
    assert type_name([]) == "list"
    assert type_name(Path()) == "pathlib.PosixPath"


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"", "not a value file"),
        (b"hello\nworld", "not a value file"),
        (b"[]\n1", "not a value file"),
        (b"\x80\x04", "not a value file"),
        (
            b'{"couler-value":2,"kind":"json"}\n1',
            "a value file of version 2; this reads 1",
        ),
        (
            b'{"couler-value":1,"kind":"json","type":"int","length":null,"sources":[]}\n[1',
            "the int in it cannot be read",
        ),
        (
            b'{"couler-value":1,"kind":"pickle","type":"set","length":null,"sources":[]}\n\x80',
            "the set in it cannot be read",
        ),
    ],
)
def test_broken_file_is_one_clear_line(
    tmp_path: Path, content: bytes, what: str
) -> None:
    path = tmp_path / "v"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(BadValue, match=what) as caught:
        read_value(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_pickles_are_opened_only_where_they_may_be(tmp_path: Path) -> None:
    write_value(tmp_path / "v", {1})
    with pytest.raises(BadValue, match="only plain data is read here"):
        read_value(tmp_path / "v", pickles=False)


@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_pickle_that_others_may_write_is_refused(tmp_path: Path, mode: int) -> None:
    write_value(tmp_path / "v", {1})
    (tmp_path / "v").chmod(mode)
    with pytest.raises(BadValue, match="another user may have written"):
        read_value(tmp_path / "v")


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away")
def test_pickle_of_another_user_is_refused(tmp_path: Path) -> None:
    write_value(tmp_path / "v", {1})
    os.chown(tmp_path / "v", 12345, -1)
    with pytest.raises(BadValue, match="another user may have written"):
        read_value(tmp_path / "v")


def test_file_is_for_its_owner_only(tmp_path: Path) -> None:
    write_value(tmp_path / "v", 1)
    assert (tmp_path / "v").stat().st_mode & 0o777 == 0o600


class Stubborn:
    """A value that breaks in a way of its own when it is pickled."""

    def __reduce__(self) -> str:
        raise RuntimeError("not today\nnor tomorrow")


def test_whatever_a_value_raises_it_is_unpicklable(tmp_path: Path) -> None:
    with pytest.raises(Unpicklable) as caught:
        write_value(tmp_path / "v", {"a": (0, Stubborn())})
    assert str(caught.value) == (
        "a dict that cannot be pickled because of the "
        f"{Stubborn.__module__}.Stubborn at ['a'][1]: not today"
    )
    assert not list(tmp_path.iterdir())


def test_earlier_value_stays_when_the_new_one_cannot_be_written(tmp_path: Path) -> None:
    write_value(tmp_path / "v", 1)
    with pytest.raises(Unpicklable):
        write_value(tmp_path / "v", Stubborn())
    assert read_value(tmp_path / "v") == 1


def test_durable_writes_the_same(tmp_path: Path) -> None:
    write_value(tmp_path / "v", {2}, durable=True)
    assert read_value(tmp_path / "v") == {2}


SOURCE = "import enum\nclass Colour(enum.Enum):\n    RED = 1\n"


@pytest.fixture
def made(tmp_path: Path) -> Path:
    """A value file with a class of a step's source, as the step would write it."""
    (tmp_path / "step.py").write_text(SOURCE)
    module = ModuleType("__main__")
    exec(SOURCE, module.__dict__)
    path = tmp_path / "v"
    header = (
        '{"couler-value":1,"kind":"pickle","type":"Colour","length":null,"sources":'
    )
    body = pickle.dumps(("RED",))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(__import__("sys").modules, "__main__", module)
        body = pickle.dumps(module.__dict__["Colour"].RED, protocol=5)
    path.write_bytes(f'{header}["{tmp_path}/step.py"]}}\n'.encode() + body)
    path.chmod(0o600)
    return path


def test_own_class_is_preferred(made: Path) -> None:
    own = ModuleType("__main__")
    exec(SOURCE, own.__dict__)
    reader = ValueReader(own)
    assert reader.read(made) is own.__dict__["Colour"].RED
    assert reader.sources == []


def test_unknown_class_is_borrowed_from_the_source(made: Path, tmp_path: Path) -> None:
    own = ModuleType("__main__")
    reader = ValueReader(own)
    assert repr(reader.read(made)) == "<Colour.RED: 1>"
    assert reader.sources == [str(tmp_path / "step.py")]
    assert not hasattr(own, "Colour")


def test_borrowed_class_is_adopted_on_request(made: Path) -> None:
    own = ModuleType("__main__")
    reader = ValueReader(own, adopt=True)
    assert type(reader.read(made)) is own.__dict__["Colour"]
    assert reader.read(made) is reader.read(made)


def test_class_that_is_nowhere_is_named(made: Path, tmp_path: Path) -> None:
    (tmp_path / "step.py").write_text("x = 1\n")
    with pytest.raises(BadValue, match=r"no 'Colour' in __main__ or in .*step\.py"):
        ValueReader(ModuleType("__main__")).read(made)


def test_source_that_is_gone_is_told(made: Path, tmp_path: Path) -> None:
    (tmp_path / "step.py").unlink()
    with pytest.raises(BadValue, match="the Colour in it cannot be read"):
        ValueReader(ModuleType("__main__")).read(made)


class Pair(NamedTuple):
    left: int
    right: dict[str, int]


def test_parts_by_key_index_and_name() -> None:
    value = [Pair(1, {"a": 5})]
    assert part_of(value, ()) is value
    assert part_of(value, (0, "right", "a")) == 5
    assert part_of(value, (0, 0)) == 1


@pytest.mark.parametrize(
    ("keys", "what"),
    [
        ((1,), "the list has no 1"),
        ((0, "middle"), "has no 'middle'"),
        ((0, "left", 3), "a int has no 3"),
    ],
)
def test_missing_part_is_told(keys: tuple[str | int, ...], what: str) -> None:
    with pytest.raises(LookupError, match=what):
        part_of([Pair(1, {})], keys)
