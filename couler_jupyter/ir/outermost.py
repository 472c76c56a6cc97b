"""What can be wrong with a workflow that is run by itself, not as a part of another.

A workflow does not know whether it is a part of another one. What it names of the run
as a whole, a parameter or a global output, may be there or not only in the outermost
workflow; so it is checked by whoever compiles or submits one.
"""

from __future__ import annotations

from collections.abc import Iterator

from couler_jupyter.errors import Problem
from couler_jupyter.ir.everywhere import leaves_in, places_in
from couler_jupyter.ir.name import nearest
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.template import Foreign, SubWorkflow
from couler_jupyter.ir.value import GlobalRef, Leaf, ParameterRef
from couler_jupyter.ir.workflow import Workflow


def outermost_problems(workflow: Workflow) -> tuple[Problem, ...]:
    """Return what is named of the run that it has not; empty if there is nothing."""
    return tuple(dict.fromkeys(_problems(workflow)))


def _problems(workflow: Workflow) -> Iterator[Problem]:
    found: list[tuple[Leaf, str]] = [
        (leaf, path)
        for leaf, path in leaves_in(workflow)
        if isinstance(leaf, GlobalRef)
        or (isinstance(leaf, ParameterRef) and leaf.of_run)
    ]
    if not found:
        return
    parameters = {one.name for one in workflow.parameters}
    outputs = _global_names(workflow)
    for leaf, path in found:
        where = f"step {path!r}" if path else f"workflow {workflow.name!r}"
        match leaf:
            case ParameterRef(name=name) if name not in parameters:
                hint = nearest(name, parameters)
                yield Problem(where, f"the run has no parameter {name!r}{hint}")
            case GlobalRef(name=name) if outputs is not None and name not in outputs:
                hint = nearest(name, outputs)
                yield Problem(where, f"no step makes global output {name!r}{hint}")
            case _:
                continue


def _global_names(workflow: Workflow) -> frozenset[str] | None:
    """Return the names of all global outputs; None where they cannot all be known."""
    names: set[str] = set()
    for one, _ in places_in(workflow):
        if not isinstance(one, Step):
            names |= {output.global_name for output in one.outputs}
        elif isinstance(one.template, Foreign):
            return None  # its body may name more
        elif not isinstance(one.template, SubWorkflow):
            names |= {output.global_name for output in one.template.outputs}
    return frozenset(names - {""})
