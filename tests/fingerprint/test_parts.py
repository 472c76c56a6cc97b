"""What makes two runs of a step the same, and what does not."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.fingerprint import (
    changes,
    fingerprint_of,
    never_reused,
    parts_of,
    told_changes,
)
from couler_jupyter.fingerprint.python_source import normalised
from couler_jupyter.ir import (
    Cache,
    Container,
    EnvVar,
    FromReturn,
    Function,
    InputParameter,
    OutputParameter,
    Pod,
    Resources,
    Retry,
    RunField,
    RunRef,
    SecretRef,
    Step,
)
from couler_jupyter.testing.corpus import CORPUS

SOURCE = "def f(a):\n    # add one\n    return a + 1\n"


def function(source: str = SOURCE, **more: object) -> Step:
    template = Function(
        source=source,
        entrypoint="f",
        inputs=(InputParameter(name="a"),),
        outputs=(OutputParameter(name="result", source=FromReturn()),),
    )
    return Step(name="f", template=replace(template, **more))  # type: ignore[arg-type]


def mark(step: Step, **inputs: str) -> str:
    return fingerprint_of(parts_of(step, inputs))


def test_comments_and_formatting_do_not_count() -> None:
    other = function("def f( a ):\n\n    return (a+1)")
    assert mark(function(), a="1") == mark(other, a="1")


@pytest.mark.parametrize(
    "source",
    [
        "def f(a):\n    return a + 2\n",
        "def f(a):\n    return a - 1\n",
        "def f(a):\n    return 'a' + 1\n",
        "def f(a):\n    return a + 1.0\n",
        "def f(a):\n    return a + True\n",
        "def f(a):\n    '''doc'''\n    return a + 1\n",
    ],
)
def test_what_it_says_counts(source: str) -> None:
    assert mark(function(), a="1") != mark(function(source), a="1")


@given(st.text())
def test_source_that_is_no_python_is_compared_as_it_is(text: str) -> None:
    assert normalised(f") ({text}") == f") ({text}"


@given(st.text(), st.text())
def test_constants_are_told_apart(one: str, other: str) -> None:
    first, second = normalised(f"x = {one!r}"), normalised(f"x = {other!r}")
    assert (first == second) == (one == other)


def test_brackets_in_texts_do_not_look_like_structure() -> None:
    assert normalised("x = [')', 1]") != normalised("x = [')'], 1")


def test_inputs_count() -> None:
    assert mark(function(), a="1") != mark(function(), a="2")
    assert mark(function(), a="1") != mark(function(), b="1")


@pytest.mark.parametrize(
    "change",
    [
        {"requirements": ("numpy==2",)},
        {"image": "python:3.12"},
        {"env": (EnvVar("SEED", "1"),)},
        {"working_dir": "there"},
        {"entrypoint": "g"},
    ],
)
def test_what_it_finds_counts(change: dict[str, object]) -> None:
    source = SOURCE + SOURCE.replace("def f", "def g")
    assert mark(function(source), a="1") != mark(function(source, **change), a="1")


def test_how_and_where_it_runs_does_not_count() -> None:
    there = function(resources=Resources(cpu=2), pod=Pod(service_account="me"))
    again = replace(function(), retry=Retry(limit=3), timeout=5.0, name="other")
    assert mark(function(), a="1") == mark(there, a="1") == mark(again, a="1")


def test_a_secret_counts_by_its_name() -> None:
    parts = parts_of(function(env=(EnvVar("KEY", SecretRef("store", "key")),)), {})
    assert any(part.name == "env KEY" and "store" in part.text for part in parts)


def test_the_users_key_stands_for_all_but_the_outputs() -> None:
    one, other = function(), function("def f(a):\n    return 7\n")
    assert fingerprint_of(parts_of(one, {}, key="k")) == fingerprint_of(
        parts_of(other, {}, key="k")
    )
    assert fingerprint_of(parts_of(one, {}, key="k")) != mark(one)


@pytest.mark.parametrize("name", CORPUS)
def test_every_step_has_a_fingerprint_or_says_why_not(name: str) -> None:
    for step in CORPUS[name].make().steps:
        parts = parts_of(step, {})
        assert len(fingerprint_of(parts)) == 64
        assert "\n" not in never_reused(step)


def test_says_why_it_is_never_reused() -> None:
    run = Container(image="i", args=(RunRef(RunField.ID),))
    assert "id" in never_reused(Step(name="s", template=run))
    assert "nothing" in never_reused(Step(name="s", template=Container(image="i")))
    assert never_reused(function()) == ""
    refused = replace(function(), cache=Cache(enabled=False))
    assert "cache=False" in never_reused(refused)


def test_says_what_changed() -> None:
    before = parts_of(function(), {"a": "1"})
    now = parts_of(function("def f(a):\n    return a + 2\n", image="i"), {"a": "2"})
    told = list(told_changes(changes(before, now)))
    assert "image: new, i" in told
    assert "input a: was 1, is 2" in told
    assert "  +    return a + 2" in told
    assert "  -    # add one" in told
    assert not changes(before, before)
