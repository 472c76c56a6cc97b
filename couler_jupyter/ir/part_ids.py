"""A name for each part that only what is in it decides."""

from __future__ import annotations

import hashlib
import json
from typing import Any, cast

from couler_jupyter.ir.constant import Json
from couler_jupyter.ir.shape import Record, slots_of
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.workflow import Workflow
from couler_jupyter.ir.writing import Writer

_LENGTH = 16
_FOR_ALL = frozenset({"parameters", "artifacts", "pod", "volumes"})


def part_ids(workflow: Workflow) -> tuple[str, ...]:
    """Return for each part a digest of what is in it; empty without parts.

    A part keeps its id when other parts change, when its number does, and wherever its
    steps were written. It gets another when one of its steps changes, comes or goes, when
    the names of the steps they wait for do, and when the workflow changes in what holds
    for every step: parameters, artifacts, pod, volumes.
    """
    if workflow.parts is None:
        return ()
    writer = Writer(workflow)
    shared = {name: _digest(body) for name, body in writer.templates().items()}
    around = _digest(_around(workflow, writer))
    steps = {one.name: _digest(_written(one, writer, shared)) for one in workflow.steps}
    return tuple(
        _digest([around, *(f"{name} {steps[name]}" for name in sorted(names))])
        for names in workflow.parts.members
    )


def _written(step: Step, writer: Writer, shared: dict[str, str]) -> dict[str, Any]:
    found = cast("dict[str, Any]", writer.write(Record(Step), step))
    found.pop("origin", None)
    if isinstance(found["template"], str):  # its name tells nothing of what is in it
        found["template"] = shared[found["template"]]
    else:
        found["template"] = _digest(found["template"])
    return found


def _around(workflow: Workflow, writer: Writer) -> dict[str, Json]:
    """Return what the workflow says for every step in it."""
    return {
        slot.key: writer.write(slot.shape, getattr(workflow, slot.name))
        for slot in slots_of(Workflow)
        if slot.name in _FOR_ALL
    }


def _digest(thing: object) -> str:
    text = json.dumps(thing, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
