"""There is a pair for every field of the IR: changed, and left unsaid."""

from __future__ import annotations

from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Any

import pytest

from couler_jupyter.ir import Workflow, diff_of, features_of, to_json
from couler_jupyter.ir.shape import (
    AnyJson,
    Choice,
    OneOf,
    Pairs,
    Plain,
    Record,
    Sequence,
    Shape,
    slots_of,
)
from couler_jupyter.testing.pairs import PAIRS, pairs


def all_fields() -> dict[str, tuple[Field[Any], Shape]]:
    """Every field of every type that a workflow is made of."""
    found: dict[str, tuple[Field[Any], Shape]] = {}
    seen: set[type] = set()
    waiting: list[type] = [Workflow]
    while waiting:
        kind = waiting.pop()
        if kind in seen:
            continue
        seen.add(kind)
        shapes = {slot.name: slot.shape for slot in slots_of(kind)}
        for field in fields(kind):
            if field.compare:
                found[f"{kind.__name__}.{field.name}"] = field, shapes[field.name]
                waiting += records_in(shapes[field.name])
    return found


def records_in(shape: Shape) -> list[type]:
    match shape:
        case Record(type=record):
            return [record]
        case OneOf(records=records):
            return list(records)
        case Sequence(item=inner) | Pairs(value=inner):
            return records_in(inner)
        case _:
            return []


def is_plain(shape: Shape) -> bool:
    """Whether a field holds no records, so that its own change is a pair."""
    match shape:
        case Plain() | Choice() | AnyJson():
            return True
        case Sequence(item=inner) | Pairs(value=inner):
            return is_plain(inner)
        case OneOf(plain=plain, records=records):
            return bool(plain) and not records
        case Record():
            return False


FIELDS = {
    name: found
    for name, found in all_fields().items()
    if not name.startswith(("Origin.", "Constant."))
}


@pytest.mark.parametrize(
    "name", [n for n, (f, _) in FIELDS.items() if f.default is not MISSING]
)
def test_every_field_with_a_default_is_left_unsaid(name: str) -> None:
    assert f"{name} unset" in PAIRS


@pytest.mark.parametrize(
    "name", [n for n, (_, shape) in FIELDS.items() if is_plain(shape)]
)
def test_every_plain_field_is_changed(name: str) -> None:
    assert f"{name} changed" in PAIRS


@pytest.mark.parametrize("name", PAIRS)
def test_a_pair_differs_in_its_field_alone(name: str) -> None:
    pair = PAIRS[name]
    assert pair.name == name
    assert pair.one != pair.other
    assert to_json(pair.one) != to_json(pair.other)
    assert pair.features == features_of(pair.one) | features_of(pair.other)
    found = diff_of(pair.one, pair.other)
    touched = [*found.added, *found.removed, *found.changed, *found.workflow]
    assert 1 <= len(touched) <= 4


def test_pairs_are_the_same_each_time() -> None:
    assert pairs() == dict(PAIRS)
    assert len(PAIRS) > 400
    assert all(is_dataclass(pair) for pair in PAIRS.values())
