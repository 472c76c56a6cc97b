"""What our own compiler makes of a draft, as a plain object."""

from __future__ import annotations

from couler_jupyter.engines.argo.engine import Argo
from couler_jupyter.engines.argo.scripts import brought_back
from couler_jupyter.engines.kube.reading.fields import Object
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Workflow


def emitted_for(workflow: Workflow, *, whatever: bool = False) -> Object:
    """Return the manifest of a workflow, its scripts in it however long they are.

    Args:
        workflow: what is compiled.
        whatever: whether it may be one that Argo would refuse.

    Raises:
        Unsupported: Argo has no words for it, or would refuse it.
    """
    engine = Argo()
    if not whatever and (problems := engine.problems(workflow)):
        raise Unsupported(engine.name, problems)
    built = engine.built(workflow)
    return brought_back(built.document, built.maps)
