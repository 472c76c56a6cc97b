"""The fields of a template that is no graph of others."""

from __future__ import annotations

from typing import TypeAlias, assert_never

from couler_jupyter.engines.argo.templates.around import Around, Fields, Write
from couler_jupyter.engines.argo.templates.containers import (
    container_fields,
    script_fields,
)
from couler_jupyter.engines.argo.templates.functions import function_fields
from couler_jupyter.engines.argo.templates.jobs import job_fields
from couler_jupyter.engines.argo.templates.suspends import suspend_fields
from couler_jupyter.ir import Container, Function, Job, Script, Suspend

Leaf: TypeAlias = Container | Script | Function | Job | Suspend


def leaf_fields(template: Leaf, write: Write, around: Around | None = None) -> Fields:
    """Return the fields of a template but for its name.

    Args:
        template: what it runs.
        write: renders texts in the template.
        around: what surrounds it; None for the outermost workflow of plain words.
    """
    around = Around() if around is None else around
    match template:
        case Container():
            return container_fields(template, write, around)
        case Script():
            return script_fields(template, write, around)
        case Function():
            return function_fields(template, write, around)
        case Job():
            return job_fields(template, write, around)
        case Suspend():
            return suspend_fields(template, write, around)
        case _ as never:
            assert_never(never)
