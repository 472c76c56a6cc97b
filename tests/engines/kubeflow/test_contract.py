"""The Kubeflow engine keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.testing.engine import EngineContract

_TEXTS = "values pass as texts; what computes with one reads it by its type"


class TestKubeflow(EngineContract):
    silent: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "OutputParameter.type changed": _TEXTS,
            "OutputParameter.type unset": _TEXTS,
            "InputParameter.type unset": _TEXTS,
            "InputArtifact.recurse_mode changed": "it has no mode",
            "Step.extras unset": "an ignorable extra of Argo",
            "ParameterRef.of_run changed": "at the outermost both mean the same",
            "Range.end changed": "another end after the same last number",
        }
    )

    @pytest.fixture
    def engine(self) -> Kubeflow:
        return Kubeflow()
