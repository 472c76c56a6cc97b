"""What components take and leave, and what kind of values those are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from types import MappingProxyType

from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    list_at,
    object_at,
    only,
    text_at,
)
from couler_jupyter.ir import (
    Constant,
    InputArtifact,
    InputParameter,
    Json,
    ValueType,
)

TYPES: Mapping[str, ValueType] = MappingProxyType(
    {
        "STRING": ValueType.STRING,
        "NUMBER_INTEGER": ValueType.INTEGER,
        "NUMBER_DOUBLE": ValueType.NUMBER,
        "BOOLEAN": ValueType.BOOLEAN,
        "LIST": ValueType.LIST,
        "STRUCT": ValueType.OBJECT,
        "TASK_FINAL_STATUS": ValueType.JSON,
    }
)
_PARAMETER = frozenset(
    {"parameterType", "defaultValue", "isOptional", "description", "literals"}
)
_ARTIFACT = frozenset({"artifactType", "isOptional", "description"})


def parameters_of(definitions: Object) -> Iterator[InputParameter]:
    """Yield the parameters in `inputDefinitions`.

    Raises:
        NoWord: one is of a kind that the IR has no word for.
    """
    found = object_at(definitions, "parameters")
    for name in found:
        body = object_at(found, name)
        only(body, _PARAMETER)
        kind = type_of(body)
        default: Constant | None = None
        if body.get("defaultValue") is not None:
            default = Constant.of(whole(body["defaultValue"], kind))
        elif flag_at(body, "isOptional"):
            kind, default = ValueType.JSON, Constant.of(None)
        yield InputParameter(
            name=name,
            type=kind,
            default=default,
            choices=tuple(Constant.of(one) for one in list_at(body, "literals")),
            description=text_at(body, "description"),
        )


def artifacts_of(definitions: Object) -> Iterator[InputArtifact]:
    """Yield the artifacts in `inputDefinitions`.

    Raises:
        NoWord: one is a list of them.
    """
    found = object_at(definitions, "artifacts")
    for name in found:
        body = object_at(found, name)
        only(body, _ARTIFACT)
        yield InputArtifact(
            name=name,
            optional=flag_at(body, "isOptional"),
            description=text_at(body, "description"),
        )


def type_of(definition: Object) -> ValueType:
    """Return the type of a parameter.

    Raises:
        NoWord: it is none that a value has.
    """
    word = text_at(definition, "parameterType")
    if word not in TYPES:
        raise NoWord(f"{word!r} is no type of a value")
    return TYPES[word]


def whole(value: Json, kind: ValueType) -> Json:
    """Return a value, numbers that are whole as such where they must be."""
    is_whole = isinstance(value, float) and value.is_integer()
    return int(value) if is_whole and kind is ValueType.INTEGER else value
