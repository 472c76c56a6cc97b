"""Names that Tekton takes: those of tasks are DNS labels, those of parameters are words.

Tekton tells parameters apart without regard to case, and so do these.

Source: https://tekton.dev/docs/pipelines/tasks/#specifying-parameters
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from couler_jupyter.engines.kube.names import LONGEST, hashed, label

OWN = "couler-"
"""What names begin with that are ours and no user's."""

_PORT = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,62}")


def port_name(name: str) -> str:
    """Return what a parameter or a result is called.

    >>> port_name("learning_rate"), port_name("2nd")
    ('learning_rate', 'p-2nd-c21365')
    """
    if _PORT.fullmatch(name) and not name.lower().startswith(OWN):
        return name
    return f"p-{hashed(name, LONGEST - 2)}"


def port_names(names: Iterable[str], outer: Iterable[str] = ()) -> Mapping[str, str]:
    """Return what several are called in one place, no two the same in any case.

    None is called as one of `outer`: Tekton carries parameters of a pipeline into its
    tasks, where they may stand in for those of a task.

    >>> port_names(["rate", "RATE"])
    {'rate': 'rate', 'RATE': 'p-RATE-fced8f'}
    """
    found: dict[str, str] = {}
    taken = {name.lower() for name in outer}
    for name in names:
        own = port_name(name)
        if own.lower() in taken:
            own = f"p-{hashed(name, LONGEST - 2)}"
        taken.add(own.lower())
        found[name] = own
    return found


class Names:
    """The names of the tasks of one pipeline, no two the same."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, wanted: str) -> str:
        """Return a name for what is called `wanted`, and take it."""
        first = name = label(wanted)
        number = 1
        while name in self._taken:
            number += 1
            name = label(f"{first}-{number}")
        self._taken.add(name)
        return name
