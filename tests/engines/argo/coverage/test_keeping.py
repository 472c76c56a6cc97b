"""Import and export keep every field of the Argo API, one test for each."""

from __future__ import annotations

import pytest

from couler_jupyter.errors import InvalidDocument
from tests.engines.argo.coverage.api import api, pairs
from tests.engines.argo.coverage.keeping import passed_through
from tests.engines.argo.coverage.manifests import manifest
from tests.engines.argo.coverage.shape import Pair

_API = api()
_BINDING = "WorkflowEventBinding"
_OF_BINDINGS = [
    pair for pair in pairs(_API) if manifest(pair, _API)["kind"] == _BINDING
]
_OF_WORKFLOWS = [pair for pair in pairs(_API) if pair not in _OF_BINDINGS]


@pytest.mark.parametrize("pair", _OF_WORKFLOWS, ids=str)
def test_keeps_the_field(pair: Pair) -> None:
    given, made = passed_through(pair, _API)
    assert made == [given]


@pytest.mark.parametrize("pair", _OF_BINDINGS, ids=str)
def test_says_that_a_binding_is_no_workflow(pair: Pair) -> None:
    with pytest.raises(InvalidDocument, match="'WorkflowEventBinding' is no workflow"):
        passed_through(pair, _API)


def test_only_what_stands_in_bindings_alone_is_refused() -> None:
    assert len(_OF_BINDINGS) == 9
