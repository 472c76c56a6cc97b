"""The Argo engine keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.testing.engine import EngineContract

_PRINTED = (
    "what a step prints is its `result`; Argo has no other name for it, nor a type"
)
_NO_DESCRIPTION = "Argo's artifacts have no description"
_IN_BODY = "what stands in the body of a foreign template is written as it stands there"


class TestArgo(EngineContract):
    silent: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "Script.outputs unset": _PRINTED,
            "Container.outputs unset": _PRINTED,
            "OutputParameter.name changed": _PRINTED,
            "OutputParameter.type changed": _PRINTED,
            "OutputParameter.type unset": _PRINTED,
            "OutputParameter.description changed": _PRINTED,
            "InputParameter.type unset": "Argo's parameters are texts",
            "InputArtifact.description": _NO_DESCRIPTION,
            "OutputArtifact.description": _NO_DESCRIPTION,
            "Foreign.kind changed": "a word for people",
            "Foreign.inputs unset": _IN_BODY,
            "Foreign.outputs unset": _IN_BODY,
            "Extra.ignorable": "it says what other engines may do with the extra",
            "ParameterRef.of_run changed": "at the outermost both mean the same",
            "Resources.gpu_kind changed": "no accelerator is asked for",
            "Range.end changed": "another end after the same last number",
            "Dataset.max_age": "pods read whichever version is there",
            "Dataset.prefetch": "what is not cached is not read ahead",
            "Cache.enabled unset": "Argo reuses nothing that it is not told to",
        }
    )

    @pytest.fixture
    def engine(self) -> Argo:
        return Argo()
