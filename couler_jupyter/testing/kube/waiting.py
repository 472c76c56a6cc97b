"""What a task of the stand-in's DAGs waits for, and what it is given then."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from couler_jupyter.engines.argo.reading.depends import read_depends
from couler_jupyter.ir import AllOf, AnyOf, Condition, Ended, Not, Outcome
from couler_jupyter.testing.kube.expressions import filled
from couler_jupyter.testing.kube.objects import Object


def last(node: Object | None, nodes: Mapping[str, Object]) -> list[str]:
    """Return the nodes behind which those come that wait for one.

    Source: Argo Workflows, workflow/controller/operator.go (getOutboundNodes).
    """
    assert node is not None
    field = {"TaskGroup": "children", "DAG": "outboundNodes"}.get(node["type"], "")
    inside = [nodes[key] for key in node.get(field) or ()]
    return [key for one in inside for key in last(one, nodes)] or [node["id"]]


def bare(task: Object) -> str:
    """Return what a task depends on, without how that has to end."""
    return re.sub(r"\.[A-Za-z]+", "", task["depends"])


def given_to(task: Object, known: Mapping[str, Any]) -> dict[str, str]:
    """Return the parameters that a task gives its template."""
    arguments = (task.get("arguments") or {}).get("parameters") or ()
    return {one["name"]: filled(str(one["value"]), known) for one in arguments}


def gathered(items: list[Object]) -> Object:
    """Return what the items of a map left, as Argo lists it."""
    good = [one.get("outputs") or {} for one in items if one["phase"] == "Succeeded"]
    texts: dict[str, list[str]] = {}
    for one in good:
        for parameter in one.get("parameters") or ():
            texts.setdefault(parameter["name"], []).append(parameter["value"])
    made: Object = {}
    if texts:
        made["parameters"] = {key: _listed(some) for key, some in texts.items()}
    printed = [one["result"] for one in good if "result" in one]
    if printed:
        made["result"] = json.dumps([_read(one) for one in printed])
    return {"outputs": made} if made else {}


def _listed(texts: list[str]) -> str:
    try:
        found = [json.loads(one) for one in texts]
    except ValueError:
        return json.dumps(texts)
    fine = all(isinstance(one, list | dict) for one in found)
    return json.dumps(found if fine else texts)


def met(task: Object, ends: Mapping[str, Object], nodes: Mapping[str, Object]) -> bool:
    """Whether others ended as a task wants it."""
    terms = [*(task.get("dependencies") or ())]
    if task.get("depends"):
        terms += read_depends(task["depends"])
    return all(_holds(term, ends, nodes) for term in terms)


def _holds(
    term: str | Condition, ends: Mapping[str, Object], nodes: Mapping[str, Object]
) -> bool:
    match term:
        case str():
            return ends[term]["phase"] in ("Succeeded", "Skipped")
        case Ended(step=step, how=how):
            return bool(_how(ends[step], nodes).intersection(how))
        case AllOf(terms=terms):
            return all(_holds(one, ends, nodes) for one in terms)
        case AnyOf(terms=terms):
            return any(_holds(one, ends, nodes) for one in terms)
        case Not(term=inner):
            return not _holds(inner, ends, nodes)
        case _:
            raise AssertionError("`depends` compares no values")


def _how(node: Object, nodes: Mapping[str, Object]) -> set[Outcome]:
    phase = "errored" if node["phase"] == "Error" else node["phase"].lower()
    found = {Outcome(phase)}
    if node["type"] == "TaskGroup":
        items = [nodes[key]["phase"] for key in node.get("children") or ()]
        found |= {Outcome.ANY_SUCCEEDED} if "Succeeded" in items else set()
        found |= {Outcome.ALL_FAILED} if items and set(items) <= {"Failed"} else set()
    return found


def _read(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
