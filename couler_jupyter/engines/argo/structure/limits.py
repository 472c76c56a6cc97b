"""What of a manifest is more than a stock cluster takes, and by how much.

The counts are those of Argo's full CRDs, the default since 4.0; the size is what the
controller can hold of one Workflow, its status included.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.folding import MOST_TEMPLATES
from couler_jupyter.engines.argo.structure.grouping import MOST_TASKS
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Limit, Workflow

MOST_PARAMETERS = 500
LARGEST = 2**20
"""Bytes of a whole Workflow as JSON."""
LONGEST_TEXT = 128 * 2**10
"""Bytes of one argument or one environment variable of a program (Linux)."""
LIMITS = (
    Limit(of="bytes", most=LARGEST, reason="what the controller can hold"),
    Limit(of="templates", most=MOST_TEMPLATES, reason="the CRDs of Argo 4"),
    Limit(of="tasks of a template", most=MOST_TASKS, reason="the CRDs of Argo 4"),
    Limit(of="parameters", most=MOST_PARAMETERS, reason="the CRDs of Argo 4"),
)


def sizes_of(document: Object, size: int) -> Mapping[str, int]:
    """Return how much of what is limited a manifest has; `size` is that of its JSON."""
    spec: dict[str, Any] = document["spec"]
    spec = spec.get("workflowSpec", spec)
    templates: list[dict[str, Any]] = spec.get("templates") or []
    tasks = (len(_part(one, "dag").get("tasks") or ()) for one in templates)
    return {
        "bytes": size,
        "templates": len(templates),
        "tasks of a template": max(tasks, default=0),
        "parameters": len(_part(spec, "arguments").get("parameters") or ()),
    }


def limit_problems(
    workflow: Workflow, document: Object, size: int
) -> Iterator[Problem]:
    """Yield what of a manifest does not fit; `size` is that of its JSON in bytes."""
    where = f"workflow {workflow.name!r}"
    spec: dict[str, Any] = document["spec"]
    spec = spec.get("workflowSpec", spec)
    for what in _faults(spec):
        yield Problem(where, what)
    if size > LARGEST:
        yield Problem(
            where,
            f"its manifest has {size:,} bytes, {size - LARGEST:,} more than the "
            f"{LARGEST:,} that the controller can hold; share templates, pass big "
            "texts as artifacts, or split the workflow",
        )


def _faults(spec: dict[str, Any]) -> Iterator[str]:
    templates: list[dict[str, Any]] = spec.get("templates") or []
    yield from _count("templates", "the manifest", len(templates), MOST_TEMPLATES)
    given = _part(spec, "arguments").get("parameters") or ()
    yield from _count("parameters", "the workflow", len(given), MOST_PARAMETERS)
    for template in templates:
        name = f"template {template['name']!r}"
        taken = _part(template, "inputs").get("parameters") or ()
        yield from _count("input parameters", name, len(taken), MOST_PARAMETERS)
        tasks = _part(template, "dag").get("tasks") or ()
        yield from _count("tasks", name, len(tasks), MOST_TASKS)
        for what, text in _program_texts(template):
            if len(text) > LONGEST_TEXT // 4 and len(text.encode()) > LONGEST_TEXT:
                yield (
                    f"{what} of {name} has {len(text.encode()):,} bytes; a program "
                    f"takes {LONGEST_TEXT:,} at the most, so pass it as an artifact"
                )


def _count(what: str, where: str, count: int, most: int) -> Iterator[str]:
    if count > most:
        yield f"{where} has {count} {what}, {count - most} more than Argo takes ({most})"


def _part(whole: dict[str, Any], key: str) -> dict[str, Any]:
    """Return an object in a field; what comes from a manifest may hold nothing there."""
    return whole.get(key) or {}


def _program_texts(template: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind in ("container", "script"):
        box = _part(template, kind)
        for field in ("command", "args"):
            for text in box.get(field) or ():
                yield f"an entry of {field}", str(text)
        for variable in box.get("env") or ():
            if variable.get("value") is not None:
                yield f"variable {variable['name']!r}", str(variable["value"])
