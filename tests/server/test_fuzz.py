"""A fuzzer, told no more than the OpenAPI document, finds nothing that is not in it."""

from __future__ import annotations

import hashlib
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case

from couler_jupyter.runs import RunStore
from couler_jupyter.runs.name import is_id
from couler_jupyter.server.openapi import document
from couler_jupyter.server.routes import ROUTES
from tests.server import past
from tests.server.serving import Client

pytest_plugins = ["schemathesis.pytest.plugin"]  # is left out of the others
schema = schemathesis.openapi.from_dict(document(ROUTES))


@pytest.fixture(scope="module")
def runs(store: RunStore) -> list[str]:
    """Runs of an engine that is not here, so that nothing is started."""
    outputs = {"load": {"result": "loaded", "$odd": {"$plain": 1}}}
    made = [past.failed(store, engine="elsewhere", outputs=outputs) for _ in range(20)]
    for run in made:
        store.log_path(run.id, "load", 1).write_bytes(b"one\ntwo \xe2\x82\xac\n")
    return [run.id for run in made]


@schema.parametrize()  # pyright: ignore[reportUntypedFunctionDecorator]
@settings(
    max_examples=12,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_fuzzed(case: Case[Any], client: Client, runs: list[str]) -> None:
    made_up = str((case.path_parameters or {}).get("run", ""))
    said = hashlib.sha256(made_up.encode("utf-8", "replace")).digest()
    if is_id(made_up) and said[0] % 4:  # made-up ids are hardly ever those of runs
        case.path_parameters["run"] = runs[said[1] % len(runs)]
    case.call_and_validate(base_url=client.url, headers=dict(client.headers))
