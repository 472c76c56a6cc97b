"""Parameters and results as they are declared, and their types."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType

from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    list_at,
    objects_at,
    only,
    text_at,
)
from couler_jupyter.ir import Constant, InputParameter, Json, ValueType, as_text

_TYPES = MappingProxyType(
    {
        "": ValueType.STRING,
        "string": ValueType.STRING,
        "array": ValueType.LIST,
        "object": ValueType.OBJECT,
    }
)
_FIELDS = frozenset({"name", "type", "default", "description", "properties", "enum"})


def read_params(node: Object) -> Iterator[InputParameter]:
    """Yield the parameters that a task or a pipeline declares.

    Raises:
        NoWord: one says what the IR has no word for.
    """
    for one in objects_at(node, "params"):
        only(one, _FIELDS)
        kind = _type(one)
        default = plain(one["default"]) if one.get("default") is not None else None
        yield InputParameter(
            name=text_at(one, "name"),
            type=kind,
            default=None if default is None else Constant.of(default),
            choices=tuple(Constant.of(word) for word in list_at(one, "enum")),
            description=text_at(one, "description"),
        )


def _type(node: Object) -> ValueType:
    word = text_at(node, "type")
    if not word and "default" in node:
        return type_of(node["default"])
    return result_type(word)


def result_type(word: str) -> ValueType:
    """Return the type that Tekton calls so.

    Raises:
        NoWord: there is none.
    """
    if word not in _TYPES:
        raise NoWord(f"{word!r} is no type")
    return _TYPES[word]


def type_of(value: Json) -> ValueType:
    """Return the type that a value has which says nothing of it."""
    if isinstance(value, list):
        return ValueType.LIST
    return ValueType.OBJECT if isinstance(value, dict) else ValueType.STRING


def plain(value: Json) -> Json:
    """Return a value as Tekton takes it: texts, lists of texts, objects of texts.

    Raises:
        NoWord: something refers to what only the run knows.
    """
    if isinstance(value, list):
        return [_text(one) for one in value]
    if isinstance(value, dict):
        return {key: _text(one) for key, one in value.items()}
    return _text(value)


def _text(value: Json) -> str:
    if isinstance(value, list | dict):
        raise NoWord("a list in a list is no value of a parameter")
    text = as_text(value)
    if "$(" in text or "$$" in text:
        raise NoWord(f"{text[:40]!r} is replaced when it runs")
    return text
