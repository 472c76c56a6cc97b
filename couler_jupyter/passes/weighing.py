"""What steps come to where a workflow is cut: bytes, steps, pods and seconds of each.

Bytes are those of what the engine makes of a step; without an engine that can tell, those
of the step as JSON. What all steps share counts for every part if it is little; if it is
much, a step counts with all of the template it shares.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from couler_jupyter.ir import (
    Constant,
    Ended,
    Items,
    Map,
    Measured,
    Range,
    Step,
    SubWorkflow,
    Suspend,
    Value,
    Workflow,
    as_number,
    atoms,
    to_document,
)
from couler_jupyter.passes.facts import Context

_UNKNOWN_SECONDS = 60.0
_LITTLE = 0.25
"""Share of a part that what is shared may take up in each of them."""
_MANY = 100
"""Steps that one waits for before it matters that they share gates; steps of a part."""
_GRAIN = 32
"""Bytes that a step is rounded up to, so that a small change moves no other step."""

_TIMES, _BESIDE, _AROUND, _GATE, _EDGE = 2, 1_500, 20_000, 500, 100
"""What is guessed: times the JSON, and bytes beside it for each step, for all of them,
for a gate and for an edge. A guess only spares measuring: what comes of it is looked at."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What each step comes to, by its name; `base` bytes come with every part.

    A step that only waits for very many adds `shared` bytes for each of them beyond
    `alone`, by name, since those of one part have one gate; None where each has its own.
    """

    bytes: Mapping[str, int]
    steps: Mapping[str, int]
    pods: Mapping[str, int]
    seconds: Mapping[str, float]
    base: int
    gate: int
    edge: int
    shared: int = 0
    alone: Mapping[str, int] | None = None

    def apart(self) -> Weights:
        """Return the same with a gate for each step that is waited for."""
        return replace(self, alone=None)


def guessed(workflow: Workflow) -> Measured:
    """Return about how many bytes an engine makes of a workflow, which measuring takes long."""
    size = _in_json(workflow)
    steps = {name: _TIMES * one + _BESIDE for name, one in size.steps.items()}
    shared = _TIMES * (size.total - sum(size.steps.values())) + _AROUND
    return Measured(
        total=shared + sum(steps.values()), steps=steps, gate=_GATE, edge=_EDGE
    )


def weights_of(
    workflow: Workflow,
    context: Context,
    most_bytes: int,
    measured: Measured | None = None,
) -> Weights:
    """Return what the steps of a workflow come to, for parts of so many bytes.

    Args:
        workflow: whose steps.
        context: what is known of them; it knows who measures.
        most_bytes: that a part may have.
        measured: the bytes, where somebody knows them.
    """
    if workflow.parts is not None:  # what it comes to in one piece is asked for
        workflow = workflow.cut(None)
    if measured is None and context.measure is not None:
        measured = context.measure(workflow)
    measured = measured or _in_json(workflow)
    base = max(0, measured.total - sum(measured.steps.values()))
    own = {step.name: measured.steps.get(step.name, 0) for step in workflow.steps}
    if base > _LITTLE * most_bytes:
        for name, share in _shares(workflow).items():
            own[name] += math.ceil(share * base)
        base = 0
    shared, alone = _waiting(workflow)
    return Weights(
        bytes={name: -(-size // _GRAIN) * _GRAIN for name, size in own.items()},
        steps={step.name: steps_of(step) for step in workflow.steps},
        pods={step.name: pods_of(step, step.name, context) for step in workflow.steps},
        seconds=_seconds(workflow, context),
        base=base,
        gate=measured.gate,
        edge=measured.edge,
        shared=shared,
        alone=alone,
    )


def _waiting(workflow: Workflow) -> tuple[int, Mapping[str, int] | None]:
    """Return the bytes of a name, and where steps that only wait wait for very many.

    How many parts those are in is not known before: so many, at the least, count as if
    each were in one of its own.
    """
    most = max(_MANY, 2 * workflow.size // _MANY)
    alone: dict[str, int] = {}
    is_wide = False
    for step in workflow.steps:
        waits = workflow.dependencies[step.name]
        alone[step.name] = len(waits)
        if len(waits) > most:
            asked = _asked(step)
            plain = sum(1 for one in waits if one not in asked)
            alone[step.name] = len(waits) - plain + min(plain, most)
            is_wide = is_wide or plain > most
    if not is_wide:
        return 0, None
    longest = max(len(json.dumps(json.dumps(one.name))) for one in workflow.steps)
    return longest, alone


def _asked(step: Step) -> set[str]:
    """Return the steps that a step asks what they left, or how they ended."""
    trees = (one for one in step.after if not isinstance(one, str))
    ended = (atom.step for one in trees for atom in atoms(one) if type(atom) is Ended)
    return {*(one.step for one in step.references()), *ended}


def steps_of(step: Step) -> int:
    """Return how many steps it stands for: those of its sub-workflow, and itself."""
    template = step.template
    return 1 + (template.workflow.size if isinstance(template, SubWorkflow) else 0)


def pods_of(step: Step, path: str, context: Context) -> int:
    """Return how many pods a step starts; a loop over what is not known counts as before.

    Turns and attempts come one after another and are not counted.
    """
    match step.template:
        case Suspend():
            each = 0
        case SubWorkflow(workflow=inner):
            each = sum(
                pods_of(one, f"{path}/{one.name}", context) for one in inner.steps
            )
        case _:
            each = 1
    if step.loop is None:
        return each
    items = items_in(step.loop)
    if items is None:
        past = context.past.get(path)
        items = 1 if past is None else max(1, round(past.times))
    return each * items


def items_in(loop: Map) -> int | None:
    """Return how many items a loop has, if that is written; None if not."""
    match loop.over:
        case Items(items=items):
            return len(items)
        case Range(start=start, end=end, step=by):
            first, last = _whole(start), _whole(end)
            if first is None or last is None:
                return None
            return max(0, (last - first) // by + 1)
        case _:
            return None


def _whole(value: Value) -> int | None:
    number = as_number(value.value) if isinstance(value, Constant) else None
    return int(number) if number is not None and number % 1 == 0 else None


def _in_json(workflow: Workflow) -> Measured:
    """Return the bytes of the workflow as JSON: a stand-in where no engine tells."""
    document = _document(workflow)
    steps = {one["name"]: _size(one) for one in document["workflow"]["steps"]}
    shared = sum(map(_size, document.get("templates", {}).values()))
    return Measured(total=sum(steps.values()) + shared, steps=steps)


def _shares(workflow: Workflow) -> Mapping[str, float]:
    """Return for each step how much of what is shared its template is."""
    document = _document(workflow)
    sizes = {name: _size(body) for name, body in document.get("templates", {}).items()}
    whole = sum(sizes.values())
    return {
        one["name"]: sizes[one["template"]] / whole
        for one in document["workflow"]["steps"]
        if isinstance(one["template"], str)
    }


def _document(workflow: Workflow) -> dict[str, Any]:
    return to_document(workflow)


def _size(thing: object) -> int:
    return len(json.dumps(thing, ensure_ascii=False).encode())


def _seconds(workflow: Workflow, context: Context) -> Mapping[str, float]:
    """Return what each step takes; in the middle of the others where nobody knows."""
    known = {
        step.name: past.seconds
        for step in workflow.steps
        if (past := context.past.get(step.name)) and past.seconds is not None
    }
    unknown = statistics.median(known.values()) if known else _UNKNOWN_SECONDS
    return {step.name: known.get(step.name, unknown) for step in workflow.steps}
