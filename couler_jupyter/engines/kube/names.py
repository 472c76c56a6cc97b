"""Names of Kubernetes objects: stable, and the ones that fit kept as they are."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from functools import cache

LONGEST = 63
"""Characters of a DNS label."""

_PORT = re.compile(r"[A-Za-z0-9_-]{1,63}")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_OTHERS = re.compile(r"[^A-Za-z0-9]+")


@cache
def port_name(name: str) -> str:
    """Return what a parameter or an artifact is called.

    >>> port_name("learning_rate"), port_name("a.b")
    ('learning_rate', 'a-b-2e7336')
    """
    return name if _PORT.fullmatch(name) else hashed(name, LONGEST)


def label(name: str, longest: int = LONGEST) -> str:
    """Return a name as a DNS label (RFC 1123).

    >>> label("Pick best"), label("fit")
    ('pick-best-3df776', 'fit')
    """
    if len(name) <= longest and _LABEL.fullmatch(name):
        return name
    return hashed(name, longest).lower()


def free_name(wanted: str, taken: Collection[str]) -> str:
    """Return `wanted`, longer by as much as it takes to be no name that is taken.

    >>> free_name("run", {"run", "run-0"})
    'run-0-0'
    """
    while wanted in taken:
        wanted += "-0"
    return wanted


class Taken:
    """The names that are taken in one place."""

    def __init__(self) -> None:
        self._names: set[str] = set()

    def __contains__(self, name: object) -> bool:
        return name in self._names

    def take(self, wanted: str) -> str:
        """Return `wanted`, or that with a number where it is taken, and take it."""
        name, number = wanted, 1
        while name in self._names:
            number += 1
            end = f"-{number}"
            name = f"{wanted[: LONGEST - len(end)].rstrip('-')}{end}"
        self._names.add(name)
        return name


def hashed(name: str, longest: int) -> str:
    """Return letters and digits of a name, and enough of its hash to tell it apart."""
    digest = hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:6]
    plain = _OTHERS.sub("-", name)[: longest - 7].strip("-")
    return f"{plain}-{digest}" if plain else f"x-{digest}"


def fresh_name(base: str, run_id: str, *, room: int = 0) -> str:
    """Return a name for the object that a run is, which no other run has.

    Args:
        base: what it begins with.
        run_id: of the run.
        room: characters that are to be added to it.

    >>> fresh_name("pick-best-", "20261122-031502-pick-best-k3f9")
    'pick-best-031502-k3f9'
    """
    end = f"-{run_id[9:15]}-{run_id[-4:]}"
    return f"{base[: LONGEST - room - len(end)].rstrip('-')}{end}"
