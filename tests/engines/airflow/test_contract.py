"""The Airflow engine keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from couler_jupyter.engines.airflow import Airflow
from couler_jupyter.testing.engine import EngineContract

_NO_LIMIT = "a worker's tasks are counted by slots and have no limits of their own"
_OTHER = "a word of another engine that may be left out"
_READ_ONCE = "each step reads it when it starts, whichever version is there"


class TestAirflow(EngineContract):
    silent: ClassVar[Mapping[str, str]] = MappingProxyType(
        {
            "Resources.cpu_limit": _NO_LIMIT,
            "Resources.memory_limit": _NO_LIMIT,
            "Resources.gpu_kind": "a worker counts GPUs of any kind",
            "Step.extras unset": _OTHER,
            "Dataset.max_age": _READ_ONCE,
            "Dataset.prefetch": _READ_ONCE,
        }
    )

    @pytest.fixture
    def engine(self) -> Airflow:
        return Airflow()
