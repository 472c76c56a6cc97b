"""When a workflow runs by itself, as Argo writes it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypedDict

from couler_jupyter.engines.argo.words.fields.kubernetes import Kubernetes
from couler_jupyter.engines.argo.words.fields.spec import WorkflowSpec


class CronWorkflowSpec(TypedDict, total=False):
    """When a workflow runs by itself, and what of it is kept."""

    concurrencyPolicy: str
    failedJobsHistoryLimit: int
    schedules: Sequence[str]
    startingDeadlineSeconds: int
    stopStrategy: StopStrategy
    successfulJobsHistoryLimit: int
    suspend: bool
    timezone: str
    when: str
    workflowMetadata: Kubernetes
    workflowSpec: WorkflowSpec


class StopStrategy(TypedDict, total=False):
    """When it stops running by itself."""

    expression: str
