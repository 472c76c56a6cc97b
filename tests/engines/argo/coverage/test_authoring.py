"""How much of the Argo API workflows written in Python show, and that it is written down."""

from __future__ import annotations

from pathlib import Path

import pytest

from couler_jupyter.engines.argo import Argo
from couler_jupyter.engines.argo.linting import ArgoLinter
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.testing.corpus import ARGO_CORPUS
from tests.engines.argo.coverage.api import api, settable
from tests.engines.argo.coverage.authoring import authored
from tests.engines.argo.coverage.page import page

_API = api()
_PAGE = Path(__file__).resolve().parents[4] / "docs" / "argo-coverage.md"


def test_python_writes_most_of_it() -> None:
    found = authored(_API)
    argos = [pair for pair in settable(_API) if pair.is_argos]
    assert sum(pair in found for pair in argos) >= 497


def test_the_page_is_current() -> None:
    assert _PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("name", ARGO_CORPUS)
def test_words_of_argo_compile_to_what_argo_takes(name: str) -> None:
    workflow = ARGO_CORPUS[name].make()
    manifest = Argo().compile(workflow)
    assert manifest == Argo().compile(ARGO_CORPUS[name].make())
    sources = [Source(file=one.filename, text=one.text) for one in manifest.documents]
    found = ArgoLinter().lint(sources)
    assert [one for one in found if one.severity is Severity.ERROR] == []
