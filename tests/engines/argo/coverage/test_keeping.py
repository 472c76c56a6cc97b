"""Import and export keep every field of the Argo API, one test for each."""

from __future__ import annotations

import pytest

from tests.engines.argo.coverage.api import api, pairs
from tests.engines.argo.coverage.keeping import passed_through
from tests.engines.argo.coverage.shape import Pair

_API = api()


@pytest.mark.parametrize("pair", pairs(_API), ids=str)
def test_keeps_the_field(pair: Pair) -> None:
    given, made = passed_through(pair, _API)
    assert made == [given]
