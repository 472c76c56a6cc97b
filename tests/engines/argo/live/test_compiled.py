"""Paths of what the compiler writes: each node of each corpus case is of some step."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.live.manifests import objects_in, to_run
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.statuses import Statuses
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import (
    Container,
    Manifest,
    Phase,
    Step,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.kube.controller import nodes_of

RUN = "20260101-000000-w-aaaa"
INSIDE = re.compile(r"\[\d+\]|#\d+")


def steps_of(workflow: Workflow, prefix: str = "") -> dict[str, Step]:
    """Return all steps by their paths without items and turns."""
    found: dict[str, Step] = {}
    handlers = (one.step for one in workflow.exit_handlers)
    for one in (*workflow.steps, *handlers):
        found[f"{prefix}{one.name}"] = one
        if isinstance(one.template, SubWorkflow):
            found |= steps_of(one.template.workflow, f"{prefix}{one.name}/")
    return found


@pytest.mark.parametrize("name", CORPUS)
def test_every_node_is_of_a_step(name: str) -> None:
    workflow = replace(CORPUS[name].make(), parts=None)
    try:
        manifest = Argo().compile(workflow)
    except Unsupported as why:
        pytest.skip(str(why).splitlines()[0])
    statuses = told(workflow, manifest)
    known = steps_of(workflow)
    bare = {INSIDE.sub("", path) for path in statuses.told}
    assert bare == known.keys()
    for path, step in known.items():
        inside = {p for p in statuses.told if INSIDE.sub("", p) == path}
        if step.repeat is not None:
            assert {f"{path}#1", f"{path}#2"} <= inside or "/" in path
        elif step.loop is None and not any("[" in p or "#" in p for p in inside):
            assert inside == {path}


def test_steps_of_a_workflow_that_had_to_be_split_are_its_own() -> None:
    box = Container(image="busybox", command=("true",))
    names = [f"s{n}" for n in range(450)] + ["part-1", "group-1", "verdict"]
    steps = tuple(
        Step(name=name, template=box, after=tuple(names[max(0, n - 1) : n]))
        for n, name in enumerate(names)
    )
    workflow = Workflow(name="large", steps=steps)
    statuses = told(workflow, Argo().compile(workflow))
    assert statuses.told.keys() == set(names)
    assert {one.phase for one in statuses.told.values()} == {Phase.SUCCEEDED}


def told(workflow: Workflow, manifest: Manifest) -> Statuses:
    """Return what is told of a run in which all went well."""
    *_, found = objects_in(manifest)  # what it needs comes before it
    found = to_run(workflow, found, LiveOptions(), RUN)
    nodes = {one["id"]: one for one in nodes_of(found)}
    statuses = Statuses(workflow, found["metadata"]["name"], known={}, attempts={})
    found["status"] = {"phase": "Running"}
    statuses.update(found, nodes)
    return statuses
