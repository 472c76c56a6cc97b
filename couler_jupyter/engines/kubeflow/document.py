"""The whole of a pipeline: its PipelineSpec, and what Kubernetes alone has a word for."""

from __future__ import annotations

import math

from couler_jupyter.engines.kubeflow.book import Book, Object
from couler_jupyter.engines.kubeflow.names import task_name
from couler_jupyter.engines.kubeflow.workflows import build
from couler_jupyter.ir import Workflow

SCHEMA = "2.1.0"
"""Version of the PipelineSpec that is written."""


def documents_of(workflow: Workflow, image: str) -> tuple[Object, ...]:
    """Return the PipelineSpec, and the platform document if there is anything in it.

    Args:
        workflow: one that has no problems here.
        image: of functions and scripts that name none, and for what is computed.
    """
    name = task_name(workflow.name)
    book = Book(name)
    root = build(book, workflow, image).spec()
    told = {"description": workflow.description} if workflow.description else {}
    spec: Object = {
        "pipelineInfo": {"name": name, "displayName": workflow.name, **told},
        "schemaVersion": SCHEMA,
        "sdkVersion": "couler-jupyter",
        "root": root,
        "components": book.components,
        "deploymentSpec": {"executors": book.executors},
    }
    kubernetes: Object = {}
    if book.platform:
        kubernetes["deploymentSpec"] = {"executors": book.platform}
    if config := _config(workflow):
        kubernetes["pipelineConfig"] = config
    if not kubernetes:
        return (spec,)
    return spec, {"platforms": {"kubernetes": kubernetes}}


def _config(workflow: Workflow) -> Object:
    """Return what is said of a whole run, in whole seconds."""
    found: Object = {}
    if workflow.timeout is not None:
        found["activeDeadlineSeconds"] = max(1, math.ceil(workflow.timeout))
    if (ttl := workflow.ttl) is not None:
        said = {
            "resourceTtlOnCompletion": ttl.after_end,
            "resourceTtlOnSuccess": ttl.after_success,
            "resourceTtlOnFailure": ttl.after_failure,
        }
        found |= {word: value for word, value in said.items() if value is not None}
    return found
