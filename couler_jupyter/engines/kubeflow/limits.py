"""How big a pipeline may be once Kubeflow has compiled it.

Its server makes one Argo Workflow of a PipelineSpec, and etcd keeps that as one object:
each component, container and pod as JSON in a text, the defaults of the run once more,
and two tasks for each task. What is counted is the least that any version makes of it.

Source: backend/src/v2/compiler/argocompiler of https://github.com/kubeflow/pipelines
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from couler_jupyter.errors import Problem
from couler_jupyter.ir import Limit, Workflow

LARGEST = 3 * 2**19
"""Bytes of one object in etcd."""
ON_CLUSTER = "bytes on the cluster"
LIMITS = (
    Limit(
        of=ON_CLUSTER,
        most=LARGEST,
        reason="what etcd keeps of the Argo Workflow that Kubeflow makes of it",
    ),
)
_OF_TASK = 500
"""Bytes of the two tasks that one becomes, at the least; names not counted."""
_TEXT = json.JSONEncoder(
    ensure_ascii=False, separators=(",", ":"), check_circular=False
)

Documents: TypeAlias = tuple[Mapping[str, Any], ...]


def size_on_cluster(documents: Documents) -> int:
    """Return the bytes of what Kubeflow makes of a pipeline, at the least."""
    texts = sum(
        len(_TEXT.encode(_TEXT.encode(one)).encode()) for one in _kept(documents)
    )
    components = documents[0].get("components", {}).values()
    dags = [one.get("dag") for one in (documents[0]["root"], *components)]
    return texts + _OF_TASK * sum(len(one["tasks"]) for one in dags if one)


def limit_problems(workflow: Workflow, documents: Documents) -> Iterator[Problem]:
    """Yield why a pipeline is too big to be sent."""
    size = size_on_cluster(documents)
    if size > LARGEST:
        yield Problem(
            f"workflow {workflow.name!r}",
            f"Kubeflow makes at least {size:,} bytes of it, {size - LARGEST:,} more than "
            f"the {LARGEST:,} that etcd keeps of one object; put programs into images, "
            "pass big texts in files, or split it",
        )


def _kept(documents: Documents) -> Iterator[Mapping[str, Any]]:
    """Yield what stands in the Argo Workflow as a text of its own."""
    spec, *platform = documents
    yield spec["root"]
    yield from spec.get("components", {}).values()
    yield from spec.get("deploymentSpec", {}).get("executors", {}).values()
    parameters = spec["root"].get("inputDefinitions", {}).get("parameters", {})
    yield {name: one.get("defaultValue") for name, one in parameters.items()}
    for one in platform:
        kubernetes = one.get("platforms", {}).get("kubernetes", {})
        yield from kubernetes.get("deploymentSpec", {}).get("executors", {}).values()
