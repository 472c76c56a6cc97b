"""What tests of language models share: servers of their own, and no settings of yours."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from couler_jupyter.testing.model_server import ModelServer, Said, serving_model

Serve = Callable[..., ModelServer]


@pytest.fixture(autouse=True)
def _no_model_of_yours(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.startswith(("COULER_LLM_", "OPENAI_", "AZURE_OPENAI_")):
            monkeypatch.delenv(name)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)
    monkeypatch.setenv("COULER_LLM_CONFIG", os.devnull)


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Start servers that speak to models' clients; they end with the test."""
    with ExitStack() as servers:

        def start(*answers: Said, refuses: frozenset[str] = frozenset()) -> ModelServer:
            server = ModelServer(answers, refuses)
            return servers.enter_context(serving_model(server))

        yield start
