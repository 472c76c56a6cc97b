"""What of how steps stand is news, as events of their run."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.ir import Phase, RunEvent
from couler_jupyter.runs import StepRecord

_LIVE = (Phase.RUNNING, Phase.SUSPENDED)


class Telling:
    """Where every step stands, as far as it was told.

    Attributes:
        told: by path.
    """

    def __init__(
        self, known: Mapping[str, StepRecord], now: Callable[[], float] = time.time
    ) -> None:
        """Begin with what the run store has; `now` is the time, since the epoch."""
        self.told = {path: Standing.of_record(one) for path, one in known.items()}
        self._now = now

    def events(self, path: str, found: Standing) -> list[RunEvent]:
        """Return the events that tell how a step stands now; none if that is known."""
        before = self.told.get(path)
        if before is not None and before.says(found):
            return []
        self.told[path] = found
        begun = found.started is not None and found.phase.ended
        was_live = before is not None and before.phase in _LIVE
        events: list[RunEvent] = []
        if begun and not (was_live and before and before.attempt == found.attempt):
            running = Standing(phase=Phase.RUNNING, attempt=found.attempt)
            events.append(self._event(path, running, found.started))
        when = found.finished if found.phase.ended else found.started
        return [*events, self._event(path, found, when)]

    def _event(self, path: str, found: Standing, when: float | None) -> RunEvent:
        return RunEvent(
            step=path,
            phase=found.phase,
            time=self._now() if when is None else when,
            attempt=found.attempt,
            message=found.message,
            exit_code=found.exit_code,
        )
