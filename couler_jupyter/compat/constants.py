"""Words of Kubernetes and Argo under the names that the open SDK has for them."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType
from typing import ClassVar

OVERWRITE_GPU_ENVS: Mapping[str, str] = MappingProxyType(
    {"NVIDIA_VISIBLE_DEVICES": "", "NVIDIA_DRIVER_CAPABILITIES": ""}
)
"""Variables that hide the GPUs of a machine; nothing sets them here by itself."""


class WorkflowCRD:
    """How Kubernetes calls a Workflow."""

    PLURAL: ClassVar[str] = "workflows"
    KIND: ClassVar[str] = "Workflow"
    GROUP: ClassVar[str] = "argoproj.io"
    VERSION: ClassVar[str] = "v1alpha1"
    NAME_MAX_LENGTH: ClassVar[int] = 45
    NAME_PATTERN: ClassVar[str] = r"[a-z]([-a-z0-9]*[a-z0-9])?"


class CronWorkflowCRD(WorkflowCRD):
    """How Kubernetes calls a CronWorkflow."""

    PLURAL: ClassVar[str] = "cronworkflows"
    KIND: ClassVar[str] = "CronWorkflow"


class ImagePullPolicy(Enum):
    """When an image is fetched."""

    IfNotPresent = "IfNotPresent"
    Always = "Always"
    Never = "Never"

    @classmethod
    def valid(cls, value: str) -> bool:
        """Return whether there is a policy of this name."""
        return value in cls.__members__

    @classmethod
    def values(cls) -> list[str]:
        """Return the names of the policies."""
        return list(cls.__members__)


class WFStatus(Enum):
    """How a run ended, for exit handlers."""

    Succeeded = "Succeeded"
    Failed = "Failed"
    Error = "Error"


class ArtifactType:
    """Where artifacts are kept."""

    LOCAL: ClassVar[str] = "local"
    S3: ClassVar[str] = "s3"
    OSS: ClassVar[str] = "oss"
