"""What children say of themselves can be read back from what a cluster has."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from couler_jupyter.engines.argo.parts.annotations import (
    CHILD,
    PARTS,
    annotations_of,
    child_of,
    children_of,
    is_child,
    labels_of,
    overview_of,
)
from couler_jupyter.engines.argo.parts.children import (
    AT_END,
    Asked,
    Child,
    Children,
    Gate,
    Overview,
    What,
)
from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import PartMode, StepField

_NAMES = st.text(min_size=1, max_size=8)
_LISTS = st.lists(_NAMES, max_size=3).map(tuple)
_COUNTS = st.integers(min_value=0, max_value=2000)
_GATES = st.builds(
    Gate,
    task=_NAMES,
    steps=_LISTS,
    part=_COUNTS,
    outputs=_LISTS,
    facts=st.dictionaries(st.sampled_from(StepField), _NAMES).map(
        lambda found: tuple(found.items())
    ),
)
_ASKED = st.builds(
    Asked, parameter=_NAMES, what=st.sampled_from(What), step=_NAMES, name=_NAMES
)
_CHILDREN = st.builds(
    Child,
    part=_COUNTS,
    steps=_LISTS,
    gates=st.lists(_GATES, max_size=3).map(tuple),
    waits_for=st.lists(_COUNTS, max_size=3).map(tuple),
    asked=st.lists(_ASKED, max_size=3).map(tuple),
    digest=_NAMES,
)
_OVERVIEWS = st.builds(
    Overview,
    mode=st.sampled_from(PartMode),
    live=_COUNTS,
    number=_COUNTS,
    at_end=st.booleans(),
    fail_fast=st.booleans(),
    timeout=st.none() | st.floats(min_value=0.5, max_value=1e6),
    parallelism=st.none() | st.integers(min_value=1, max_value=99),
    ttl=st.none() | st.just({"secondsAfterCompletion": 60}),
)


def found(child: Child, overview: Overview) -> dict[str, object]:
    metadata = {
        "name": f"run-p{child.part}",
        "labels": labels_of(child),
        "annotations": annotations_of(child, overview),
    }
    return {"kind": "Workflow", "metadata": metadata}


@given(child=_CHILDREN, overview=_OVERVIEWS)
def test_what_was_written_is_read(child: Child, overview: Overview) -> None:
    workflow = found(child, overview)
    assert is_child(workflow)
    assert child_of(workflow) == child
    assert overview_of(workflow) == overview


def test_children_come_in_the_order_of_their_parts_and_exit_handlers_last() -> None:
    overview = Overview(mode=PartMode.WINDOW, live=2, number=2, at_end=True)
    made = [Child(part=part, steps=(f"s{part}",)) for part in (AT_END, 2, 1)]
    read = children_of(found(child, overview) for child in made)
    assert read == Children(overview=overview, children=tuple(reversed(made)))


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"steps":[]}', '{"part":1,"steps":[],"gates":[{}]}']
)
def test_a_child_that_makes_no_sense_is_named(text: str) -> None:
    workflow = {
        "kind": "Workflow",
        "metadata": {"name": "run-p1", "annotations": {CHILD: text}},
    }
    with pytest.raises(InvalidDocument, match="Workflow 'run-p1'"):
        child_of(workflow)


def test_an_overview_of_an_unknown_mode_is_named() -> None:
    noted = {PARTS: json.dumps({"mode": "later", "live": 1, "number": 1})}
    workflow = {"kind": "Workflow", "metadata": {"name": "x", "annotations": noted}}
    with pytest.raises(InvalidDocument, match="'later'"):
        overview_of(workflow)


def test_other_workflows_are_no_children() -> None:
    assert not is_child({"kind": "Workflow", "metadata": {"name": "x"}})
    with pytest.raises(InvalidDocument, match="has no annotation"):
        child_of({"kind": "Workflow", "metadata": {"name": "x"}})
    with pytest.raises(InvalidDocument, match="no child Workflows"):
        children_of(())
