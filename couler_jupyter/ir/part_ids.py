"""A name for each part that only what is in it decides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from couler_jupyter.ir.serde import to_document
from couler_jupyter.ir.workflow import Workflow

_LENGTH = 16
_FOR_ALL = frozenset({"parameters", "artifacts", "pod", "volumes"})


def part_ids(workflow: Workflow) -> tuple[str, ...]:
    """Return for each part a digest of what is in it; empty without parts.

    A part keeps its id when other parts change, when its number does, and wherever its
    steps were written. It gets another when one of its steps changes, comes or goes, when
    the names of the steps they wait for do, and when the workflow changes in what holds
    for every step: parameters, artifacts, pod, volumes.
    """
    return () if workflow.parts is None else part_ids_in(to_document(workflow))


def part_ids_in(document: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the same of a workflow as the plain object that its file holds."""
    whole = document["workflow"]
    if "parts" not in whole:
        return ()
    templates = document.get("templates", {})
    shared = {name: _digest(body) for name, body in templates.items()}
    around = _digest({key: one for key, one in whole.items() if key in _FOR_ALL})
    steps = {one["name"]: _digest(_written(one, shared)) for one in whole["steps"]}
    return tuple(
        _digest([around, *(f"{name} {steps[name]}" for name in sorted(names))])
        for names in whole["parts"]["members"]
    )


def _written(step: Mapping[str, Any], shared: Mapping[str, str]) -> dict[str, Any]:
    """Return a step without where it was written, its templates by what is in them."""
    template = step["template"]
    if isinstance(template, str):  # its name tells nothing of what is in it
        digest = shared[template]
    elif "workflow" in template:
        inner = template["workflow"]
        steps = [_written(one, shared) for one in inner["steps"]]
        ends = [
            {**one, "step": _written(one["step"], shared)}
            for one in inner.get("exit-handlers", ())
        ]
        digest = _digest([{**inner, "steps": steps, "exit-handlers": ends}])
    else:
        digest = _digest(template)
    rest = {key: one for key, one in step.items() if key != "origin"}
    return {**rest, "template": digest}


def _digest(thing: object) -> str:
    text = json.dumps(thing, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:_LENGTH]
