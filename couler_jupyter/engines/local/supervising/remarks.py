"""What people should know of a run beside how it goes: said in the run's own message."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from couler_jupyter.ir import Phase, RunEvent


class Remarks:
    """Adds what is remarkable to the events of a run, once and to the end."""

    def __init__(self) -> None:
        self._said: tuple[str, ...] = ()
        self._phase = Phase.RUNNING
        self._message = ""

    def added(
        self, events: Sequence[RunEvent], remarks: tuple[str, ...], now: float
    ) -> list[RunEvent]:
        """Return the events, those of the run itself with all remarks.

        Args:
            events: what is to be written down.
            remarks: all there are by now.
            now: the time, in seconds since the epoch.
        """
        told = [one if one.step else self._with(one, remarks) for one in events]
        if remarks != self._said and all(one.step for one in events):
            plain = RunEvent(
                step="", phase=self._phase, time=now, message=self._message
            )
            told.append(self._with(plain, remarks))
        self._said = remarks
        return told

    def _with(self, event: RunEvent, remarks: tuple[str, ...]) -> RunEvent:
        self._phase, self._message = event.phase, event.message
        parts = (event.message, *remarks)
        return replace(event, message="; ".join(part for part in parts if part))
