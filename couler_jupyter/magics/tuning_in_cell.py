"""Tuning in a cell: real curves come over the predicted ones as runs end."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from threading import Event, Thread
from typing import TYPE_CHECKING, Final

from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.widgets import TuningWidget

if TYPE_CHECKING:
    from couler_jupyter.ir import Setting
    from couler_jupyter.session import RunHandle
    from couler_jupyter.session.tuning import Tuning
    from couler_jupyter.tuning.verifying import Verification

_LOOK: Final = 1.0
"""Seconds between two looks at what has come."""


class TuningInCell:
    """One live view of tuning a step; a click lets the step run with a setting."""

    def __init__(self, tuning: Tuning) -> None:
        """Show what is known now."""
        self._tuning = tuning
        self.widget = TuningWidget(tuning.view(), use=self._use)
        self.widget.show()

    def update(self) -> None:
        """Show what is known now, and have the notebook keep that."""
        self.widget.update(self._tuning.view())
        self.widget.part()

    @contextmanager
    def watching(self, made: Verification, run: RunHandle) -> Generator[None]:
        """Show the logs of short runs as they come, until the block is left.

        Args:
            made: what is tried.
            run: in which.
        """
        over = Event()
        watch = Thread(
            target=self._watch, args=(made, run, over), name=f"tuning {run.id}"
        )
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            over.set()
            watch.join()

    def _watch(self, made: Verification, run: RunHandle, over: Event) -> None:
        count = 0
        while not over.wait(_LOOK):
            try:
                found = self._tuning.arrived(made, run)
            except CoulerError:
                return  # whoever waits for the run is told
            if len(found) != count:
                count = len(found)
                self.widget.update(self._tuning.view(found))

    def _use(self, key: str) -> None:
        self._tuning.use(_named(self._tuning, key))


def _named(tuning: Tuning, key: str) -> Setting:
    """Return the setting that a view names by its key.

    Raises:
        UsageFailed: nothing is known of such a setting.
    """
    known = [tuning.usual, *(one.setting for one in tuning.outlooks())]
    found = next((one for one in known if one.key == key), None)
    if found is None:
        raise UsageFailed("nothing is known of this setting any more; tune again")
    return found
