"""A run as a person holds it: where it stands, what it made, what to ask of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from pathlib import Path

from couler_jupyter.engines import Remote, Submitter
from couler_jupyter.engines.abilities import Paged, Rerunner
from couler_jupyter.errors import NoOutputs, RunFailed, SubmitFailed, UnknownName
from couler_jupyter.ir import Json, Phase, Run, RunEvent, Workflow, from_json
from couler_jupyter.protocol import (
    RunView,
    StepState,
    WorkflowView,
    boxes_in,
    run_view,
    whole_view,
    workflow_view,
)
from couler_jupyter.runs import (
    RunRecord,
    RunStore,
    StepRecord,
    follow,
    read_log,
    read_whole_lines,
)


class RunHandle:
    """One run, by its id; everything is read afresh from the run store."""

    def __init__(self, store: RunStore, run_id: str, engine: Submitter) -> None:
        self.id = run_id
        self._store = store
        self._engine = engine
        self._there = engine if isinstance(engine, Remote) else None

    def __repr__(self) -> str:
        return f"<run {self.id}: {self.phase}>"

    @property
    def root(self) -> Path:
        """The folder of the store that the run is in."""
        return self._store.root

    @property
    def record(self) -> RunRecord:
        """What the store knows of the run as a whole; elsewhere, it is followed again."""
        found = self._store.get(self.id)
        if self._there is not None and found.remote and not found.phase.ended:
            self._there.attend(Run(found.engine, self.id))
        return found

    @property
    def elsewhere(self) -> Remote:
        """What can be asked of a run that goes on elsewhere.

        Raises:
            SubmitFailed: it runs on this machine.
        """
        if self._there is None:
            raise SubmitFailed(f"run {self.id} is one of this machine; cancel stops it")
        return self._there

    @property
    def run(self) -> Run:
        """What engines call it."""
        return Run(self.record.engine, self.id)

    @cached_property
    def workflow(self) -> Workflow:
        """What is run; it never changes."""
        return from_json(self.record.document)

    @cached_property
    def whole(self) -> WorkflowView:
        """What is run as a drawing in which every group is open."""
        return whole_view(self.workflow)

    @property
    def phase(self) -> Phase:
        """Where the run stands."""
        return self.record.phase

    @property
    def steps(self) -> Mapping[str, StepRecord]:
        """Where each step stands, by its path in the run."""
        return self._store.steps(self.id)

    @property
    def outputs(self) -> Mapping[str, Mapping[str, object]]:
        """What each step that has ended left behind, by step and output."""
        return self._engine.outputs(self.run)

    def output(self, step: str, name: str = "result") -> object:
        """Return one output of one step.

        Raises:
            UnknownName: the step has no such output, or has not made it yet.
        """
        made = self.left_by(step)
        if name not in made:
            raise UnknownName(f"output of {step!r}", name, made)
        return made[name]

    def left_by(self, step: str) -> Mapping[str, object]:
        """Return what one step left behind, by output.

        Raises:
            NoOutputs: nothing, or nothing yet.
            UnknownName: the run has no such step.
        """
        steps, made = self.steps, self.outputs
        if step in made:
            return made[step]
        if step not in steps and step not in self.workflow.by_name:
            raise UnknownName("step of the run", step, {*steps, *made})
        phase = steps[step].phase if step in steps else Phase.PENDING
        stands = f"ended as {phase}" if phase.ended else f"is {phase}"
        raise NoOutputs(step, stands, made)

    def view(self, drawn: WorkflowView | None = None, *, after: int = 0) -> RunView:
        """Return where everything stands, as JSON for a drawing.

        Args:
            drawn: what is drawn of the workflow; as usual if None.
            after: seq of an event; only steps that a later one is about are told of.
        """
        record = self.record
        drawn = self._drawn if drawn is None else drawn
        steps = self._store.steps(self.id, after=after)
        return run_view(
            run_id=record.id,
            workflow=record.workflow,
            engine=record.engine,
            phase=record.phase,
            steps={path: _state(step) for path, step in steps.items()},
            nodes={one["id"] for one in (*drawn["nodes"], *drawn["groups"])},
            boxes=boxes_in(drawn),
            message=record.message,
            started=record.started,
            finished=record.finished,
        )

    def log(self, step: str, *, attempt: int | None = None) -> str:
        """Return what a step printed, in its last attempt or a given one."""
        return "".join(self.log_chunks(step, attempt=attempt, live=False))

    def log_chunks(
        self, step: str, *, attempt: int | None = None, live: bool
    ) -> Iterator[str]:
        """Yield what a step printed; with `live` go on until the step has ended."""
        record = self._step(step)
        path = self._store.log_path(self.id, step, attempt or record.attempt or 1)
        offset = 0
        while True:
            ended = not live or self._step(step).phase.ended
            data, offset = read_log(path, offset, _LOG_CHUNK)
            if data:
                yield data.decode("utf-8", "replace")
            elif ended:
                return
            else:
                time.sleep(_POLL)

    def all_log_chunks(self, *, live: bool) -> Iterator[tuple[str, str]]:
        """Yield what every step printed, as pairs of a step's path and some lines.

        With `live` go on until the run has ended; steps then take turns.
        """
        offsets: dict[tuple[str, int], int] = {}
        while True:
            ended = not live or self.phase.ended
            new = False
            for path, step in self.steps.items():
                for attempt in range(1, step.attempt + 1):
                    file = self._store.log_path(self.id, path, attempt)
                    start = offsets.get((path, attempt), 0)
                    data, end = read_whole_lines(file, start, last=ended)
                    if data:
                        new = True
                        offsets[path, attempt] = end
                        yield path, data.decode("utf-8", "replace")
            if ended and not new:
                return
            if not new:
                time.sleep(_POLL)

    def wait(
        self,
        timeout: float | None = None,
        on_events: Callable[[tuple[RunEvent, ...]], None] | None = None,
        on_idle: Callable[[], None] | None = None,
    ) -> RunHandle:
        """Wait until the run has ended and return it.

        Args:
            timeout: seconds to wait at the most; None for ever.
            on_events: told of what happened since it was last told.
            on_idle: called, about ten times a second, while nothing happens.

        Raises:
            TimeoutError: the run goes on; it is not stopped.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        attend = time.monotonic() + _ATTEND
        for batch in follow(self._store, self.id, poll=_POLL, idle=True):
            if batch.events and on_events is not None:
                on_events(batch.events)
            elif not batch.events and on_idle is not None:
                on_idle()
            if self._there is not None and time.monotonic() > attend:
                attend = time.monotonic() + _ATTEND
                _ = self.record  # whoever followed it may be gone
            if deadline is not None and time.monotonic() > deadline:
                raise TimeoutError(f"run {self.id} goes on after {timeout:g} s")
        return self

    def check(self) -> RunHandle:
        """Return the run if it succeeded.

        Raises:
            RunFailed: it did not; with the steps that failed and why.
        """
        record = self.record
        if record.phase.good:
            return self
        bad = [
            f"{path}: {step.message or step.phase}"
            for path, step in self.steps.items()
            if step.phase in (Phase.FAILED, Phase.ERRORED)
        ]
        why = "; ".join(bad[:5]) or record.message or "see %couler status"
        raise RunFailed(f"run {self.id} {record.phase}: {why}")

    def cancel(self) -> None:
        """Ask for the run to be stopped; it is within a second."""
        self._engine.cancel(self.run)

    def retry(self) -> RunHandle:
        """Run again, under the same id, what had not succeeded."""
        self._engine.retry(self.run)
        return self

    @property
    def can_retry_from(self) -> bool:
        """Whether its engine can run it again from any of its steps on."""
        engine = self._engine
        return isinstance(engine, Rerunner) and engine.can_retry_from(self.run)

    def retry_from(self, step: str) -> RunHandle:
        """Run a step again and all behind it, under the same id, whatever came of them.

        Raises:
            UnknownName: the run has no such step.
            SubmitFailed: its engine cannot.
        """
        if not isinstance(self._engine, Rerunner):
            raise SubmitFailed(
                f"{self.record.engine} cannot run a run again from one of its steps; "
                "retry runs what had not succeeded, resubmit all of it"
            )
        self._engine.retry_from(self.run, step)
        return self

    @property
    def page(self) -> str:
        """URL of the page that its engine has for it; empty if there is none."""
        return self._engine.page(self.run) if isinstance(self._engine, Paged) else ""

    def resume(self, step: str, outputs: Mapping[str, Json] | None = None) -> None:
        """Let a suspended step go on, with what it should leave behind."""
        self._engine.resume(self.run, step, outputs or {})

    @cached_property
    def _drawn(self) -> WorkflowView:
        return workflow_view(self.workflow)

    def _step(self, path: str) -> StepRecord:
        steps = self.steps
        if path not in steps:
            raise UnknownName("step of the run", path, steps)
        return steps[path]


def _state(step: StepRecord) -> StepState:
    return StepState(
        phase=step.phase,
        started=step.started,
        finished=step.finished,
        attempts=step.attempt,
        message=step.message,
        cpu_seconds=step.cpu_seconds,
        peak_memory=step.peak_memory,
    )


_LOG_CHUNK = 2**16
_ATTEND = 5.0
_POLL = 0.1
