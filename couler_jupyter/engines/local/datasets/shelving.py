"""A shelf that may be missing or fail: the run then goes on without."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TypeVar

from couler_jupyter.engines.shelf import Copy, Shelf
from couler_jupyter.errors import CoulerError

T = TypeVar("T")


class Shelving:
    """The way to a shelf; what fails is told in the supervisor's log."""

    def __init__(self, shelf: Shelf | None = None) -> None:
        self._shelf = shelf

    def copy(self, dataset: str, *versions: str) -> Copy | None:
        """Return what is known of the first of these versions that is known."""
        shelf = self._shelf
        if shelf is None or not versions:
            return None
        return self._try(lambda: shelf.copy(dataset, *versions))

    def latest(self, dataset: str) -> tuple[Copy, float] | None:
        """Return the version that was seen last, and how many seconds ago."""
        shelf = self._shelf
        return None if shelf is None else self._try(lambda: shelf.latest(dataset))

    def saw(self, copy: Copy) -> None:
        """Tell that this version is what lies there now."""
        if self._shelf is not None:
            shelf = self._shelf
            self._try(lambda: shelf.saw(copy))

    def met(self, copy: Copy) -> None:
        """Tell that the run has to do with this version."""
        if self._shelf is not None:
            self._shelf.met(copy)

    def bring(self, copy: Copy, target: Path) -> bool:
        """Write the bytes of a version; False if they are not at hand after all."""
        shelf = self._shelf
        if shelf is None or not copy.held:
            return False

        def brought() -> bool:
            shelf.bring(copy, target)
            return True

        return self._try(brought) or False

    def keep(self, copy: Copy, path: Path) -> None:
        """Offer what was read."""
        if self._shelf is not None:
            shelf = self._shelf
            self._try(lambda: shelf.keep(copy, path))

    @contextmanager
    def alone(self, dataset: str) -> Generator[None]:
        """Have others that are about to read the same dataset wait, if that can be."""
        with ExitStack() as stack:
            if self._shelf is not None:
                waiting = self._shelf.alone(dataset)
                self._try(lambda: stack.enter_context(waiting))
            yield

    def _try(self, action: Callable[[], T]) -> T | None:
        try:
            return action()
        except (CoulerError, OSError) as error:
            sys.stderr.write(f"cache: {' '.join(str(error).split())}\n")
            return None
