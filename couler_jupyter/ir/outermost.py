"""What can be wrong with a workflow that is run by itself, not as a part of another.

A workflow does not know whether it is a part of another one. A parameter of the run is
one of the outermost workflow, so its name can be checked only when that is known: by
whoever compiles or submits a workflow.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.errors import Problem
from couler_jupyter.ir.everywhere import leaves_in
from couler_jupyter.ir.name import nearest
from couler_jupyter.ir.value import ParameterRef
from couler_jupyter.ir.workflow import Workflow


def outermost_problems(workflow: Workflow) -> tuple[Problem, ...]:
    """Return which parameters of the run are named that it has not; empty if none."""
    return tuple(dict.fromkeys(_problems(workflow)))


def _problems(workflow: Workflow) -> Iterator[Problem]:
    known = {one.name for one in workflow.parameters}
    for leaf, path in leaves_in(workflow):
        if isinstance(leaf, ParameterRef) and leaf.of_run and leaf.name not in known:
            where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
            what = f"the run has no parameter {leaf.name!r}{nearest(leaf.name, known)}"
            yield Problem(where, what)
