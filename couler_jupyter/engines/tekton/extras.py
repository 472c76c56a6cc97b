"""Extras of Tekton: what the IR has no word for, put into what is made of a workflow.

Paths of a workflow's extras begin with `pipeline.` or `run.`, those of a step's with
`task.` (its task in the pipeline). The extra `beside` holds other objects that stand in
the same file as the pipeline.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.merging import BESIDE, Refused, merged
from couler_jupyter.ir import Workflow

__all__ = ["BESIDE", "ENGINE", "Refused", "beside", "merged"]

ENGINE = "tekton"


def beside(workflow: Workflow) -> Iterator[Fields]:
    """Yield the other objects that stand beside a pipeline."""
    for extra in workflow.extras:
        if extra.engine == ENGINE and extra.path == BESIDE:
            yield from (dict(one) for one in extra.value.value)
