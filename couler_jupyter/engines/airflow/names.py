"""Names that Airflow takes: stable, no two the same, and those that fit kept as they are."""

from __future__ import annotations

import hashlib
import re
from functools import cache

LONGEST = 200
"""Characters of the id of a DAG or of one part of a task's id; Airflow takes 250."""

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,99}")
_OTHERS = re.compile(r"[^A-Za-z0-9_]+")
_OWN = frozenset({"begin", "ending", "outcome", "verdict"})
"""Names of tasks that stand beside the steps of a workflow."""


@cache
def task_name(name: str) -> str:
    """Return what a step is called among the tasks of its group.

    >>> task_name("fit"), task_name("fit 2.b")
    ('fit', 'fit-2-b-264747')
    """
    if _PLAIN.fullmatch(name) and name not in _OWN:
        return name
    return _hashed(name)


def item_name(name: str, number: int) -> str:
    """Return what one item of a step is called that is written out item by item."""
    return f"{task_name(name)}_{number}"


def dag_name(name: str) -> str:
    """Return what a workflow is called as a DAG, which is also the name of its file."""
    return name if _PLAIN.fullmatch(name) else _hashed(name)


def variable(task: str) -> str:
    """Return the Python variable that holds a task or a group.

    >>> variable("tune.fit-2")
    'do_tune__fit_2d_2'
    """
    return "do_" + re.sub(
        r"[^A-Za-z0-9_]",
        lambda one: "__" if one[0] == "." else f"_{ord(one[0]):x}_",
        task,
    )


def _hashed(name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    plain = _OTHERS.sub("-", name)[:90].strip("-")
    return f"{plain}-{digest}" if plain else f"x-{digest}"
