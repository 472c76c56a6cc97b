"""Names that Kubeflow Pipelines takes: stable, no two the same, fitting ones as they are."""

from __future__ import annotations

import hashlib
import re
from functools import cache

_TASK = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,47}[a-z0-9])?")
_PORT = re.compile(r"[A-Za-z0-9_-]{1,63}")
_OTHERS = re.compile(r"[^A-Za-z0-9]+")
_LONGEST = 49
CHANNEL = "pipelinechannel--"
"""Beginning of the inputs that values cross the border of a DAG by."""
_OWN = (CHANNEL, "loop-item")
"""Beginnings that Kubeflow's driver reads more into."""


@cache
def task_name(name: str) -> str:
    """Return what a task or a pipeline is called.

    >>> task_name("fit-2"), task_name("Fit 2")
    ('fit-2', 't-fit-2-24a324')
    """
    if _TASK.fullmatch(name) and not name.startswith(_OWN):
        return name
    return f"t-{_hashed(name)}".lower()


@cache
def port_name(name: str) -> str:
    """Return what a parameter or an artifact is called.

    >>> port_name("learning_rate"), port_name("a.b")
    ('learning_rate', 'p-a-b-2e7336')
    """
    special = name.startswith(_OWN) or name.endswith("loop-item")
    return name if _PORT.fullmatch(name) and not special else f"p-{_hashed(name)}"


def item_name(depth: int) -> str:
    """Return what the item of a loop is called that stands in `depth` others."""
    return f"{CHANNEL}loop-item-param-{depth + 1}"


class Taken:
    """The names that are taken in one place."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def take(self, wanted: str) -> str:
        """Return `wanted`, or that with a number where it is taken, and take it."""
        name, number = wanted, 1
        while name in self._names:
            number += 1
            name = f"{wanted}-{number}"
        self._names.add(name)
        return name


def _hashed(name: str) -> str:
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    plain = _OTHERS.sub("-", name)[: _LONGEST - 7].strip("-")
    return f"{plain}-{digest}" if plain else f"x-{digest}"
