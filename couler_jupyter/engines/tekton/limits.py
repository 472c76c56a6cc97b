"""How big a pipeline may be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from couler_jupyter.engines.tekton.built import Built
from couler_jupyter.engines.tekton.sharing import LARGEST
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Limit, Workflow

LIMITS = (Limit(of="bytes", most=LARGEST, reason="what etcd keeps of one object"),)


def sizes_of(workflow: Workflow, built: Built) -> Mapping[str, int]:
    """Return how much of what is limited a pipeline has."""
    return {"bytes": built.size, "steps": workflow.size}


def limit_problems(workflow: Workflow, built: Built) -> Iterator[Problem]:
    """Yield what of a pipeline does not fit."""
    over = built.size - LARGEST
    if over > 0:
        yield Problem(
            f"workflow {workflow.name!r}",
            f"its pipeline has {built.size:,} bytes, {over:,} more than the {LARGEST:,} "
            "that etcd keeps of one object; put programs into images, or split it",
        )
