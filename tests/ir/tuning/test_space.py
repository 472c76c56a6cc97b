"""Spaces of hyper-parameters: what may be said, what a setting of them is, what is refused."""

from __future__ import annotations

import json
from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.errors import SpaceFault, TuningFault
from couler_jupyter.ir.tuning import (
    Categorical,
    Dimension,
    Float,
    Int,
    OnlyWhere,
    Setting,
    Space,
)
from couler_jupyter.ir.tuning.document import document_of, read_document

RATE = Float(low=1e-4, high=0.1, log=True)
SGD = OnlyWhere(name="momentum", other="solver", among=("sgd",))
SPACE = Space.of(
    {
        "momentum": Float(low=0, high=0.9, step=0.3),
        "solver": Categorical(choices=("adam", "sgd", None)),
        "depth": Int(low=1, high=7, step=2),
    },
    SGD,
)


def ints() -> st.SearchStrategy[Int]:
    def made(low: int, width: int, step: int, log: bool) -> Int:
        high = low + max(width, step)
        return Int(low=low, high=high, step=1 if log else step, log=log)

    whole = st.integers
    return st.builds(made, whole(1, 50), whole(1, 40), whole(1, 5), st.booleans())


def floats() -> st.SearchStrategy[Float]:
    def made(low: float, width: float, kind: str) -> Float:
        step = width / 7 if kind == "step" else None
        return Float(low=low, high=low + width, log=kind == "log", step=step)

    number = st.floats(0.001, 100)
    return st.builds(made, number, number, st.sampled_from(["log", "step", "any"]))


def choices() -> st.SearchStrategy[Categorical]:
    one = st.one_of(st.none(), st.booleans(), st.text(max_size=3), st.integers(2, 9))
    many = st.lists(one, min_size=2, max_size=4, unique_by=json.dumps)
    return many.map(lambda found: Categorical(choices=tuple(found)))


DIMENSIONS = st.one_of(ints(), floats(), choices())


@given(DIMENSIONS, st.integers(0, 1000))
def test_all_that_a_dimension_gives_it_contains(one: Dimension, seed: int) -> None:
    given = [one.draw(Random(seed)), one.usual, *one.spread(5)]
    assert all(one.contains(value) for value in given)
    if one.size is not None:
        values = one.spread()
        assert len(set(map(repr, values))) == one.size
        assert all(one.contains(value) for value in values)


def test_a_small_step_far_from_zero_gives_what_it_contains() -> None:
    one = Float(low=10.05751458308146, high=10.12001458308146, step=0.0625 / 7)
    assert all(one.contains(value) for value in one.spread())


@given(st.dictionaries(st.sampled_from("abc"), DIMENSIONS, min_size=2), st.integers())
def test_spaces_and_settings_survive_a_file(
    dimensions: dict[str, Dimension], seed: int
) -> None:
    space = Space.of(dimensions)
    text = json.dumps(document_of(space))
    assert read_document(Space, json.loads(text), of="space") == space
    for setting in (space.default(), *space.sample(Random(seed), 3)):
        assert space.contains(setting)
        again = read_document(Setting, document_of(setting), of="setting")
        assert space.setting(again) == setting


def test_settings_have_only_what_goes_with_the_others() -> None:
    settings = SPACE.settings()
    assert SPACE.size == len(settings) == len({one.key for one in settings}) == 24
    assert all(("momentum" in one) == (one["solver"] == "sgd") for one in settings)
    assert str(SPACE.default()) == "solver=adam, depth=3"
    assert settings[0].as_dict() == {"solver": "adam", "depth": 1}


def test_a_sample_is_of_different_settings_and_the_same_for_the_same_seed() -> None:
    some = SPACE.sample(Random(1), 10)
    assert len({one.key for one in some}) == 10
    assert SPACE.sample(Random(1), 10) == some
    assert SPACE.sample(Random(2), 10) != some
    assert len(SPACE.sample(Random(1), 99)) == 24


def test_without_end_only_some_can_be_listed() -> None:
    space = Space.of({"rate": RATE})
    assert space.size is None
    assert [str(one) for one in space.settings(4)] == [
        "rate=0.0001", "rate=0.001", "rate=0.01", "rate=0.1",
    ]  # fmt: skip
    with pytest.raises(SpaceFault, match="has no end of values; give it a step"):
        space.settings()


