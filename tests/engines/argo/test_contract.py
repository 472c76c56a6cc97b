"""The Argo engine keeps the contract of all engines."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.testing.engine import EngineContract


class TestArgo(EngineContract):
    @pytest.fixture
    def engine(self) -> Argo:
        return Argo()
