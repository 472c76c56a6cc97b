"""The published schema takes what we write and refuses what the reader refuses."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

import couler_jupyter.ir
from couler_jupyter.errors import InvalidDocument, InvalidWorkflow
from couler_jupyter.ir import Workflow, from_document, to_document
from couler_jupyter.ir.schema import json_schema, schema_text
from couler_jupyter.ir.shape import (
    OneOf,
    Pairs,
    Record,
    Sequence,
    Shape,
    kind_of,
    slots_of,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.strategies import jsons, workflows
from tests.ir.test_bad_documents import HEADS, SHAPES, document

PUBLISHED = Path(couler_jupyter.ir.__file__).with_name("workflow.schema.json")
some = settings(max_examples=15, suppress_health_check=[HealthCheck.too_slow])


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(json_schema())


def is_valid(given: Any) -> bool:
    return bool(validator().is_valid(json.loads(json.dumps(given))))


def reads(given: Any) -> bool:
    """Whether the reader finds the shape right, whatever it means."""
    try:
        from_document(given)
    except InvalidDocument:
        return False
    except InvalidWorkflow:
        return True
    return True


def test_the_published_file_is_current() -> None:
    if os.environ.get("COULER_WRITE_GOLDEN") == "1":
        assert not os.environ.get("CI"), "goldens are never written in CI"
        PUBLISHED.write_text(schema_text(), encoding="utf-8")
    assert PUBLISHED.read_text(encoding="utf-8") == schema_text()


def test_it_is_where_a_wheel_has_it() -> None:
    found = files("couler_jupyter.ir").joinpath("workflow.schema.json")
    assert json.loads(found.read_text(encoding="utf-8")) == json_schema()


def test_the_command_prints_it() -> None:
    command = [sys.executable, "-m", "couler_jupyter.ir.schema"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout == schema_text()


def test_it_is_a_schema() -> None:
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("name", CORPUS)
def test_it_takes_the_corpus(name: str) -> None:
    errors = validator().iter_errors(to_document(CORPUS[name].make()))
    assert not [error.message for error in errors]


@some
@given(workflows(max_steps=3))
def test_it_takes_any_workflow(workflow: Workflow) -> None:
    assert is_valid(to_document(workflow))


BEYOND_SHAPE = (
    "is no template of this file",
    "newer",
    "Infinity",
    "Unicode",
    "not text)",
    "finite",
    "so big",
    "as its keys",
)


@pytest.mark.parametrize(
    ("given", "message"),
    [one for one in HEADS + SHAPES if not any(word in one[1] for word in BEYOND_SHAPE)],
)
def test_it_refuses_what_the_reader_refuses(given: Any, message: str) -> None:
    assert not is_valid(given), message
    assert not reads(given)


def test_it_takes_the_good_one() -> None:
    assert is_valid(document())
    assert is_valid({**document(), "$schema": "x", "templates": {}})


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_schema_and_reader_agree_on_damaged_files(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(sorted(CORPUS)))
    whole = to_document(CORPUS[name].make())
    places = [
        (part, key)
        for part, key in _parts(whole)
        if key not in ("template", "templates", "version")
        and part is not whole.get("templates")
    ]
    part, key = data.draw(st.sampled_from(places))
    damage = jsons().filter(lambda value: not _is_huge(value))
    how = data.draw(st.sampled_from(["other", "gone", "more"]))
    if how == "gone":
        del part[key]
    elif how == "more" and isinstance(part, dict):
        part[data.draw(st.text(max_size=5))] = data.draw(damage)
    else:
        part[key] = data.draw(damage)
    before = copy.deepcopy(whole)
    assert is_valid(whole) == reads(whole), whole
    assert whole == before


def _is_huge(value: Any) -> bool:
    if isinstance(value, list | tuple):
        return any(map(_is_huge, value))
    if isinstance(value, dict):
        return any(map(_is_huge, value.values()))
    return isinstance(value, int) and abs(value) >= 2**1000


def _parts(whole: Any) -> Any:
    pairs = whole.items() if isinstance(whole, dict) else enumerate(whole)
    for key, value in list(pairs):
        yield whole, key
        if isinstance(value, dict | list):
            yield from _parts(value)


def _records(shape: Shape, found: dict[str, type]) -> None:
    inner: tuple[Shape, ...] = ()
    match shape:
        case Sequence(item=item):
            inner = (item,)
        case Pairs(value=value):
            inner = (value,)
        case Record(type=record):
            inner = _fields(record, found)
        case OneOf(records=records):
            kinds = [kind_of(record) for record in records]
            assert len(set(kinds)) == len(kinds)
            inner = tuple(part for one in records for part in _fields(one, found))
        case _:
            pass
    for part in inner:
        _records(part, found)


def _fields(record: type, found: dict[str, type]) -> tuple[Shape, ...]:
    if found.setdefault(record.__name__, record) is not record:
        raise AssertionError(f"two types are named {record.__name__}")
    if f"{record.__name__}!" in found:
        return ()
    found[f"{record.__name__}!"] = record
    slots = slots_of(record)
    assert len({slot.key for slot in slots}) == len(slots)
    return tuple(slot.shape for slot in slots)


def test_every_type_is_described_and_every_field_told_apart() -> None:
    found: dict[str, type] = {}
    _records(Record(Workflow), found)
    definitions = json_schema()["$defs"]
    records = {name for name in found if not name.endswith("!")} - {"Constant"}
    assert {name for name in records if name in definitions} | {
        name for name in records if f"{name}Kind" in definitions
    } == records
    assert len(records) > 70
    for name, body in definitions.items():
        assert body.get("description") or "anyOf" in body, name


def test_fields_are_told_as_in_the_docstrings() -> None:
    retry = json_schema()["$defs"]["Retry"]["properties"]
    assert retry["limit"]["description"] == "further attempts after the first."
