"""Which steps wait for what does not heal by itself, and since when."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable


class Stuck:
    """Steps that wait in vain, by path."""

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        """Begin with none."""
        self._now = now
        self._since: dict[str, float] = {}

    def seen(self, paths: Iterable[str]) -> None:
        """Take notice of all that wait in vain now; others are forgotten."""
        now = self._now()
        self._since = {path: self._since.get(path, now) for path in paths}

    def late(self, patience: float) -> str:
        """Return one that waits for longer than that, once; empty for none, or for 0."""
        for path, since in self._since.items():
            if patience and self._now() - since > patience:
                self._since.clear()
                return path
        return ""
