"""Fewer templates: those that differ only in plain texts become one that takes them.

A manifest may have 200 templates. Texts that differ become input parameters, and each
task passes its own; what stands between the tags of a text is a text of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from couler_jupyter.engines.argo.names import Taken
from couler_jupyter.engines.argo.structure.book import Book, Object
from couler_jupyter.ir import Json

MOST_TEMPLATES = 200
"""Templates in one manifest: the bound of Argo's full CRDs (4.0 and later)."""

Place: TypeAlias = tuple[str | int, ...]
_TAG = re.compile(r"(\{\{.*?\}\})", re.DOTALL)
_BOXES = ("container", "script")
_HOLE = "\0"


def fold(book: Book) -> None:
    """Fold the templates of a book that are alike, and change the tasks that use them."""
    alike: dict[str, list[str]] = {}
    for name in book.names():
        if (skeleton := _skeleton(book[name])) is not None:
            alike.setdefault(skeleton, []).append(name)
    given: dict[str, tuple[str, list[tuple[str, str]]]] = {}
    bodies = {name: book[name] for name in book.names()}
    for names in alike.values():
        if len(names) > 1:
            folded, texts = _folded([book[name] for name in names])
            bodies[names[0]] = folded
            for name, passed in zip(names, texts, strict=True):
                given[name] = (names[0], passed)
                if name != names[0]:
                    del bodies[name]
    book.replace({name: _with_texts(body, given) for name, body in bodies.items()})


def _skeleton(template: Object) -> str | None:
    """Return a template with a hole for each plain text; None for a graph of others."""
    if not any(kind in template for kind in (*_BOXES, "resource", "suspend")):
        return None
    bare: dict[str, Any] = {**template, "name": ""}
    texts = {place: _HOLE.join(_cut(text)[1::2]) for place, text in _texts(template)}
    return repr((_put(bare, texts), [*texts]))


def _texts(template: Object) -> Iterator[tuple[Place, str]]:
    """Yield the texts that a parameter may stand in, each with its place."""
    for kind in _BOXES:
        box: dict[str, Any] = template.get(kind, {})
        for field in ("image", "source"):
            if field in box:
                yield (kind, field), box[field]
        for field in ("command", "args"):
            for index, text in enumerate(box.get(field, ())):
                yield (kind, field, index), text
        for index, variable in enumerate(box.get("env", ())):
            if "value" in variable:
                yield (kind, "env", index, "value"), variable["value"]
    if "manifest" in template.get("resource", {}):
        yield ("resource", "manifest"), template["resource"]["manifest"]
    if "duration" in template.get("suspend", {}):
        yield ("suspend", "duration"), template["suspend"]["duration"]


def _cut(text: str) -> list[str]:
    """Return a text cut at its tags: plain texts at even places, tags at odd ones."""
    return _TAG.split(text) if "{{" in text else [text]


def _folded(templates: list[Object]) -> tuple[Object, list[list[tuple[str, str]]]]:
    """Return one template for all, and the texts that each of them passes to it."""
    first = templates[0]
    columns = [[_cut(text) for _, text in _texts(one)] for one in templates]
    taken = Taken()
    parameters: list[Json] = first.get("inputs", {}).get("parameters", [])
    for one in parameters:
        taken.take(one["name"])
    passed: list[list[tuple[str, str]]] = [[] for _ in templates]
    changed: dict[Place, str] = {}
    for at, (place, _) in enumerate(_texts(first)):
        whole = ""
        for index, part in enumerate(columns[0][at]):
            parts = [column[at][index] for column in columns]
            if all(one == part for one in parts):
                whole += part
                continue
            name = taken.take("text")
            whole += f"{{{{inputs.parameters.{name}}}}}"
            for own, text in zip(passed, parts, strict=True):
                own.append((name, text))
        changed[place] = whole
    body = _put(first, changed)
    more = [{"name": name} for name, _ in passed[0]]
    inputs = {**first.get("inputs", {}), "parameters": [*parameters, *more]}
    rest = {key: one for key, one in body.items() if key not in ("name", "inputs")}
    return {"name": first["name"], "inputs": inputs, **rest}, passed


def _put(template: Object, texts: dict[Place, str]) -> Object:
    """Return a template with other texts; what leads to them is copied, once."""
    made: Object = dict(template)
    own: set[int] = set()
    for (*way, last), text in texts.items():
        at: Any = made
        for part in way:
            inner = at[part]
            if id(inner) not in own:
                inner = at[part] = inner.copy()
                own.add(id(inner))
            at = inner
        at[last] = text
    return made


def _with_texts(
    template: Object, given: dict[str, tuple[str, list[tuple[str, str]]]]
) -> Object:
    """Return a template whose tasks pass the texts of what was folded."""
    if "dag" in template:
        tasks = [_task(task, given) for task in template["dag"]["tasks"]]
        return {**template, "dag": {**template["dag"], "tasks": tasks}}
    if "steps" in template:
        groups = [[_task(step, given) for step in group] for group in template["steps"]]
        return {**template, "steps": groups}
    return template


def _task(task: Object, given: dict[str, tuple[str, list[tuple[str, str]]]]) -> Object:
    known = given.get(task.get("template", ""))
    if known is None:
        return task
    name, texts = known
    arguments = task.get("arguments", {})
    more = [{"name": port, "value": text} for port, text in texts]
    parameters = [*arguments.get("parameters", ()), *more]
    made: Object = {"name": task["name"], "template": name}
    made["arguments"] = {**arguments, "parameters": parameters}
    return made | {k: v for k, v in task.items() if k not in made}
