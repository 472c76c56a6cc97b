"""A target is checked when it is made, and never has a secret in it."""

from __future__ import annotations

import pytest

from couler_jupyter.errors import UsageFailed
from couler_jupyter.targets import Target, target_of

SECRET = "eyJhbGciOiJIUzI1NiJ9"


def test_options_of_a_run_have_references_in_place_of_secrets() -> None:
    target = Target(
        name="staging",
        engine="argo",
        options={"namespace": "ml", "insecure": True},
        secrets={"token": "env:STAGING_TOKEN"},
    )
    assert target.run_options() == {
        "namespace": "ml",
        "insecure": True,
        "token_from": "env:STAGING_TOKEN",
    }


@pytest.mark.parametrize(
    ("name", "given", "said"),
    [
        ("", {"engine": "argo"}, "a name is letters"),
        ("../up", {"engine": "argo"}, "a name is letters"),
        ("a", {}, "engine is ''"),
        ("a", "argo", "write a table"),
        ("a", {"engine": "argo", "namespace": "ml"}, "no 'namespace' there"),
        ("a", {"engine": "argo", "options": "ml"}, "options is 'ml'"),
        ("a", {"engine": "argo", "options": {"Na me": "x"}}, "cannot be named"),
        ("a", {"engine": "argo", "options": {"x": ["y"]}}, "option x: write a text"),
        ("a", {"engine": "argo", "options": {"x": "two\nlines"}}, "write one line"),
        ("a", {"engine": "argo", "options": {"x": float("inf")}}, "write a number"),
        ("a", {"engine": "argo", "secrets": {"a b": "env:X"}}, "cannot be named"),
        ("a", {"engine": "argo", "secrets": ["env:X"]}, "secrets is"),
        (
            "a",
            {
                "engine": "argo",
                "options": {"token_from": "env:X"},
                "secrets": {"token": "env:Y"},
            },
            "write only one",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(name: str, given: object, said: str) -> None:
    with pytest.raises(UsageFailed) as caught:
        target_of(name, given)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "given",
    [
        {"options": {"token": SECRET}},
        {"options": {"api_key": SECRET}},
        {"options": {"token_from": SECRET}},
        {"options": {"server": f"https://me:{SECRET}@argo.example.org"}},
        {"secrets": {"token": SECRET}},
        {"secrets": {"token": f"env:X\n{SECRET}"}},
    ],
)
def test_a_secret_is_refused_and_not_repeated(given: dict[str, object]) -> None:
    with pytest.raises(UsageFailed) as caught:
        target_of("staging", {"engine": "argo", **given})
    assert SECRET not in str(caught.value)


def test_all_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(UsageFailed) as caught:
        target_of("a b", {"engine": 3, "options": {"x": None}})
    said = str(caught.value)
    assert "a name is" in said
    assert "engine is 3" in said
    assert "option x" in said
