"""What our own compiler makes of a draft, as a plain object."""

from __future__ import annotations

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.importing.fields import Object
from couler_jupyter.engines.kube.yaml_reading import read_text
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Workflow


def emitted_for(workflow: Workflow) -> Object:
    """Return the manifest of a workflow.

    Raises:
        Unsupported: there is none.
    """
    (document,) = Argo().compile(workflow).documents
    (read,) = read_text(document.text)
    if not isinstance(read.value, dict):
        raise Unsupported("argo", ())
    return read.value
