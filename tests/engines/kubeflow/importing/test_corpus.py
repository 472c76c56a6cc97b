"""What our own compiler writes is read back, and written again the same."""

from __future__ import annotations

import pytest

from couler_jupyter.engines.as_read import WHOLE
from couler_jupyter.engines.kubeflow.engine import Kubeflow
from couler_jupyter.engines.kubeflow.importing import import_manifest
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Foreign
from couler_jupyter.testing.corpus import CORPUS


@pytest.mark.parametrize("name", CORPUS)
def test_comes_back_the_same(name: str) -> None:
    try:
        manifest = Kubeflow().compile(CORPUS[name].make())
    except Unsupported as error:
        pytest.skip(str(error))
    document = manifest.documents[0]
    (workflow,) = import_manifest(document.text, document.filename)
    assert Kubeflow().compile(workflow).documents[0] == document
    kept = [o.template for o in workflow.steps if isinstance(o.template, Foreign)]
    assert all(one.kind != WHOLE for one in kept)
