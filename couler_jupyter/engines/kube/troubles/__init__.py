"""Known ways in which a cluster fails, told apart from failures of the step itself.

A trouble is a row of data: how its messages read, whose it is, and what is done about
it. Messages of pods, of engines on Kubernetes and of API servers are held against the
same rows.
"""

from __future__ import annotations

from couler_jupyter.engines.kube.troubles.capacity import CAPACITY
from couler_jupyter.engines.kube.troubles.control import CONTROL
from couler_jupyter.engines.kube.troubles.images import IMAGES
from couler_jupyter.engines.kube.troubles.pods import PODS
from couler_jupyter.engines.kube.troubles.row import Fault, Policy, Trouble
from couler_jupyter.engines.kube.troubles.storage import STORAGE

__all__ = ["TROUBLES", "Fault", "Policy", "Trouble", "trouble_in"]

TROUBLES: tuple[Trouble, ...] = (*IMAGES, *CAPACITY, *STORAGE, *PODS, *CONTROL)
"""In the order in which a message is held against them."""

_READ = 4_000


def trouble_in(message: str) -> Trouble | None:
    """Return the trouble that a message tells of, None if it is none that is known.

    >>> trouble_in("OOMKilled (exit code 137)").name
    'out-of-memory'
    """
    if not message:
        return None
    text = message[:_READ]
    return next((one for one in TROUBLES if one.pattern.search(text)), None)
