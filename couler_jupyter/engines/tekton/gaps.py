"""What of a workflow Tekton has no word for, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.base import Gap, GapKind
from couler_jupyter.ir import Feature

_FETCH = "nothing but Python is sure to be in an image, so nothing fetches it"


def _gaps(kind: GapKind, reasons: Mapping[Feature, str]) -> dict[Feature, Gap]:
    return {feature: Gap(kind, reason) for feature, reason in reasons.items()}


GAPS: Mapping[Feature, Gap] = MappingProxyType(
    _gaps(
        GapKind.TODO,
        {
            Feature.JOB: "no task hands objects to Kubernetes and waits for them",
            Feature.ATTEMPT_FACT: "attempts are counted from 0, and not told to texts",
            Feature.MAP_ARTIFACT_FAN_IN: "the files of all items have no one place",
            Feature.MAP_NESTED: "a sub-workflow is put into the pipeline once, not per item",
            Feature.WORKFLOW_ARTIFACT: "a run is given parameters only",
            Feature.DATASET_SHARED: "no Fluid Dataset is made beside the pipeline",
            Feature.STORAGE_S3: _FETCH,
            Feature.STORAGE_GCS: _FETCH,
            Feature.STORAGE_OSS: _FETCH,
            Feature.STORAGE_AZURE: _FETCH,
            Feature.STORAGE_HDFS: _FETCH,
            Feature.STORAGE_GIT: _FETCH,
            Feature.STORAGE_HTTP: "no task fetches what a URL answers",
        },
    )
    | _gaps(
        GapKind.UPSTREAM,
        {
            Feature.SUSPEND_PERSON: "only a whole run of Tekton waits for a person",
            Feature.STEP_FACT: "tasks are told only what others leave as results",
            Feature.DATASET_VERSION: "nothing there reads a version of anything",
            Feature.AFTER_PHASES: "a failed task ends the run; only finally sees it",
            Feature.AFTER_ITEMS: "a failed task ends the run; only finally sees it",
            Feature.WHEN_PER_ITEM: "when is asked once for all items of a matrix",
            Feature.REPEAT: "a pipeline has no loop that goes on while something holds",
            Feature.DAEMON: "a task has ended before those behind it start",
            Feature.RETRY_WHEN: "retries are counted; nothing is asked before one",
            Feature.SCHEDULE: "only CronJobs or Tekton Triggers start runs by the clock",
            Feature.POD_PATCH: "a pod's spec cannot be patched, only podTemplate filled",
        },
    )
    | _gaps(
        GapKind.NEVER,
        {
            Feature.STORAGE_LOCAL: "pods see no files of the machine that submits",
            Feature.RAW: "Tekton has no expressions of its own in stable pipelines",
        },
    )
    | _gaps(
        GapKind.NO_EFFECT,
        {
            Feature.DATASET: "each pod reads it from where it lies",
            Feature.ARTIFACT_ARCHIVE: "files stay as they are on the run's volume",
            Feature.ARTIFACT_DELETE: "files go with the run's volume",
            Feature.MAP_PARALLELISM: "all items start at once, as the cluster has room",
            Feature.PARALLELISM: "tasks start at once, as the cluster has room",
            Feature.RETRY_BACKOFF: "a task is tried again at once",
            Feature.CACHE: "every run runs all its tasks",
            Feature.TUNE: "nothing is chosen here; it runs with what it is given",
            Feature.PARTS: "all parts run as one pipeline",
            Feature.PRIORITY: "runs do not wait for each other",
            Feature.TTL: "PipelineRuns stay until somebody prunes them",
        },
    )
)
