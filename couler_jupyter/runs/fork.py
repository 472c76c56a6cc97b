"""What a forked child must not go on using: locks and connections of its parent."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable


def in_children(method: Callable[[], None]) -> None:
    """Call a bound method first thing in every forked child, while its object lives."""
    known = weakref.WeakMethod(method)

    def call() -> None:
        if (alive := known()) is not None:
            alive()

    os.register_at_fork(after_in_child=call)
