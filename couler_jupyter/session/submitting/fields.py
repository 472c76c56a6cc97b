"""What there is to fill in: inputs of the workflow, options of the engine, places."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from types import MappingProxyType

from couler_jupyter.engines import Engine
from couler_jupyter.engines.choices import Choice
from couler_jupyter.ir import (
    Constant,
    InputArtifact,
    InputParameter,
    Json,
    ValueType,
    Workflow,
)
from couler_jupyter.protocol import one_line
from couler_jupyter.protocol.submit import FieldKind, FieldView, TargetView
from couler_jupyter.targets import Target

_NONE: Mapping[str, tuple[str, ...]] = MappingProxyType({})
_MOST, _LONGEST = 200, 253
"""Names that are suggested for an option at the most, and letters of each."""
_KINDS: Mapping[ValueType, FieldKind] = MappingProxyType(
    {
        ValueType.STRING: "text",
        ValueType.INTEGER: "integer",
        ValueType.NUMBER: "number",
        ValueType.BOOLEAN: "boolean",
    }
)


def argument_fields(workflow: Workflow) -> Iterator[FieldView]:
    """Yield what a workflow can be given, in the order in which it is written."""
    yield from map(_parameter, workflow.parameters)
    yield from map(_artifact, workflow.artifacts)


def option_fields(
    engine: Engine,
    target: Target | None,
    suggested: Mapping[str, tuple[str, ...]] = _NONE,
) -> Iterator[FieldView]:
    """Yield what can be chosen of an engine, with what a target has set as defaults."""
    given = {} if target is None else target.run_options()
    for one in engine.choices():
        some = suggested.get(one.name, ())
        yield _option(one, given.get(one.name, one.default), some)


def target_views(targets: tuple[Target, ...]) -> list[TargetView]:
    """Return the places there are, each with what is set for it."""
    return [
        {"name": one.name, "engine": one.engine, "told": one_line(_told(one), 200)}
        for one in targets
    ]


def text_of(value: Json) -> str:
    """Return a value as a person would type it: text as it is, others as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _parameter(one: InputParameter) -> FieldView:
    is_text = one.type is ValueType.STRING
    kind = _KINDS.get(one.type, "json")
    return {
        "name": one.name,
        "kind": "choice" if one.choices else kind,
        "required": one.default is None,
        "default": "" if one.default is None else _typed(one.default, is_text),
        "choices": [_typed(choice, is_text) for choice in one.choices],
        "suggested": [],
        "help": one_line(one.description),
        "main": True,
    }


def _typed(value: Constant, is_text: bool) -> str:
    """Return a value as `read_argument` reads it."""
    return text_of(value.value) if is_text else value.json


def _artifact(one: InputArtifact) -> FieldView:
    return {
        "name": one.name,
        "kind": "file",
        "required": one.default is None and not one.optional,
        "default": "",
        "choices": [],
        "suggested": [],
        "help": one_line(one.description) or "path of a file or folder of this machine",
        "main": True,
    }


def _option(one: Choice, default: Json, suggested: tuple[str, ...]) -> FieldView:
    kind: FieldKind = "text"
    if one.some:
        kind = "choice"
    elif isinstance(one.default, bool):
        kind = "boolean"
    elif isinstance(one.default, int | float) or one.number:
        kind = "number"
    return {
        "name": one.name,
        "kind": kind,
        "required": False,
        "default": text_of(default),
        "choices": list(one.some),
        "suggested": [name for name in suggested if len(name) <= _LONGEST][:_MOST],
        "help": one.help.replace("None for", "empty for"),
        "main": one.main,
    }


def _told(target: Target) -> str:
    pairs = [f"{name}={value}" for name, value in target.options.items()]
    return ", ".join(
        (*pairs, *(f"{name} by {at}" for name, at in target.secrets.items()))
    )
