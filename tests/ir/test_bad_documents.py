"""Files that are no workflow: one clear error, with every place that is wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from couler_jupyter.errors import InvalidDocument, InvalidWorkflow
from couler_jupyter.ir import Json, from_document, from_json, from_yaml, to_document
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.strategies import jsons

STEP: dict[str, Json] = {"name": "a", "template": {"kind": "script", "source": "true"}}
GOOD: dict[str, Json] = {"name": "w", "steps": [STEP]}


def document(**workflow: Json) -> dict[str, Json]:
    return {"format": "couler-workflow", "version": 1, "workflow": {**GOOD, **workflow}}


def with_step(**fields: Json) -> dict[str, Json]:
    return document(steps=[{**STEP, **fields}])


def with_template(**fields: Json) -> dict[str, Json]:
    return with_step(template={"kind": "script", "source": "true", **fields})


def said(read: Callable[[Any], object], given: object) -> str:
    with pytest.raises(InvalidDocument) as caught:
        read(given)
    return str(caught.value)


def test_the_good_one_is_good() -> None:
    assert from_document(document()).name == "w"
    assert from_document({**document(), "$schema": "https://example.org/s"}).name == "w"


HEADS: list[tuple[Json, str]] = [
    (None, 'no workflow document: "format" must be "couler-workflow"'),
    ([], 'no workflow document: "format" must be'),
    ("text", 'no workflow document: "format" must be'),
    ({}, 'no workflow document: "format" must be'),
    ({**document(), "format": "argo"}, 'no workflow document: "format" must be'),
    ({**document(), "version": 2}, "format version 2 was written by a newer couler"),
    ({**document(), "version": 0}, '"version" must be a whole number, 1 or more'),
    ({**document(), "version": True}, '"version" must be a whole number, 1 or more'),
    ({**document(), "version": "1"}, '"version" must be a whole number, 1 or more'),
    ({**document(), "extra": 1, "more": 2}, "unknown at the top: extra, more"),
    ({"format": "couler-workflow", "version": 1}, '"workflow" is missing'),
    (
        {**document(), "templates": []},
        "templates: must be an object, not an empty list",
    ),
]


@pytest.mark.parametrize(("given", "message"), HEADS)
def test_heads(given: Json, message: str) -> None:
    assert said(from_document, given).startswith(message)


SHAPES: list[tuple[dict[str, Json], str]] = [
    (document(steps={}), "workflow.steps: must be a list, not an empty object"),
    (document(steps=[3]), "workflow.steps[0]: must be an object, not 3"),
    (document(name=None), "workflow.name: must be text, not null"),
    (document(name=["w"]), "workflow.name: must be text, not a list of 1"),
    (document(stepps=[]), "workflow: 'stepps' is unknown; did you mean 'steps'?"),
    (
        document(parallelism="2"),
        'workflow.parallelism: must be a whole number, not "2"',
    ),
    (
        document(parallelism=2.5),
        "workflow.parallelism: must be a whole number, not 2.5",
    ),
    (
        document(parallelism=True),
        "workflow.parallelism: must be a whole number, not true",
    ),
    (document(timeout=None), "workflow.timeout: must be a number, not null"),
    (document(timeout=False), "workflow.timeout: must be a number, not false"),
    (
        document(timeout=float("inf")),
        "workflow.timeout: must be a finite number, not Infinity",
    ),
    (
        document(timeout=10**400),
        "workflow.timeout: must be a number, not so big a number",
    ),
    (document(labels={1: "x"}), "workflow.labels: must have text as its keys, not 1"),
    (document(labels=["a"]), "workflow.labels: must be an object, not a list of 1"),
    (document(description="\ud800"), "workflow.description: must be Unicode text, not"),
    (document(**{"fail-fast": 1}), "workflow.fail-fast: must be true or false, not 1"),
    (with_step(name=5), "workflow.steps[0].name: must be text, not 5"),
    (
        with_step(template=None),
        "workflow.steps[0].template: must be an object with a kind",
    ),
    (
        with_step(template="t"),
        "workflow.steps[0].template: is no template of this file",
    ),
    (
        with_template(kind="skript"),
        "workflow.steps[0].template.kind: is of no kind that goes here; did you mean 'script'?",
    ),
    (with_template(kind=None), "template.kind: is of no kind that goes here"),
    (with_template(kind=["x"]), "template.kind: is of no kind that goes here"),
    (
        with_template(source=[]),
        "template.source: must be text or an object with a kind",
    ),
    (
        with_template(source={"kind": "constant"}),
        "template.source: must have a kind and a value, not an object of 1",
    ),
    (
        with_template(source={"kind": "run-ref", "field": "nme"}),
        "template.source.field: must be one of workflow, run, id",
    ),
    (
        with_template(pull_policy="x"),
        "'pull_policy' is unknown; did you mean 'pull-policy'?",
    ),
    (
        with_template(inputs=[{"kind": "input-parameter", "default": float("nan")}]),
        "template.inputs[0].default: must be a JSON value (nan is not a finite number)",
    ),
    (
        with_template(inputs=[{"kind": "input-parameter", "default": {1: 2}}]),
        "default: must be a JSON value (key 1 of a dict is not text)",
    ),
    (
        with_step(loop={"over": {"kind": "range", "end": 3}}),
        "workflow.steps[0].loop.over.end: must be an object with a kind, not 3",
    ),
    (
        with_template(
            outputs=[
                {
                    "kind": "output-parameter",
                    "name": "r",
                    "source": {"kind": "from-return", "path": ["a", 0, True]},
                }
            ]
        ),
        "outputs[0].source.path[2]: must be text or a whole number, not true",
    ),
    (with_step(when=[]), "workflow.steps[0].when: must be an object with a kind"),
]


@pytest.mark.parametrize(("given", "message"), SHAPES)
def test_shapes(given: dict[str, Json], message: str) -> None:
    assert message in said(from_document, given)


def test_every_place_is_told_at_once() -> None:
    text = said(from_document, {**with_step(name=5, tmplate={}), "templates": {"t": 4}})
    assert text.splitlines() == [
        "3 problems",
        "  templates.t: must be an object with a kind, not 4",
        "  workflow.steps[0].name: must be text, not 5",
        "  workflow.steps[0]: 'tmplate' is unknown; did you mean 'template'?",
    ]


def test_a_bad_template_is_told_once_however_often_it_is_used() -> None:
    steps = [{"name": name, "template": "t"} for name in "abc"]
    given = {**document(steps=steps), "templates": {"t": {"kind": "script"}}}
    assert said(from_document, given) == "templates.t: 'source' is missing"


def test_very_many_places_are_counted() -> None:
    text = said(from_document, document(steps=[{}] * 100))
    assert text.startswith("200 problems")
    assert text.endswith("and 150 more")


def test_long_values_are_not_repeated() -> None:
    assert len(said(from_document, document(parallelism="x" * 10**6))) < 200
    assert len(said(from_document, document(**{"x" * 10**6: 1}))) < 300


def test_names_of_templates_are_text() -> None:
    text = said(from_document, {**document(), "templates": {5: STEP["template"]}})
    assert text == "templates: must have text as its keys, not 5"


def test_a_template_names_only_those_before_it() -> None:
    templates = {"a": "b", "b": {"kind": "script", "source": "true"}}
    text = said(from_document, {**document(), "templates": templates})
    assert text == ('templates.a: is no template of this file; there is none, not "b"')


def test_problems_of_all_workflows_in_the_file_are_told() -> None:
    def sub(name: str) -> Json:
        inner = {"name": name, "steps": []}
        return {"name": name, "template": {"kind": "sub-workflow", "workflow": inner}}

    with pytest.raises(InvalidWorkflow) as caught:
        from_document(document(steps=[sub("one"), sub("two")]))
    assert [str(one) for one in caught.value.problems] == [
        "workflow 'one': it has no steps",
        "workflow 'two': it has no steps",
    ]
    assert caught.value.name == "w"
    text = said(from_document, document(steps=[sub("one"), 4]))
    assert "workflow.steps[1]: must be an object" in text
    assert "workflow 'one': it has no steps" in text


JSON_TEXTS = [
    ("", "no JSON: Expecting value at line 1, column 1"),
    ("{", "no JSON: Expecting property name"),
    ("{}x", "no JSON: Extra data at line 1, column 3"),
    ('{"a": 1, "b": 2, "a": 3}', "key 'a' stands twice in one object"),
    ('{"a": NaN}', "NaN is no number that JSON has"),
    ('{"a": -Infinity}', "-Infinity is no number that JSON has"),
    ("[" * 100_000, "nested too deeply to be a workflow"),
    ('{"a":' * 100_000, "nested too deeply to be a workflow"),
    ("1" * 5000, "no JSON: a number has too many digits"),
    ("\ufeff{}", "no JSON: Unexpected UTF-8 BOM"),
    ("\0", "no JSON: Expecting value"),
]


@pytest.mark.parametrize(
    ("text", "message"), JSON_TEXTS, ids=[m for _, m in JSON_TEXTS]
)
def test_json_that_is_corrupt(text: str, message: str) -> None:
    assert said(from_json, text).startswith(message)


def nested(depth: int, leaf: Json) -> Json:
    for _ in range(depth):
        leaf = {"kind": "list-of", "items": [leaf]}
    return leaf


def test_values_nested_beyond_bounds() -> None:
    source = nested(51, {"kind": "constant", "value": 1})
    with pytest.raises(InvalidWorkflow, match="of more than 50 levels"):
        from_document(with_template(source=source))
    assert "too deeply" in said(from_document, with_template(source=nested(5000, 1)))
    deep: Json = 1
    for _ in range(51):
        deep = [deep]
    given = with_template(
        inputs=[{"kind": "input-parameter", "name": "a", "default": deep}]
    )
    assert "nested more than 50 levels deep" in said(from_document, given)


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_a_damaged_file_is_never_a_surprise(data: st.DataObject) -> None:
    """Whatever is put in place of a part, it reads or is refused in words."""
    name = data.draw(st.sampled_from(sorted(CORPUS)))
    whole = to_document(CORPUS[name].make())
    part, key = data.draw(st.sampled_from(list(_parts(whole))))
    part[key] = data.draw(jsons())
    with suppress(InvalidDocument, InvalidWorkflow):
        from_document(json.loads(json.dumps(whole)))


def _parts(whole: Any) -> Any:
    pairs = whole.items() if isinstance(whole, dict) else enumerate(whole)
    for key, value in list(pairs):
        yield whole, key
        if isinstance(value, dict | list):
            yield from _parts(value)


@given(st.text())
def test_any_text_is_refused_in_words(text: str) -> None:
    for read in (from_json, from_yaml):
        with pytest.raises(InvalidDocument):
            read(text)
