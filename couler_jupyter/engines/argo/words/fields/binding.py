"""What starts a workflow when an event comes, as Argo writes it."""

from __future__ import annotations

from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes
from couler_jupyter.engines.argo.words.fields.parameters import Arguments
from couler_jupyter.engines.argo.words.fields.spec import WorkflowTemplateRef


class WorkflowEventBindingSpec(TypedDict, total=False):
    """Which events start a workflow, and which one."""

    event: Event
    submit: Submit


class Event(TypedDict, total=False):
    """An event, as it is recognized."""

    selector: str


class Submit(TypedDict, total=False):
    """The workflow that is started."""

    arguments: Arguments
    metadata: Kubernetes
    workflowTemplateRef: WorkflowTemplateRef
