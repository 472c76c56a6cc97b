"""What steps take and leave, as the prelude reads it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast, get_args

from couler_jupyter.engines.airflow.stores import store_said
from couler_jupyter.engines.airflow.trees import Trees
from couler_jupyter.ir import (
    GCS,
    S3,
    Argument,
    Azure,
    Dataset,
    FromFile,
    FromReturn,
    Http,
    Inline,
    Input,
    InputArtifact,
    Json,
    LocalPath,
    Managed,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Storage,
    Value,
    Workflow,
)
from couler_jupyter.ir.given import given_by_output

_VALUES = get_args(Value)
Said = dict[str, Any]


def inputs_said(
    ports: tuple[Input, ...], arguments: tuple[Argument, ...], trees: Trees
) -> Said:
    """Return what each input is and what it is given, by name; parameters come first."""
    given = {one.name: one.value for one in arguments}
    found: Said = {}
    for port in sorted(ports, key=lambda one: isinstance(one, InputArtifact)):
        said: Said = {}
        if isinstance(port, InputArtifact):
            said["type"] = "artifact"
            said |= _file_words(port)
        else:
            said["type"] = port.type.value
            if port.choices:
                said["choices"] = [one.value for one in port.choices]
        if port.name in given:
            said["value"] = given_said(given[port.name], trees)
        elif port.default is not None:
            said["value"] = given_said(port.default, trees)
        found[port.name] = said
    return found


def are_files(value: Value | Storage, workflow: Workflow) -> bool:
    """Whether a value is the files that the items of a map left, as a list."""
    if not isinstance(value, OutputRef):
        return False
    maker = workflow.by_name.get(value.step)
    return (
        maker is not None
        and maker.loop is not None
        and given_by_output(maker, value.name) == "artifact"
    )


def given_said(value: Value | Storage, trees: Trees) -> Json:
    """Return an argument: a value, or where something lies."""
    if isinstance(value, _VALUES):
        return trees.value(cast("Value", value))
    match value:
        case Dataset(source=source):
            return given_said(source, trees)
        case LocalPath(path=text):
            return ("local", trees.text(text))
        case Inline(data=text):
            return ("inline", trees.text(text))
        case Http(url=text, headers=headers):
            return ("http", trees.text(text), dict(headers))
        case S3() | GCS() | Azure():
            return store_said(value, trees)
        case _:
            raise AssertionError("other storages are refused before")


def outputs_said(
    outputs: tuple[OutputParameter | OutputArtifact, ...], trees: Trees
) -> Said:
    """Return what each output is and where it is taken from, by name."""
    return {one.name: _output(one, trees) for one in outputs}


def _output(one: OutputParameter | OutputArtifact, trees: Trees) -> Said:
    if isinstance(one, OutputArtifact):
        said: Said = {"type": "artifact", "source": "file" if one.path else "return"}
        if one.part:
            said["part"] = one.part
        match one.storage:
            case Managed(key=key) if key != "":
                said["key"] = trees.text(key)
            case LocalPath(path=path):
                said["storage"] = trees.text(path)
            case (S3() | GCS() | Azure()) as store:
                said["store"] = store_said(store, trees)
            case _:
                pass
        return said | _file_words(one)
    said = {"type": one.type.value}
    match one.source:
        case FromFile(path=path):
            said |= {"source": "file", "path": path}
        case FromReturn(path=part):
            said |= {"source": "return", **({"part": part} if part else {})}
        case _:
            said["source"] = "stdout"
    if one.default is not None:
        said["default"] = one.default.value
    if one.choices:
        said["choices"] = [choice.value for choice in one.choices]
    if one.global_name:
        said["known_as"] = one.global_name
    return said


def _file_words(one: InputArtifact | OutputArtifact) -> Said:
    asked: Mapping[str, Any] = {
        "path": one.path,
        "optional": one.optional,
        "mode": one.mode,
        "recurse": one.recurse_mode,
    }
    said = {
        key: value for key, value in asked.items() if value not in ("", False, None)
    }
    if isinstance(one, OutputArtifact) and one.global_name:
        said["known_as"] = one.global_name
    return said
