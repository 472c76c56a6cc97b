"""The types and fields of the Argo API as Hera's models have them."""

from __future__ import annotations

from collections.abc import Iterator
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from hera.workflows.models.io.argoproj.workflow import v1alpha1
from pydantic import BaseModel, RootModel
from pydantic.fields import FieldInfo

from tests.engines.argo.coverage.shape import Field, Kind, Shape, Types

KINDS = (
    "Workflow",
    "WorkflowTemplate",
    "ClusterWorkflowTemplate",
    "CronWorkflow",
    "WorkflowEventBinding",
)
VERSION = "4.0.5"
"""The version of Argo whose OpenAPI document the models of Hera 7.1 are made from."""

_PLAIN = {
    str: Kind.TEXT,
    int: Kind.WHOLE,
    float: Kind.NUMBER,
    bool: Kind.TRUTH,
    Any: Kind.ANY,
    object: Kind.ANY,
}
_ROOTS = {
    "Amount": Shape(Kind.NUMBER),
    "IntOrString": Shape(Kind.TEXT_OR_WHOLE),
    "Item": Shape(Kind.ANY),
    "Quantity": Shape(Kind.QUANTITY),
    "Time": Shape(Kind.TEXT),
}
_FREE = {"Plugin", "FieldsV1"}


def types() -> Types:
    """Return every type that can be reached from the five kinds, with its fields.

    Deprecated fields are left out, and what only they lead to.
    """
    found: dict[str, dict[str, Field]] = {}
    waiting: list[type[BaseModel]] = [getattr(v1alpha1, kind) for kind in KINDS]
    while waiting:
        model = waiting.pop()
        if _name(model) in found:
            continue
        fields = {
            info.alias or name: info
            for name, info in model.model_fields.items()
            if "deprecated" not in (info.description or "").lower()
        }
        found[_name(model)] = {name: _field(info) for name, info in fields.items()}
        for info in fields.values():
            waiting += _models(info.annotation)
    return found


def _field(info: FieldInfo) -> Field:
    return Field(_shape(info.annotation), info.is_required())


def _name(model: type[BaseModel]) -> str:
    of_argo = ".argoproj." in model.__module__
    return model.__name__ if of_argo else f"k8s.{model.__name__}"


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, RootModel):
        if annotation.__name__ not in _ROOTS:
            yield from _models(annotation.model_fields["root"].annotation)
    elif isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    else:
        for inner in get_args(annotation):
            yield from _models(inner)


def _shape(annotation: Any) -> Shape:
    origin, inner = get_origin(annotation), get_args(annotation)
    if origin in (Union, UnionType):
        given = [one for one in inner if one is not NoneType]
        return _shape(given[0]) if len(given) == 1 else Shape(Kind.TEXT)
    if origin is Annotated:
        return _shape(inner[0])
    if origin is list:
        return Shape(Kind.LIST, _shape(inner[0]))
    if origin is dict:
        return Shape(Kind.MAP, _shape(inner[1]))
    if annotation in _PLAIN:
        return Shape(_PLAIN[annotation])
    return _shape_of_class(annotation)


def _shape_of_class(annotation: type) -> Shape:
    if annotation.__name__ in _ROOTS:
        return _ROOTS[annotation.__name__]
    if issubclass(annotation, RootModel):
        return _shape(annotation.model_fields["root"].annotation)
    if annotation.__name__ in _FREE:
        return Shape(Kind.MAP, Shape(Kind.ANY))
    if issubclass(annotation, BaseModel):
        return Shape(Kind.OBJECT, type=_name(annotation))
    return Shape(Kind.TEXT)
