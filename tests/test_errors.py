"""Errors travel: between processes, and into whatever keeps what was raised."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator

import pytest

import couler_jupyter.errors
from couler_jupyter.engines.local.container_service import ContainersMissing
from couler_jupyter.errors import (
    CoulerError,
    InvalidWorkflow,
    NoOutputs,
    Problem,
    SubmitFailed,
    UnknownName,
    Unsupported,
)
from couler_jupyter.testing.parts import flow

PROBLEMS = (Problem("step 'a'", "it has no image", "cell [3], line 7"),) * 2


def kinds() -> Iterator[type[CoulerError]]:
    for one in vars(couler_jupyter.errors).values():
        if isinstance(one, type) and issubclass(one, CoulerError):
            yield one


def made(kind: type[CoulerError]) -> CoulerError:
    if issubclass(kind, InvalidWorkflow | Unsupported):
        return kind("w", PROBLEMS)
    if issubclass(kind, NoOutputs):
        return kind("train", "is running", ["load"])
    if issubclass(kind, UnknownName):
        return kind("step", "tran", ["train"])
    return kind("it is so")


@pytest.mark.parametrize("kind", [*kinds()])
def test_it_can_be_pickled_and_copied(kind: type[CoulerError]) -> None:
    error = made(kind)
    for again in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert type(again) is kind
        assert str(again) == str(error) != ""
        assert vars(again) == vars(error)
        assert again.args == error.args


def test_what_was_raised_keeps_its_problems_and_notes() -> None:
    with pytest.raises(InvalidWorkflow) as caught:
        flow("w")
    caught.value.add_note("in cell 3")
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.problems == caught.value.problems
    assert again.__notes__ == ["in cell 3"]


def test_errors_of_engines_travel_too() -> None:
    class Refused(SubmitFailed):
        def __init__(self, code: int) -> None:
            self.code = code
            super().__init__(f"refused with {code}")

    again = copy.copy(Refused(403))
    assert (again.code, str(again)) == (403, "refused with 403")
    missing = ContainersMissing("no podman")
    assert str(pickle.loads(pickle.dumps(missing))) == "no podman"
