"""What of a workflow Kubeflow Pipelines has no word for, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.base import Gap, GapKind
from couler_jupyter.ir import Feature

_ENDS = "a task waits for success, or as an exit handler for any end; for nothing else"
_POD = "its platform document has no word for it"
_STORE = "its launcher reads no such storage"
_NO_OWN = "no words of its own are taken here yet"
_MISSING = "its launcher fails where a file is missing"


def _todo(reason: str) -> Gap:
    return Gap(GapKind.TODO, reason)


def _upstream(reason: str) -> Gap:
    return Gap(GapKind.UPSTREAM, reason)


def _no_effect(reason: str) -> Gap:
    return Gap(GapKind.NO_EFFECT, reason)


GAPS: Mapping[Feature, Gap] = MappingProxyType(
    {
        Feature.JOB: _todo("it needs a container with kubectl; not written yet"),
        Feature.SUSPEND_PERSON: _upstream("no task waits for a person"),
        Feature.RAW: _todo(_NO_OWN),
        Feature.PYTHON_VALUE: _todo("values that are no JSON do not pass yet"),
        Feature.GLOBAL_OUTPUT: _upstream("no output is known to a whole run by name"),
        Feature.STEP_FACT: _upstream("a task knows nothing of how others ended"),
        Feature.ATTEMPT_FACT: _upstream("a task is not told which attempt it is"),
        Feature.ARTIFACT_OPTIONAL: _upstream(_MISSING),
        Feature.ARTIFACT_MODE: _upstream("object stores keep no permission bits"),
        Feature.ARTIFACT_ARCHIVE: _no_effect("files and folders pass unpacked"),
        Feature.ARTIFACT_DELETE: _no_effect(
            "artifacts stay until somebody deletes them"
        ),
        Feature.STORAGE_LOCAL: Gap(
            GapKind.NEVER, "pods see no files of the machine that submits"
        ),
        Feature.STORAGE_OSS: _upstream(_STORE),
        Feature.STORAGE_AZURE: _upstream(_STORE),
        Feature.STORAGE_HDFS: _upstream(_STORE),
        Feature.STORAGE_GIT: _upstream(_STORE),
        Feature.STORAGE_HTTP: _upstream(_STORE),
        Feature.DATASET: _no_effect("each pod reads it from where it lies"),
        Feature.DATASET_SHARED: _todo("no cache is made for it here"),
        Feature.DATASET_VERSION: _upstream("artifacts are whichever version is there"),
        Feature.AFTER_PHASES: _upstream(_ENDS),
        Feature.AFTER_ITEMS: _upstream(_ENDS),
        Feature.MAP_ARTIFACT_FAN_IN: _todo("files of the items are not gathered yet"),
        Feature.EXIT_HANDLER_OUTPUT: _upstream(
            "an exit handler gets no outputs; they may not be there"
        ),
        Feature.DAEMON: _upstream("a task ends before what waits for it starts"),
        Feature.RETRY_POLICY: _upstream("attempts are made after whatever failure"),
        Feature.RETRY_WHEN: _upstream("attempts are made after whatever failure"),
        Feature.FAIL_FAST: _upstream("what does not wait for a failed task goes on"),
        Feature.PARALLELISM: _upstream("only the items of a map have such a bound"),
        Feature.TUNE: _no_effect(
            "nothing is chosen here; it runs with what it is given"
        ),
        Feature.PARTS: _no_effect("all parts run as one pipeline"),
        Feature.PRIORITY: _no_effect("runs do not wait for each other"),
        Feature.LABELS: _no_effect("runs are found by name and experiment"),
        Feature.EPHEMERAL: _upstream(_POD),
        Feature.ENV_FROM: _upstream("it takes secrets and config maps key by key"),
        Feature.VOLUME_HOST: _upstream(_POD),
        Feature.VOLUME_NEW_CLAIM: _todo(
            "tasks that make and delete the claim are not written yet"
        ),
        Feature.VOLUME_RAW: _upstream(_POD),
        Feature.SERVICE_ACCOUNT: _upstream("all of a run has one, said on submission"),
        Feature.PRIORITY_CLASS: _upstream(_POD),
        Feature.SCHEDULER: _upstream(_POD),
        Feature.HOST_NETWORK: _upstream(_POD),
        Feature.POD_PATCH: _upstream(_POD),
        Feature.SIDECAR: _upstream(_POD),
        Feature.INIT_CONTAINER: _upstream(_POD),
    }
)
