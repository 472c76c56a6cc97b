"""What of a workflow Airflow has no word for, or we do not say yet, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.base import Gap, GapKind
from couler_jupyter.ir import Feature

_OBJECTS = "it is not read yet; S3, Google Cloud Storage, Azure and paths below the option kept are"


def _todo(reason: str) -> Gap:
    return Gap(GapKind.TODO, reason)


def _upstream(reason: str) -> Gap:
    return Gap(GapKind.UPSTREAM, reason)


def _no_effect(reason: str) -> Gap:
    return Gap(GapKind.NO_EFFECT, reason)


_STORES = (
    Feature.STORAGE_OSS,
    Feature.STORAGE_HDFS,
    Feature.STORAGE_GIT,
)

GAPS: Mapping[Feature, Gap] = MappingProxyType(
    {
        Feature.VOLUME_NEW_CLAIM: _upstream(
            "no task makes a claim that goes with a run"
        ),
        **dict.fromkeys(_STORES, _todo(_OBJECTS)),
        Feature.FUNCTION_IMAGE: _todo("functions run on the worker, in no image"),
        Feature.JOB: _todo("Kubernetes objects are not made by a task yet"),
        Feature.FOREIGN: Gap(GapKind.NEVER, "this engine has no templates of its own"),
        Feature.RAW: Gap(GapKind.NEVER, "Jinja in values is text here, never run"),
        Feature.DAEMON: _upstream(
            "a task has ended before those that wait for it begin"
        ),
        Feature.EPHEMERAL: _no_effect("scratch disk of a worker is not counted"),
        Feature.DATASET: _no_effect("each step reads it from where it lies"),
        Feature.DATASET_SHARED: _todo("nothing is kept for steps to share yet"),
        Feature.DATASET_VERSION: _upstream(
            "what a step reads is whichever version is there"
        ),
        Feature.CACHE: _no_effect("Airflow runs every step anew"),
        Feature.TUNE: _no_effect(
            "nothing is chosen here; it runs with what it is given"
        ),
        Feature.PARTS: _no_effect("a DAG file may hold any number of tasks"),
        Feature.TTL: _no_effect("records of runs stay until airflow db clean"),
        Feature.ARTIFACT_DELETE: _no_effect("files stay until they are deleted"),
        Feature.ARTIFACT_ARCHIVE: _no_effect("files are kept as they are, unpacked"),
    }
)
