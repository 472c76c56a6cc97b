"""The Tekton engine keeps the contract of all engines."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

import pytest

from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.testing.engine import EngineContract


class TestTekton(EngineContract):
    silent: ClassVar[Mapping[str, str]] = MappingProxyType({})

    @pytest.fixture
    def engine(self) -> Tekton:
        return Tekton()
