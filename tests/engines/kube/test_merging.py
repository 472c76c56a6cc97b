"""Extras add to what was made, and never override it."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.kube.merging import Refused, merged
from couler_jupyter.ir import Constant, Extra

MADE = {"run": {"spec": {"name": "a", "list": [1]}}}


def extra(path: str, value: object, *, ignorable: bool = False) -> Extra:
    return Extra(
        engine="tekton", path=path, value=Constant.of(value), ignorable=ignorable
    )


def test_adds_what_is_not_there() -> None:
    extras = (extra("run.spec.more.deep", 1), extra("run.spec.list[0]", 0))
    assert merged(MADE, extras, "tekton")["run"]["spec"] == {
        "name": "a",
        "list": [0, 1],
        "more": {"deep": 1},
    }
    assert MADE["run"]["spec"]["list"] == [1]


def test_others_extras_are_theirs() -> None:
    assert merged(MADE, (extra("run.spec.name", "b"),), "kubeflow") == MADE


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("run.spec.name", "is 'a' already"),
        ("pipeline.spec", "must begin with run."),
        ("run", "must begin with run."),
        ("run..spec", "is no path"),
        ("run.spec.name.x", "has no fields"),
    ],
)
def test_refuses_what_cannot_be_had(path: str, says: str) -> None:
    with pytest.raises(Refused, match=says):
        merged(MADE, (extra(path, "b"),), "tekton")


def test_leaves_out_what_may_be() -> None:
    assert (
        merged(MADE, (extra("run.spec.name", "b", ignorable=True),), "tekton") == MADE
    )
