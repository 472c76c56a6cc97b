"""The generated manifests set what they are for, and are what Argo takes."""

from __future__ import annotations

import pytest
from hera.workflows.models.io.argoproj.workflow import v1alpha1

from tests.engines.argo.coverage.api import api, pairs
from tests.engines.argo.coverage.manifests import manifest
from tests.engines.argo.coverage.shape import Pair
from tests.engines.argo.coverage.showing import shown

_API = api()


@pytest.mark.parametrize("pair", pairs(_API), ids=str)
def test_sets_the_field(pair: Pair) -> None:
    made = manifest(pair, _API)
    assert pair in shown(made, _API)
    getattr(v1alpha1, str(made["kind"])).model_validate(made)


def test_strays_nowhere() -> None:
    made = manifest(Pair("Workflow", "spec"), _API)
    with pytest.raises(ValueError, match="Workflow has no field pace"):
        shown({**made, "pace": 1}, _API)
    with pytest.raises(ValueError, match="is no text"):
        shown({**made, "spec": {"entrypoint": 5}}, _API)
