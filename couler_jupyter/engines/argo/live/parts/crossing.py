"""What a step leaves for other parts, read off its node as Argo passes it on to tasks.

Source: Argo Workflows, workflow/controller/operator.go (buildLocalScope,
processAggregateNodeOutputs).
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping

from couler_jupyter.engines.argo.live.parts.ends import BAD, OVER, SUCCEEDED, End
from couler_jupyter.engines.argo.live.standing import phase_of
from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.ir import (
    FromStdout,
    Json,
    OutputParameter,
    Phase,
    Step,
    StepField,
)
from couler_jupyter.ir.given import AnyOutput, outputs_of

_FACTS: Mapping[StepField, Callable[[Json], Json]] = {
    StepField.PHASE: lambda node: node.get("phase"),
    StepField.EXIT_CODE: lambda node: (node.get("outputs") or {}).get("exitCode"),
    StepField.ADDRESS: lambda node: node.get("podIP"),
    StepField.STARTED: lambda node: node.get("startedAt"),
    StepField.FINISHED: lambda node: node.get("finishedAt"),
    StepField.ID: lambda node: node.get("id"),
}
_ITEM = re.compile(r"\((\d+):")


def end_of(step: Step, node: Json, nodes: Mapping[str, Json]) -> End | None:
    """Return how a step ended; None if it has not.

    Args:
        step: what the workflow says of it.
        node: of its task.
        nodes: of its Workflow, by id.
    """
    phase = node.get("phase")
    if phase not in OVER:
        return None
    items = [*_items(node, nodes)]
    facts = ((fact, read(node)) for fact, read in _FACTS.items())
    return End(
        phase=phase,
        values=_values(step, node, items),
        facts={fact: str(one) for fact, one in facts if one is not None},
        message=" ".join(str(node.get("message") or "").split()),
        none_good=bool(items) and all(one.get("phase") in BAD for one in items),
        killed=phase_of(node) is Phase.CANCELLED,
    )


def _values(step: Step, node: Json, items: list[Json]) -> dict[str, str]:
    is_group = node.get("type") == "TaskGroup"
    if is_group and node.get("phase") != SUCCEEDED:
        return {}
    found: dict[str, str] = {}
    for output in outputs_of(step):
        if is_group:
            found[output.name] = _gathered(items, output)
        elif (text := _text(node, output)) is not None:
            found[output.name] = text
    return found


def _text(node: Json, output: AnyOutput) -> str | None:
    """Return what a node left as an output, or printed, if that is the output."""
    text = _parameter(node, output)
    return _printed(node, output) if text is None else text


def _parameter(node: Json, output: AnyOutput) -> str | None:
    port = port_name(output.name)
    for one in (node.get("outputs") or {}).get("parameters") or ():
        if one["name"] == port and one.get("value") is not None:
            return _as_text(one["value"])
    return None


def _printed(node: Json, output: AnyOutput) -> str | None:
    source = output.source if isinstance(output, OutputParameter) else None
    text = (node.get("outputs") or {}).get("result")
    if text is None or not isinstance(source, FromStdout):
        return None
    return _as_text(text)


def _gathered(items: list[Json], output: AnyOutput) -> str:
    """Return what the items of a map left, as one list."""
    good = [one for one in items if one.get("phase") == SUCCEEDED]
    texts = [text for one in good if (text := _parameter(one, output)) is not None]
    if texts:
        return _compact(_lists_or_objects(texts) or texts)
    printed = [_printed(one, output) for one in good]
    return _compact([_read(one) for one in printed if one is not None])


def _lists_or_objects(texts: list[str]) -> list[Json]:
    """Return values where all texts are lists or objects, and nothing else."""
    found = [_read(text) for text in texts]
    return found if all(isinstance(one, list | dict) for one in found) else []


def _items(node: Json, nodes: Mapping[str, Json]) -> Iterator[Json]:
    """Yield the nodes of the items of a map, in their order."""
    if node.get("type") != "TaskGroup":
        return
    found: list[tuple[int, Json]] = []
    for key in node.get("children") or ():
        name = str(nodes[key]["name"]) if key in nodes else ""
        index = _ITEM.match(name.removeprefix(str(node["name"])))
        if index is not None and name.startswith(f"{node['name']}("):
            found.append((int(index[1]), nodes[key]))
    yield from (one for _, one in sorted(found, key=lambda pair: pair[0]))


def _read(text: Json) -> Json:
    try:
        return json.loads(text)
    except (ValueError, TypeError, RecursionError):
        return text


def _as_text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _compact(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