def test_equal_settings_have_one_key_but_true_is_not_one() -> None:
    one = Setting.of({"a": 1, "b": "x"})
    assert one == Setting.of({"b": "x", "a": 1.0})
    assert hash(one) == hash(Setting.of({"b": "x", "a": 1.0}))
    assert one != Setting.of({"a": True, "b": "x"})
    assert one.key == '{"a":1,"b":"x"}'
    space = Space.of({"flag": Categorical(choices=(True, 1, "1"))})
    assert len({setting.key for setting in space.settings()}) == 3


def test_a_setting_of_plain_values_gets_its_one_form() -> None:
    setting = SPACE.setting({"depth": 3.0, "solver": "sgd", "momentum": 0})
    assert setting.pairs == (("momentum", 0.0), ("solver", "sgd"), ("depth", 3))
    assert type(setting["momentum"]) is float
    assert type(setting["depth"]) is int


FAULTS: dict[str, tuple[Callable[[], object], str]] = {
    "empty": (lambda: Space.of({}), "the space is empty"),
    "one setting": (
        lambda: Space.of({"a": Int(low=3, high=3)}),
        r"has one setting only \(a=3\)",
    ),
    "twice": (
        lambda: Space(dimensions=(("a", RATE), ("a", RATE))),
        "'a' stands twice",
    ),
    "name": (lambda: Space.of({"<b>": RATE}), "'<b>' may only have"),
    "turned": (lambda: Float(low=2, high=1), "low 2 is above high 1"),
    "nan": (lambda: Float(low=float("nan"), high=1), "low must be a finite number"),
    "log": (lambda: Float(low=0, high=1, log=True), "low must be above 0, not 0"),
    "log of whole": (lambda: Int(low=0, high=9, log=True), "low must be 1 or more"),
    "log and step": (
        lambda: Float(low=1, high=9, log=True, step=1),
        "a step and a logarithmic scale exclude each other",
    ),
    "step": (lambda: Int(low=1, high=9, step=0), "step must be above 0"),
    "part": (lambda: Int(low=1, high=9.5), "high must be a whole number"),  # type: ignore[arg-type]
    "truth": (lambda: Int(low=True, high=9), "low must be a whole number, not True"),
    "default": (
        lambda: Int(low=1, high=9, step=2, default=4),
        "default 4 is no value of whole numbers 1 to 9 by 2",
    ),
    "no choice": (lambda: Categorical(choices=()), "there are no choices"),
    "same choice": (lambda: Categorical(choices=(1, 1.0)), "choice 1 stands twice"),
    "object": (lambda: Categorical(choices=([],)), "a list is no text, number"),  # type: ignore[arg-type]
    "other": (
        lambda: Space.of({"a": RATE}, OnlyWhere(name="a", other="b", among=(1,))),
        "a condition names 'b'",
    ),
    "never": (
        lambda: Space.of(
            {"a": RATE, "b": RATE}, OnlyWhere(name="a", other="b", among=(5,))
        ),
        "'a' goes where 'b' is 5, which is not among 0.0001 to 0.1",
    ),
    "circle": (
        lambda: Space.of(
            {"a": Int(low=0, high=1), "b": Int(low=0, high=1)},
            OnlyWhere(name="a", other="b", among=(1,)),
            OnlyWhere(name="b", other="a", among=(1,)),
        ),
        "the conditions of 'a', 'b' go round in a circle",
    ),
    "unknown": (
        lambda: SPACE.setting({"dept": 3}),
        "no hyper-parameter 'dept'; did you mean 'depth'",
    ),
    "unset": (lambda: SPACE.setting({"solver": "adam"}), "'depth' is not set"),
    "out of place": (
        lambda: SPACE.setting({"solver": "adam", "depth": 1, "momentum": 0}),
        "'momentum' goes only where 'solver' is \"sgd\"",
    ),
    "outside": (
        lambda: SPACE.setting({"solver": "adam", "depth": 2}),
        "'depth' is 2, which is not among whole numbers 1 to 7 by 2",
    ),
}


@pytest.mark.parametrize("name", FAULTS)
def test_what_cannot_be_is_told_in_one_line(name: str) -> None:
    make, told = FAULTS[name]
    with pytest.raises(SpaceFault, match=told) as caught:
        make()
    assert "\n" not in str(caught.value)


def test_a_file_that_says_what_cannot_be_names_the_place() -> None:
    document = document_of(SPACE)
    document["dimensions"]["depth"]["low"] = 9
    document["conditions"] = 3
    with pytest.raises(TuningFault) as caught:
        read_document(Space, document, of="space")
    assert "space.dimensions.depth: low 9 is above high 7" in str(caught.value)
    assert "space.conditions: must be a list, not 3" in str(caught.value)
