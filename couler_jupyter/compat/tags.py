"""Argo's own tags in the texts of old scripts: `{{workflow.name}}` and the like.

What stands for a value that every engine has becomes that value; the rest of Argo's words
stay its own, and other engines refuse them. Braces of other languages (Jinja, Go) are text.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter import dsl
from couler_jupyter.compat.current import remembered
from couler_jupyter.compat.result import Printed, Results
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.scope import Scope
from couler_jupyter.dsl.texts import Text
from couler_jupyter.engines.argo.reading.tags import Tag, pieces

_RUN: Mapping[str, Handle] = MappingProxyType(
    {
        "workflow.name": dsl.this_run.run,
        "workflow.uid": dsl.this_run.id,
        "workflow.namespace": dsl.this_run.namespace,
        "workflow.serviceAccountName": dsl.this_run.service_account,
        "workflow.status": dsl.this_run.kube_status,
        "workflow.failures": dsl.this_run.kube_failures,
        "workflow.duration": dsl.this_run.duration,
        "workflow.priority": dsl.this_run.priority,
    }
)
_ARGO = frozenset(
    {
        "workflow",
        "inputs",
        "outputs",
        "steps",
        "tasks",
        "item",
        "pod",
        "node",
        "retries",
        "lastRetry",
    }
)
_PARAMETER = "workflow.parameters."


def with_tags(given: object, scope: Scope) -> object:
    """Return a text with Argo's tags as values; anything else as it is."""
    if not isinstance(given, str) or "{{" not in given:
        return given
    parts: list[str | Handle] = []
    for one in pieces(given):
        part = one if isinstance(one, str) else _handle(one, scope)
        if isinstance(part, str) and parts and isinstance(parts[-1], str):
            parts[-1] += part
        else:
            parts.append(part)
    return parts[0] if len(parts) == 1 else Text(tuple(parts))


def _handle(tag: Tag, scope: Scope) -> Handle | str:
    known = _RUN.get(tag.name)
    if known is not None:
        return known
    words = tag.name.split(".")
    if tag.name.startswith(_PARAMETER):
        return dsl.this_run.parameter(tag.name.removeprefix(_PARAMETER))
    if words[0] in {"steps", "tasks"}:
        return _output(tag, words, scope)
    if tag.expression or words[0] in _ARGO:
        return dsl.raw("argo", tag.text)
    return tag.text


def _output(tag: Tag, words: list[str], scope: Scope) -> Handle:
    """Return the output of a step that a tag names, if there is such a step."""
    for name, result in remembered(scope, Results).by_name.items():
        rest = tag.name.removeprefix(f"{words[0]}.{name}.outputs.")
        if rest == "result":
            return Printed(result.node)
        if rest.startswith("parameters."):
            return dsl.StepOutput(result.node).output(rest.removeprefix("parameters."))
    return dsl.raw("argo", tag.text)
