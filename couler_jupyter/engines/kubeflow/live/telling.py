"""What changed between two looks at a run, as events of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import replace

from couler_jupyter.engines.following.standing import Standing
from couler_jupyter.ir import Json, Phase, RunEvent
from couler_jupyter.runs import StepRecord


class Telling:
    """Knows what was told, so that only what is new is told."""

    def __init__(
        self,
        known: Mapping[str, StepRecord],
        attempts: Mapping[str, int],
        now: Callable[[], float] = time.time,
    ) -> None:
        """Begin with what the run store has.

        Args:
            known: the steps as they were last told.
            attempts: of each step, from before the run was last run again.
            now: the time, seconds since the epoch.
        """
        self._told = {path: Standing.of_record(one) for path, one in known.items()}
        self._left: dict[str, Mapping[str, Json]] = {}
        self._attempts = attempts
        self._now = now

    def events(
        self, steps: Mapping[str, Standing], *, over: Phase
    ) -> tuple[RunEvent, ...]:
        """Return what is new of the steps, in the order in which it happened.

        Args:
            steps: where each stands.
            over: where the run stands; steps do not go on once it has ended.
        """
        found: list[RunEvent] = []
        for path, standing in steps.items():
            one = self._counted(path, standing)
            if over.ended and not one.phase.ended:
                one = self._lost(one)
            found += self._of_step(path, one)
        return tuple(sorted(found, key=lambda one: one.time))

    def outputs(
        self, left: Mapping[str, Mapping[str, Json]]
    ) -> dict[str, Mapping[str, Json]]:
        """Return what steps left that was not told yet."""
        new = {
            p: made for p, made in left.items() if made and made != self._left.get(p)
        }
        good = {p: made for p, made in new.items() if self._told[p].phase.good}
        self._left.update(good)
        return good

    def _counted(self, path: str, standing: Standing) -> Standing:
        earlier = self._attempts.get(path, 0)
        if not standing.attempt or not earlier:
            return standing
        return replace(standing, attempt=earlier + standing.attempt)

    def _lost(self, standing: Standing) -> Standing:
        if standing.phase is Phase.PENDING:
            return Standing(phase=Phase.OMITTED, message="the run ended before it")
        return replace(
            standing,
            phase=Phase.CANCELLED,
            message="the run ended before it did",
            finished=self._now(),
        )

    def _of_step(self, path: str, found: Standing) -> list[RunEvent]:
        before = self._told.get(path)
        if before is not None and before.says(found):
            return []
        self._told[path] = found
        events: list[RunEvent] = []
        tried = found.attempt and found.phase.ended
        was_live = before is not None and before.phase is Phase.RUNNING
        if tried and not (was_live and before and before.attempt == found.attempt):
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
