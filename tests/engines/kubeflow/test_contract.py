"""The Kubeflow engine keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.testing.engine import EngineContract


class TestKubeflow(EngineContract):
    silent: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @pytest.fixture
    def engine(self) -> Kubeflow:
        return Kubeflow()
