"""Double braces in any text of a workflow come through Argo as they are, or are refused."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import StrEnum
from functools import cache
from typing import Any

import pytest
import yaml

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    Constant,
    Format,
    InputParameter,
    InputRef,
    ItemRef,
    Pod,
    RawVolume,
    Script,
    Text,
    Volume,
    Workflow,
    outermost_problems,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.parts import echo, flow, over, sh, step
from couler_jupyter.testing.places import changed, places
from tests.engines.argo.substitution import substituted

BRACED = "{{x}}"
PLAIN = "__x__"
_ARGOS_OWN = frozenset(
    {"Raw.text", "Foreign.body", "Foreign.kind", "Extra.path", "Extra.value"}
)
_NAMES = frozenset(
    {
        *("OutputParameter.global_name", "OutputArtifact.global_name"),
        "WorkflowOutput.global_name",
    }
)


def with_text(value: object, text: str) -> Iterator[object]:
    """Yield what a field may be that says a text somewhere."""
    match value:
        case StrEnum() | (StrEnum(), *_):
            return
        case str():
            yield f"{value}{text}"
            yield f"{text}{value}"
            yield text
        case Constant():
            yield Constant.of(text)
            yield Constant.of({"deep": [text], "a": {text: "b"}})
            yield Constant.of([text, {"k": text}])
        case (str(first), *rest):
            yield (f"{first}{text}", *rest)
        case ((str(key), str(first)), *rest):
            yield ((key, f"{first}{text}"), *rest)
        case _:
            return


@cache
def fields() -> dict[str, tuple[Workflow, Any, int]]:
    """Return each field that holds text, with workflows and places to try it in."""
    found: dict[str, list[tuple[Workflow, Any, int]]] = {}
    for case in CORPUS.values():
        workflow = case.make()
        if workflow.parts is not None:  # several manifests, each made as one is
            continue
        for place in places(workflow):
            for at, _ in enumerate(with_text(place.value, PLAIN)):
                if place.field not in _ARGOS_OWN:
                    key = f"{place.field} {at}"
                    found.setdefault(key, []).append((workflow, place, at))
    return {key: _first(tries) for key, tries in found.items() if _first(tries)}


@cache
def _compiled(workflow: Workflow) -> str:
    engine = Argo()
    return "" if engine.problems(workflow) else engine.built(workflow).text


def _changed(workflow: Workflow, place: Any, at: int, text: str) -> Workflow | None:
    try:
        value = [*with_text(place.value, text)][at]
        made = changed(workflow, place.path, value)
    except (InvalidWorkflow, ValueError, TypeError):
        return None
    return None if outermost_problems(made) else made


def _first(tries: list[tuple[Workflow, Any, int]]) -> Any:
    """Return the first of the workflows that can be compiled with text in that place."""
    for workflow, place, at in tries:
        made = _changed(workflow, place, at, PLAIN)
        if made is not None and PLAIN in _compiled(made):
            return workflow, place, at
    return None


@pytest.mark.parametrize("field", fields())
def test_braces_come_through_in(field: str) -> None:
    workflow, place, at = fields()[field]
    plain, braced = (_changed(workflow, place, at, one) for one in (PLAIN, BRACED))
    assert plain is not None
    if braced is None:
        return
    problems = Argo().problems(braced)
    if problems:
        assert all(one.what for one in problems)
        return
    text = Argo().built(braced).text
    assert unknown_tags(text) == []
    found = read_back(as_run(text))
    if BRACED in str(found):
        assert found == read_back(
            braced_in(yaml.load(_compiled(plain), yaml.CSafeLoader))
        )
    else:
        assert made_a_name(field)


def made_a_name(field: str) -> bool:
    """Whether Argo has names in that place, which are made of letters and digits."""
    return field.split(maxsplit=1)[0] in _NAMES


def read_back(value: Any) -> Any:
    """Return an object in which braces are written out that expressions spell otherwise."""
    text = json.dumps(value, ensure_ascii=False)
    for spelt in (r"{\\x7b", r"\\u007b{"):
        text = text.replace(spelt, "{{")
    return json.loads(text.replace(r"}\\x7d", "}}"))


def braced_in(value: Any) -> Any:
    """Return an object with braces in the place of the plain mark."""
    match value:
        case str():
            return value.replace(PLAIN, BRACED)
        case dict():
            return {braced_in(key): braced_in(one) for key, one in value.items()}
        case list():
            return [braced_in(one) for one in value]
        case _:
            return value


def specs(text: str) -> Any:
    return yaml.load(text, yaml.CSafeLoader)["spec"]


def as_run(text: str) -> Any:
    """Return a manifest whose spec is as Argo makes it; metadata it leaves alone."""
    found = yaml.load(text, yaml.CSafeLoader)
    return {**found, "spec": substituted(found["spec"], {})}


def unknown_tags(text: str) -> list[str]:
    """Return what the check of a manifest would refuse of its tags."""
    found = ArgoLinter().lint([Source("x.yaml", text)])
    return [
        one.message
        for one in found
        if one.severity is Severity.ERROR and "{{" in one.message
    ]


def _step(text: Text, *ports: InputParameter) -> Workflow:
    return flow("w", step("s", sh(text), takes={one.name: "1" for one in ports}))


def test_each_field_is_tried_somewhere() -> None:
    kinds = {name.split(".")[0] for name in fields()}
    assert kinds >= {
        "Container",
        "Script",
        "Pod",
        "Workflow",
        "RawVolume",
        "Http",
        "S3",
    }
    assert len(fields()) > 120


@pytest.mark.parametrize(
    "text",
    ["{{workflow.name}}", "{{ workflow.parameters.x }}", "{{=1+1}}", "{{inputs.x}}"],
)
def test_what_argo_would_replace_is_refused(text: str) -> None:
    (problem,) = Argo().problems(_step(f"echo '{text}'"))
    assert "is what Argo itself replaces" in problem.what
    assert text in problem.what


def test_a_key_of_items_has_none() -> None:
    given = {"x": ItemRef(("{{x}}",))}
    work = flow("w", step("s", echo(), takes=given, loop=over({"{{x}}": 1})))
    (problem,) = Argo().problems(work)
    assert "cannot name braces" in problem.what


def test_what_it_would_replace_in_a_task_is_refused_there() -> None:
    fine = flow("w", step("s", sh("ansible '{{ item }}'"), loop=over("a")))
    assert Argo().problems(fine) == ()
    given = flow("w", step("s", echo(), takes={"x": "{{ item }}"}, loop=over("a")))
    (problem,) = Argo().problems(given)
    assert "{{ item }}" in problem.what


def test_braces_that_nothing_closes_are_refused_beside_tags() -> None:
    port = InputParameter(name="x")
    alone = _step("awk '{{print $1}'")
    assert Argo().problems(alone) == ()
    text = Argo().built(alone).text
    assert "awk '{{print $1}'" in str(substituted(specs(text), {}))
    beside = Format(("awk '{{print $1}' ", InputRef("x")))
    script = Script(
        source=beside, interpreter=("sh",), image="alpine:3", inputs=(port,)
    )
    work = flow("w", step("s", script, takes={"x": "1"}))
    (problem,) = Argo().problems(work)
    assert "nothing closes the braces" in problem.what


def test_raw_objects_are_texts_too() -> None:
    value = Constant.of({"nodeAffinity": {"a {{x}}": ["{{y}}"]}})
    volume = Volume(
        name="v", source=RawVolume(Constant.of({"csi": {"driver": BRACED}}))
    )
    work = Workflow(
        name="w",
        steps=(step("s", sh("true")),),
        pod=Pod(affinity=value, security=value),
        volumes=(volume,),
    )
    spec = substituted(specs(Argo().built(work).text), {})
    assert spec["affinity"] == value.value
    assert spec["securityContext"] == value.value
    assert spec["volumes"] == [{"name": "v", "csi": {"driver": BRACED}}]
