"""Extras of Kubeflow: what the IR has no word for, put into a PipelineSpec.

Paths of a workflow's extras begin with `spec.` (the PipelineSpec) or `platform.` (what is
said of Kubernetes alone). Those of steps, and of workflows inside, are only told.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

from couler_jupyter.engines.kube.merging import Refused, merged
from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Workflow, places_in

ENGINE = "kubeflow"


def with_extras(
    documents: tuple[Object, ...], workflow: Workflow
) -> tuple[Object, ...]:
    """Return the documents of a workflow with its extras; they stay as they are.

    Raises:
        Refused: one cannot be had there.
    """
    if not workflow.extras:
        return documents
    spec, *more = documents
    platform: Object = more[0]["platforms"]["kubernetes"] if more else {}
    whole = {"spec": spec, "platform": platform}
    made = merged(whole, workflow.extras, ENGINE)
    found = (cast("Object", made["spec"]),)
    if not made["platform"]:
        return found
    return (*found, {"platforms": {"kubernetes": made["platform"]}})


def extra_problems(
    documents: tuple[Object, ...], workflow: Workflow
) -> Iterator[Problem]:
    """Yield why extras cannot be had."""
    try:
        with_extras(documents, workflow)
    except Refused as why:
        yield Problem(f"workflow {workflow.name!r}", str(why))


def inner_extra_problems(workflow: Workflow) -> Iterator[Problem]:
    """Yield the extras that stand where nothing takes them."""
    for one, path in places_in(workflow):
        for extra in one.extras if path else ():
            if extra.engine == ENGINE and not extra.ignorable:
                what = (
                    f"extra {extra.path!r} is for a step; only whole pipelines take any"
                )
                yield Problem(f"step {path!r}", what)
