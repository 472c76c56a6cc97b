"""Inputs that always are what the run is told: whoever uses one can ask the run itself.

The default of an input of a template may be a tag, as `{{workflow.parameters.rows}}`.
Where nobody gives such an input anything, the template can do without it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from couler_jupyter.engines.kube.reading.fields import (
    Object,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import Json

_UNNAMED = re.compile(r"inputs\.parameters\[|toJson\(inputs|inputs\.parameters\s*\}")
_OF_RUN = re.compile(r"\{\{\s*(workflow\.[A-Za-z0-9_.-]+)\s*\}\}")


def without_fixed_inputs(
    nodes: Mapping[str, Object], tasks: Iterable[Object], arguments: Object
) -> dict[str, Object]:
    """Return the templates that have such inputs, without them.

    Args:
        nodes: all templates by name.
        tasks: all tasks and steps.
        arguments: of the run.
    """
    given = {text_at(one, "name") for one in objects_at(arguments, "parameters")}
    by_tasks = {
        (text_at(task, "template"), text_at(one, "name"))
        for task in tasks
        for one in objects_at(object_at(task, "arguments"), "parameters")
    }
    changed: dict[str, Object] = {}
    for name, node in nodes.items():
        fixed = {
            port: tag
            for port, tag in _fixed(node)
            if (port not in given or tag == f"workflow.parameters.{port}")
            and (name, port) not in by_tasks
        }
        if fixed and (made := _without(node, fixed)) is not None:
            changed[name] = made
    return changed


def _fixed(node: Object) -> Iterator[tuple[str, str]]:
    for one in objects_at(object_at(node, "inputs"), "parameters"):
        default = one.get("value", one.get("default"))
        found = _OF_RUN.fullmatch(default) if isinstance(default, str) else None
        if found is not None and one.keys() <= {"name", "value", "default"}:
            yield text_at(one, "name"), found[1]


def _without(node: Object, fixed: Mapping[str, str]) -> Object | None:
    """Return a template that asks the run; None where it asks in another way."""
    inputs = dict(object_at(node, "inputs"))
    ports = [one for one in inputs["parameters"] if one["name"] not in fixed]
    inputs = {k: v for k, v in inputs.items() if k != "parameters"}
    if ports:
        inputs["parameters"] = ports
    rest = {key: value for key, value in node.items() if key != "inputs"}
    made: Json = {**rest, "inputs": inputs} if inputs else rest
    for port, tag in fixed.items():
        made = _replaced(made, _path(port), tag)
    return None if _UNNAMED.search(str(made)) else made


def asks_for(node: Object, port: str) -> bool:
    """Whether a template asks for an input, or in a way that does not name which."""
    text = str(node)
    return any(one.search(text) for one in (_path(port), _UNNAMED))


def _path(port: str) -> re.Pattern[str]:
    return re.compile(rf"\binputs\.parameters\.{re.escape(port)}(?![\w.-])")


def _replaced(value: Json, path: re.Pattern[str], tag: str) -> Json:
    if isinstance(value, str):
        return path.sub(lambda _: tag, value)
    if isinstance(value, dict):
        return {key: _replaced(one, path, tag) for key, one in value.items()}
    if isinstance(value, list):
        return [_replaced(one, path, tag) for one in value]
    return value
