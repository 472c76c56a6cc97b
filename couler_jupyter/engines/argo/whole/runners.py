"""Where what functions run in stands: in each script, or once for all of them."""

from __future__ import annotations

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates.functions import RUNNER
from couler_jupyter.engines.argo.whole.walk import all_steps
from couler_jupyter.engines.kube.runner import whole_program
from couler_jupyter.ir import Function, InputParameter, Workflow

MOST_INLINE = 16
"""Functions that each hold it themselves, some 10 KB; a manifest may have 1 MiB."""


def runner_of(workflow: Workflow) -> str:
    """Return the parameter of the run that holds it; empty if each script does."""
    if _count(workflow) <= MOST_INLINE:
        return ""
    taken = {port_name(one.name) for one in workflow.parameters}
    name = RUNNER
    while name in taken:
        name += "-0"
    return name


def is_runner(port: InputParameter) -> bool:
    """Whether a parameter of a manifest is the one that holds it."""
    if not port.name.startswith(RUNNER) or port.default is None:
        return False
    return bool(port.default.value == whole_program())


def _count(workflow: Workflow) -> int:
    known: set[int] = set()
    found: set[Function] = set()
    for _, step in all_steps(workflow):
        template = step.template
        if isinstance(template, Function) and id(template) not in known:
            known.add(id(template))
            found.add(template)
    return len(found)
