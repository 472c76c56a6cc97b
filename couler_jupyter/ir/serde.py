"""Workflows as JSON and YAML: exact both ways, with a version, in any language.

A file is `{"format": "couler-workflow", "version": 1, "workflow": {...}}`; fields that
have their default are left out, and a template that several steps use stands once,
under `templates`, for steps to name. `schema` publishes the JSON Schema, and a file may
name it as `$schema` for editors.
"""

from __future__ import annotations

import json
from typing import NoReturn, cast

from couler_jupyter.errors import InvalidDocument, InvalidWorkflow
from couler_jupyter.ir.constant import Json, is_unicode
from couler_jupyter.ir.reading import Reader
from couler_jupyter.ir.shape import (
    Record,
)
from couler_jupyter.ir.workflow import Workflow
from couler_jupyter.ir.writing import Writer

FORMAT = "couler-workflow"
VERSION = 1
_HEAD = frozenset({"$schema", "format", "version", "templates", "workflow"})
_MOST_FAULTS = 50
_NO_UNICODE = "the workflow holds half of a surrogate pair, which no file can hold"


def to_json(workflow: Workflow, *, indent: int | None = None) -> str:
    """Return `workflow` as JSON text; equal workflows with equal origins, equal text.

    Raises:
        InvalidDocument: it holds text that is no Unicode.
    """
    document = to_document(workflow)
    return _checked_text(json.dumps(document, ensure_ascii=False, indent=indent))


def to_document(workflow: Workflow) -> dict[str, Json]:
    """Return `workflow` as the plain object that the file holds."""
    writer = Writer(workflow)
    head: dict[str, Json] = {"format": FORMAT, "version": VERSION}
    if templates := writer.templates():
        head["templates"] = templates
    return {**head, "workflow": writer.write(Record(Workflow), workflow)}


def from_json(text: str) -> Workflow:
    """Return the workflow that a JSON text holds.

    Raises:
        InvalidDocument: it is no JSON, no workflow, or of a newer version; with
            every place that is wrong.
        InvalidWorkflow: the workflow in it is not well formed.
    """
    try:
        document = json.loads(text, object_pairs_hook=_unique, parse_constant=_constant)
    except InvalidDocument:
        raise
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise InvalidDocument(f"no JSON: {error.msg} at {where}") from None
    except ValueError:
        raise InvalidDocument("no JSON: a number has too many digits") from None
    except RecursionError:
        raise InvalidDocument("nested too deeply to be a workflow") from None
    return from_document(document)


def from_document(document: Json) -> Workflow:
    """Return the workflow that the plain object of a file holds; see `from_json`."""
    body = _checked_head(document)
    reader = Reader()
    try:
        reader.read_templates(body.get("templates", {}))
        workflow = reader.read(Record(Workflow), body.get("workflow"), ("workflow",))
    except RecursionError:
        raise InvalidDocument("nested too deeply to be a workflow") from None
    if reader.faults:
        raise InvalidDocument(_lines([*reader.faults, *map(str, reader.problems)]))
    if reader.problems:
        raise InvalidWorkflow(_name(body), reader.problems)
    return cast("Workflow", workflow)


def to_yaml(workflow: Workflow) -> str:
    """Return `workflow` as YAML text, for people to read and edit; see `to_json`."""
    from couler_jupyter.ir.safe_yaml import dump

    try:
        return _checked_text(dump(to_document(workflow)))
    except UnicodeEncodeError:
        raise InvalidDocument(_NO_UNICODE) from None


def from_yaml(text: str) -> Workflow:
    """Return the workflow that a YAML text holds; see `from_json`."""
    import yaml

    from couler_jupyter.ir.safe_yaml import load

    try:
        document = load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f" at line {mark.line + 1}, column {mark.column + 1}" if mark else ""
        raise InvalidDocument(f"no YAML: {error.problem}{where}") from None
    except (yaml.YAMLError, ValueError) as error:
        raise InvalidDocument(f"no YAML: {error}") from None
    except RecursionError:
        raise InvalidDocument("nested too deeply to be a workflow") from None
    return from_document(document)


def _checked_head(document: Json) -> dict[str, Json]:
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise InvalidDocument(f'no workflow document: "format" must be "{FORMAT}"')
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise InvalidDocument('"version" must be a whole number, 1 or more')
    if version > VERSION:
        shown = version if version < _MOST_FAULTS else "of this file"
        raise InvalidDocument(
            f"format version {shown} was written by a newer couler-jupyter; "
            f"this one reads up to {VERSION}"
        )
    if unknown := [key for key in document if key not in _HEAD]:
        keys = [key[:60] if isinstance(key, str) else "no text" for key in unknown]
        raise InvalidDocument(f"unknown at the top: {', '.join(keys)}")
    if "workflow" not in document:
        raise InvalidDocument('"workflow" is missing')
    return document


def _name(body: dict[str, Json]) -> str:
    workflow = body["workflow"]
    return str(workflow.get("name", "")) if isinstance(workflow, dict) else ""


def _checked_text(text: str) -> str:
    if not is_unicode(text):
        raise InvalidDocument(_NO_UNICODE)
    return text


def _lines(faults: list[str]) -> str:
    if len(faults) == 1:
        return faults[0]
    more = len(faults) - _MOST_FAULTS
    shown = [*faults[:_MOST_FAULTS], *([f"and {more} more"] if more > 0 else [])]
    return f"{len(faults)} problems" + "".join(f"\n  {fault}" for fault in shown)


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise InvalidDocument(f"key {twice!r} stands twice in one object")
    return found


def _constant(word: str) -> NoReturn:
    raise InvalidDocument(f"{word} is no number that JSON has")
