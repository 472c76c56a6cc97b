"""Files give back the very same workflow, and equal workflows are equal text."""

from __future__ import annotations

import json
from dataclasses import fields, replace

import pytest
import yaml
from hypothesis import HealthCheck, given, settings

from couler_jupyter.errors import InvalidDocument
from couler_jupyter.ir import (
    Constant,
    Container,
    InputParameter,
    Origin,
    Resources,
    SubWorkflow,
    Workflow,
    from_document,
    from_json,
    from_yaml,
    to_document,
    to_json,
    to_yaml,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import flow, sh, step
from couler_jupyter.testing.places import changed, places
from couler_jupyter.testing.strategies import workflows
from tests.ir.bad import matryoshka, nested

some = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
by_case = pytest.mark.parametrize("name", CORPUS)


def origins(workflow: Workflow) -> list[Origin | None]:
    return [step.origin for step in workflow.steps]


@by_case
def test_the_corpus_comes_back(name: str) -> None:
    workflow = CORPUS[name].make()
    assert from_json(to_json(workflow)) == workflow
    assert from_yaml(to_yaml(workflow)) == workflow
    assert to_json(workflow) == to_json(CORPUS[name].make())


@some
@given(workflows())
def test_any_workflow_comes_back(workflow: Workflow) -> None:
    text = to_json(workflow)
    back = from_json(text)
    assert back == workflow
    assert origins(back) == origins(workflow)
    assert to_json(back) == text
    assert from_yaml(to_yaml(workflow)) == workflow
    assert from_document(to_document(workflow)) == workflow


@some
@given(workflows(max_steps=3))
def test_a_file_is_plain_json_and_plain_yaml(workflow: Workflow) -> None:
    document = to_document(workflow)
    assert json.loads(to_json(workflow)) == document
    assert json.loads(to_json(workflow, indent=2)) == document
    assert to_json(workflow).encode()
    assert yaml.safe_load(to_yaml(workflow)) == document


def test_what_has_its_default_is_left_out() -> None:
    assert to_document(flow("w", step("a", sh("true", outputs=())))) == {
        "format": "couler-workflow",
        "version": 1,
        "workflow": {
            "name": "w",
            "steps": [{"name": "a", "template": {"kind": "script", "source": "true"}}],
        },
    }


def test_no_default_is_not_the_same_as_null() -> None:
    null = InputParameter(name="a", default=Constant.of(None))
    none = InputParameter(name="a", default=None)
    for one in (null, none):
        workflow = flow("w", step("s", sh("true")), parameters=(one,))
        assert from_json(to_json(workflow)).parameters == (one,)


def test_equal_numbers_are_equal_text() -> None:
    whole = [flow("w", step("a", sh("true"), timeout=n)) for n in (5, 5.0)]
    zero = [
        flow("w", step("a", sh("true", resources=Resources(cpu=n))))
        for n in (0.0, -0.0)
    ]
    for one, other in (whole, zero):
        assert one == other
        assert to_json(one) == to_json(other)
        assert type(from_json(to_json(one)).steps[0].timeout) in (float, type(None))


def test_templates_that_steps_share_stand_once() -> None:
    shared, other = sh("echo 1"), sh("echo 2")
    inner = flow("inner", step("a", sh("echo 1")), step("b", sh("echo 2")))
    workflow = flow(
        "w",
        step("a", shared),
        step("b", other),
        step("c", sh("echo 1")),
        step("inner", SubWorkflow(workflow=inner)),
    )
    document = to_document(workflow)
    assert list(document["templates"]) == ["a", "b"]
    written = json.dumps(document)
    assert written.count("echo 1") == 1
    assert written.count("echo 2") == 1
    back = from_document(document)
    assert back == workflow
    assert back["a"].template is back["c"].template


def test_shared_templates_get_names_of_their_own() -> None:
    def part(number: int) -> Workflow:
        work = sh(f"echo {number}")
        return flow("part", step("work", work), step("again", work))

    parts = [step(f"p{n}", SubWorkflow(workflow=part(n))) for n in range(3)]
    workflow = flow("w", *parts)
    assert list(to_document(workflow)["templates"]) == ["work", "work-2", "work-3"]
    assert from_json(to_json(workflow)) == workflow


def test_equal_workflows_share_alike() -> None:
    """Which step names a template depends on the steps, not on who made it."""
    one = sh("true")
    shared = flow("w", step("a", one), step("b", one))
    apart = flow("w", step("a", sh("true")), step("b", sh("true")))
    assert to_json(shared) == to_json(apart)


@by_case
def test_every_field_makes_a_difference_in_the_file(name: str) -> None:
    workflow = CORPUS[name].make()
    text = to_json(workflow)
    for place in places(workflow):
        if isinstance(place.value, bool) and place.field != "Step.daemon":
            try:
                other = changed(workflow, place.path, not place.value)
            except ValueError:
                continue
            assert to_json(other) != text, place.field


def test_what_is_at_the_bounds_can_be_written_and_read() -> None:
    deep = flow("w", step("a", sh("x ", nested(48), takes=())))
    for workflow in (matryoshka(16), deep):
        assert from_json(to_json(workflow)) == workflow
        assert from_yaml(to_yaml(workflow)) == workflow


def test_text_that_is_no_unicode_is_refused() -> None:
    workflow = flow("w", step("a", sh("true")), description="\ud800")
    for write in (to_json, to_yaml):
        with pytest.raises(InvalidDocument, match="half of a surrogate pair"):
            write(workflow)


def test_origins_are_kept_but_make_no_difference() -> None:
    one = flow("w", step("a", sh("true"), origin=Origin("cell [3]", 7)))
    back = from_json(to_json(one))
    assert back.steps[0].origin == Origin("cell [3]", 7)
    assert back == flow("w", step("a", sh("true")))


def test_no_field_of_the_ir_hides_behind_another() -> None:
    """Two fields of one type never have the same key in a file."""
    for kind in {type(one) for one in (Container(image="x"), Resources())}:
        keys = [field.name.replace("_", "-") for field in fields(kind)]
        assert len(set(keys)) == len(keys)
    assert replace(Resources(), cpu=1) != Resources()
