"""The lint finds nothing in manifests that set each field of the API where it is valid."""

from __future__ import annotations

import json

import pytest

from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Severity, Source
from tests.engines.argo.coverage.api import api, pairs
from tests.engines.argo.coverage.manifests import manifest
from tests.engines.argo.coverage.shape import Pair

_API = api()


@pytest.mark.parametrize("pair", pairs(_API), ids=str)
def test_finds_nothing(pair: Pair) -> None:
    text = json.dumps(manifest(pair, _API))
    found = ArgoLinter().lint([Source(file="made.json", text=text)])
    assert [one for one in found if one.severity is not Severity.NOTE] == []
