"""What of a workflow this machine cannot do, or has no use for, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.base import Gap, GapKind
from couler_jupyter.ir import Feature

_ONE_MACHINE = "there is one machine to run on"
_ONE_PYTHON = "functions run in the Python that the run is submitted from"
_NO_POD = "steps here are no pods"


def _never(reason: str) -> Gap:
    return Gap(GapKind.NEVER, reason)


def _no_effect(reason: str) -> Gap:
    return Gap(GapKind.NO_EFFECT, reason)


GAPS: Mapping[Feature, Gap] = MappingProxyType(
    {
        Feature.JOB: _never("a Kubernetes object needs a cluster to be made in"),
        Feature.VOLUME_RAW: _never("only Kubernetes knows this kind of volume"),
        Feature.RAW: _never("this engine has no expressions of its own"),
        Feature.FOREIGN: _never("this engine has no templates of its own"),
        Feature.EXTRA: _never("this engine has no words of its own to add"),
        Feature.FUNCTION_IMAGE: _no_effect(f"{_ONE_PYTHON}, in no image"),
        Feature.FUNCTION_REQUIREMENTS: _no_effect(
            f"{_ONE_PYTHON}; nothing is installed"
        ),
        Feature.SCHEDULE: _no_effect("a run starts when it is submitted"),
        Feature.TTL: _no_effect("records stay until they are deleted"),
        Feature.PRIORITY: _no_effect("runs do not wait for each other"),
        Feature.TUNE: _no_effect(
            "nothing is chosen here; it runs with what it is given"
        ),
        Feature.PARTS: _no_effect("all parts run as one workflow"),
        Feature.LABELS: _no_effect("runs are found by workflow, phase and text"),
        Feature.ARTIFACT_DELETE: _no_effect("artifacts go with the record of the run"),
        Feature.EPHEMERAL: _no_effect("scratch disk is not counted"),
        Feature.NODE_SELECTOR: _no_effect(_ONE_MACHINE),
        Feature.TOLERATION: _no_effect(_ONE_MACHINE),
        Feature.AFFINITY: _no_effect(_ONE_MACHINE),
        Feature.SCHEDULER: _no_effect(_ONE_MACHINE),
        Feature.PRIORITY_CLASS: _no_effect(_ONE_MACHINE),
        Feature.SERVICE_ACCOUNT: _no_effect("steps run as whoever submits"),
        Feature.PULL_SECRET: _no_effect("images are fetched as docker or podman may"),
        Feature.POD_LABELS: _no_effect(_NO_POD),
        Feature.POD_PATCH: _no_effect(_NO_POD),
        Feature.SECURITY: _no_effect(_NO_POD),
    }
)
