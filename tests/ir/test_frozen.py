"""Every value of the IR is frozen, hashable, small, and compared by what it means."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError, fields, is_dataclass, replace

import pytest

import couler_jupyter.ir as ir
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import Origin, Workflow
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import flow, sh, step
from couler_jupyter.testing.places import places

TYPES = [
    kind for kind in vars(ir).values() if isinstance(kind, type) and is_dataclass(kind)
]
by_case = pytest.mark.parametrize("name", CORPUS)


@pytest.mark.parametrize("kind", TYPES)
def test_types_are_frozen_and_slotted(kind: type) -> None:
    parameters = kind.__dataclass_params__  # type: ignore[attr-defined]
    assert parameters.frozen
    assert parameters.eq or "__eq__" in vars(kind)
    if kind is not Workflow:
        assert "__dict__" not in dir(kind), "instances have no room for more"
    assert (kind.__doc__ or "").strip()


@by_case
def test_workflows_are_hashable_and_equal_by_value(name: str) -> None:
    one, other = CORPUS[name].make(), CORPUS[name].make()
    assert one == other
    assert hash(one) == hash(other)
    assert len({one, other}) == 1
    assert one != flow("another", step("x", sh("true")))


@by_case
def test_no_part_is_mutable(name: str) -> None:
    for place in places(CORPUS[name].make()):
        hash(place.value)
        assert not isinstance(place.value, list | dict | set), place.field


@by_case
def test_copies_and_pickles_are_equal(name: str) -> None:
    workflow = CORPUS[name].make()
    assert workflow.order
    assert workflow.by_name
    assert pickle.loads(pickle.dumps(workflow)) == workflow
    assert copy.deepcopy(workflow) == workflow
    assert replace(workflow) == workflow


def test_fields_cannot_be_set() -> None:
    workflow = flow("w", step("a", sh("true")))
    for part in (workflow, workflow.steps[0], workflow.steps[0].template):
        for field in fields(part):
            with pytest.raises(FrozenInstanceError):
                setattr(part, field.name, None)


def test_only_the_origin_makes_no_difference() -> None:
    quiet = [
        f"{kind.__name__}.{field.name}"
        for kind in TYPES
        for field in fields(kind)
        if not field.compare
    ]
    assert quiet == ["Step.origin"]
    one = step("a", sh("true"))
    assert replace(one, origin=Origin("cell [1]", 1)) == one
    assert hash(replace(one, origin=Origin("cell [1]", 1))) == hash(one)


def test_a_changed_copy_is_checked_again() -> None:
    workflow = flow("w", step("a", sh("true")))
    with pytest.raises(InvalidWorkflow):
        replace(workflow, steps=())
    longer = replace(
        workflow, steps=(*workflow.steps, step("b", sh("true"), after=["a"]))
    )
    assert longer.order == ("a", "b")
    assert workflow.order == ("a",)


def test_a_workflow_is_asked_by_name() -> None:
    one = step("a", sh("true"))
    workflow = flow("w", one)
    assert workflow["a"] is one
    assert list(workflow) == [one]
    with pytest.raises(KeyError):
        workflow["b"]
