"""What our own compiler writes is read back, and written again the same."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.as_read import without_documents
from couler_jupyter.engines.finding import Source
from couler_jupyter.engines.tekton.engine import Tekton
from couler_jupyter.engines.tekton.importing import import_manifests
from couler_jupyter.errors import Unsupported
from couler_jupyter.testing.corpus import CORPUS

REFUSED_WHEN_CHANGED = {"map-fan-in", "odd-text"}
"""What is only written again as it was: it refers to what our own words do not."""


@pytest.mark.parametrize("name", CORPUS)
def test_comes_back_the_same(name: str) -> None:
    try:
        manifest = Tekton().compile(CORPUS[name].make())
    except Unsupported as error:
        pytest.skip(str(error))
    texts = [Source(one.filename, one.text) for one in manifest.documents]
    pipeline, run = import_manifests(texts)
    assert pipeline == ()
    (workflow,) = run
    assert Tekton().compile(workflow) == manifest
    bare = without_documents(workflow, "tekton")
    assert bool(Tekton().problems(bare)) is (name in REFUSED_WHEN_CHANGED)
