"""What of a workflow Argo has no word for, and why."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from couler_jupyter.engines.base import Gap, GapKind
from couler_jupyter.ir import Feature

GAPS: Mapping[Feature, Gap] = MappingProxyType(
    {
        Feature.STORAGE_LOCAL: Gap(
            GapKind.NEVER, "pods see no files of the machine that submits"
        ),
        Feature.DATASET: Gap(
            GapKind.NO_EFFECT,
            "each pod reads it from where it lies; cache='shared' is a Fluid Dataset",
        ),
        Feature.DATASET_VERSION: Gap(
            GapKind.UPSTREAM, "Argo's artifacts are whichever version is there"
        ),
        Feature.TUNE: Gap(
            GapKind.NO_EFFECT, "nothing is chosen here; it runs with what it is given"
        ),
        Feature.MAP_ARTIFACT_FAN_IN: Gap(
            GapKind.UPSTREAM,
            "Argo lists no artifacts of the items (argo-workflows #6805)",
        ),
    }
)
