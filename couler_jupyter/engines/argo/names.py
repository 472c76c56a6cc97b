"""Names that Argo takes: stable, no two the same, and the ones that fit kept as they are."""

from __future__ import annotations

import re
from functools import cache

from couler_jupyter.engines.kube.names import (
    LONGEST,
    Taken,
    free_name,
    hashed,
    label,
    port_name,
)

__all__ = [
    "GATHERED",
    "LONGEST",
    "LONGEST_CRON",
    "Taken",
    "fits_template",
    "free_name",
    "label",
    "port_name",
    "task_name",
]

LONGEST_CRON = 52
"""Characters of a CronWorkflow's name: its runs get more at the end."""
GATHERED = "run"
"""The one task of the template around an item, where what items leave is gathered."""

_TASK = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?")


@cache
def task_name(name: str) -> str:
    """Return what a step is called in a DAG; a letter is first, or none can wait for it.

    >>> task_name("Fit-2"), task_name("fit_2")
    ('Fit-2', 'fit-2-82b44f')
    """
    if name[:1].isdigit():
        return f"t-{hashed(name, LONGEST - 2)}"
    return name if _TASK.fullmatch(name) else hashed(name, LONGEST)


def fits_template(name: str) -> bool:
    """Whether a template may be called so."""
    return _TASK.fullmatch(name) is not None
