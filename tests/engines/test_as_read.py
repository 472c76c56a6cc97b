"""Documents stand for a workflow as long as it is what was read from them."""

from __future__ import annotations

from dataclasses import replace

from couler_jupyter.engines.as_read import (
    documents_of,
    whole,
    with_documents,
    without_documents,
)
from couler_jupyter.ir import Container, Origin, Step, Workflow, from_json, to_json

STEP = Step(name="work", template=Container(image="busybox"))
PLAIN = Workflow(name="w", steps=(STEP,))
DOCUMENTS = [{"kind": "Task", "metadata": {"name": "w"}}]


def test_stand_for_what_was_read() -> None:
    read = with_documents(PLAIN, "tekton", DOCUMENTS)
    assert documents_of(read, "tekton") == DOCUMENTS
    assert documents_of(from_json(to_json(read)), "tekton") == DOCUMENTS
    assert documents_of(read, "kubeflow") is None
    assert without_documents(read, "tekton") == PLAIN
    assert without_documents(PLAIN, "tekton") is PLAIN


def test_where_it_was_written_is_no_part_of_it() -> None:
    read = with_documents(PLAIN, "tekton", DOCUMENTS)
    placed = replace(STEP, origin=Origin("w.yaml", 3))
    assert documents_of(replace(read, steps=(placed,)), "tekton") == DOCUMENTS


def test_no_longer_stand_for_what_was_changed() -> None:
    read = with_documents(PLAIN, "tekton", DOCUMENTS)
    other = replace(STEP, template=Container(image="alpine"))
    assert documents_of(replace(read, steps=(other,)), "tekton") is None
    assert documents_of(replace(read, name="v"), "tekton") is None
    assert documents_of(PLAIN, "tekton") is None


def test_a_step_may_be_all_that_was_written() -> None:
    kept = whole("w", "tekton", DOCUMENTS)
    assert documents_of(kept, "tekton") == DOCUMENTS
    assert documents_of(kept, "kubeflow") is None
    more = replace(kept, steps=(*kept.steps, STEP))
    assert documents_of(more, "tekton") is None
