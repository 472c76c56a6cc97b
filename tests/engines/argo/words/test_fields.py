"""The typed words have every field that Argo owns, with the same types and needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, get_args, get_origin, is_typeddict

import pytest

from couler_jupyter.engines.argo.words.checking import known_fields
from couler_jupyter.engines.argo.words.fields import (
    CronWorkflowSpec,
    WorkflowEventBindingSpec,
)
from couler_jupyter.engines.argo.words.needed import NEEDED
from tests.engines.argo.coverage.api import WRITTEN_BY_CONTROLLER, api
from tests.engines.argo.coverage.shape import Kind, Pair, Shape

_API = api()
_PLAIN: dict[Any, set[Kind]] = {
    str: {Kind.TEXT},
    int: {Kind.WHOLE},
    float: {Kind.NUMBER},
    bool: {Kind.TRUTH},
    Any: {Kind.ANY},
}


def _inside(hint: Any) -> Iterator[Any]:
    if is_typeddict(hint):
        yield hint
    for inner in get_args(hint):
        yield from _inside(inner)


def _kinds() -> dict[str, Any]:
    found: dict[str, Any] = {}
    waiting: list[Any] = [CronWorkflowSpec, WorkflowEventBindingSpec]
    while waiting:
        kind = waiting.pop()
        name = kind.__name__.removeprefix("With")
        if name not in found:
            found[name] = kind
            waiting += [one for h in known_fields(kind).values() for one in _inside(h)]
    return found


_KINDS = _kinds()


@pytest.mark.parametrize("name", sorted(_KINDS))
def test_has_every_field(name: str) -> None:
    settable = {f for f in _API[name] if Pair(name, f) not in WRITTEN_BY_CONTROLLER}
    assert set(known_fields(_KINDS[name])) == settable


@pytest.mark.parametrize("name", sorted(_KINDS))
def test_has_the_same_types(name: str) -> None:
    for field, hint in known_fields(_KINDS[name]).items():
        assert _alike(hint, _API[name][field].shape), f"{name}.{field}: {hint}"


@pytest.mark.parametrize("name", sorted(_KINDS))
def test_asks_for_what_is_needed(name: str) -> None:
    needed = {field for field, one in _API[name].items() if one.required}
    assert set(NEEDED.get(name, ())) == needed


def test_asks_for_what_there_is() -> None:
    assert set(NEEDED) <= set(_KINDS)


def test_leaves_out_only_whole_documents() -> None:
    argos = {name for name in _API if Pair(name, "").is_argos}
    documents = {"Workflow", "WorkflowTemplate", "ClusterWorkflowTemplate"}
    others = {"CronWorkflow", "WorkflowEventBinding"}
    assert argos - set(_KINDS) == {*documents, *others}


def _alike(hint: Any, shape: Shape) -> bool:
    inner = get_args(hint)
    if is_typeddict(hint):
        return str(hint.__name__).removeprefix("With") == shape.type
    if get_origin(hint) is Sequence:
        return shape.of is not None and _alike(inner[0], shape.of)
    if get_origin(hint) is Mapping:
        if shape.kind is Kind.OBJECT:
            return shape.type.startswith("k8s.")
        return shape.of is not None and _alike(inner[1], shape.of)
    if inner:
        return shape.kind in {Kind.TEXT_OR_WHOLE, Kind.QUANTITY}
    return shape.kind in _PLAIN[hint]
