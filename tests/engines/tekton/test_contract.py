"""The Tekton engine keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.testing.engine import EngineContract

_NO_DESCRIPTION = "files of a task have no description"
_NOT_MOUNTED = "a volume that no step mounts is in no pod"


class TestTekton(EngineContract):
    silent: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "InputParameter.type unset": "Tekton's parameters are texts",
            "InputArtifact.description": _NO_DESCRIPTION,
            "OutputArtifact.description": _NO_DESCRIPTION,
            "OutputArtifact.global_name": "files are known by it in the run only",
            "ParameterRef.of_run changed": "at the outermost both mean the same",
            "Resources.gpu_kind changed": "no accelerator is asked for",
            "Step.extras unset": "an ignorable extra of Argo",
            "Range.end changed": "another end after the same last number",
            "Sidecar.mirror_mounts": "the step mounts nothing more than the sidecar",
            "Workflow.volumes changed": _NOT_MOUNTED,
            "Volume.name changed": _NOT_MOUNTED,
            "ConfigFiles.items": _NOT_MOUNTED,
            "ConfigFiles.mode": _NOT_MOUNTED,
            "SecretFiles.optional unset": _NOT_MOUNTED,
        }
    )

    @pytest.fixture
    def engine(self) -> Tekton:
        return Tekton()
