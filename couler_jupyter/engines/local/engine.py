"""The local engine as others see it: an `Engine` and a `Submitter`.

A run is driven by a supervisor process of its own and told in the run store; what is
here hands runs over, asks things of them, and reads what came of them.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from couler_jupyter.engines.base import Engine, Gap
from couler_jupyter.engines.choices import Choice, choices_of
from couler_jupyter.engines.local.gaps import GAPS
from couler_jupyter.errors import (
    RunFailed,
    SubmitFailed,
    UnknownName,
    Unsupported,
    UsageFailed,
)
from couler_jupyter.ir import (
    Document,
    Feature,
    Json,
    Manifest,
    Phase,
    Run,
    RunEvent,
    Workflow,
    from_json,
    to_json,
)
from couler_jupyter.runs import RunStore, follow

if TYPE_CHECKING:
    from couler_jupyter.engines.local.made import Made
    from couler_jupyter.engines.local.options import Options

_NOTHING: Mapping[str, Json] = MappingProxyType({})

__all__ = ["Local"]


class Local(Engine):
    """Runs workflows on this machine; the meaning other engines are held to.

    Options of a run are those of `Options`: `runtime`, `scripts`, `slots`,
    `log_limit`, `keep_work`, `network`, `dask`; `notebook` says where it comes from.
    """

    name: ClassVar[str] = "local"
    features: ClassVar[frozenset[Feature]] = frozenset(Feature) - GAPS.keys()
    gaps: ClassVar[Mapping[Feature, Gap]] = GAPS
    usual_passes: ClassVar[str] = "validate,prune,tune,fit"  # it asks the cache itself

    def __init__(self, store: RunStore | None = None) -> None:
        """Use `store`; None for the usual one, opened when it is needed."""
        self._store = store

    @property
    def store(self) -> RunStore:
        """The run store."""
        if self._store is None:
            self._store = RunStore(RunStore.default_root())
        return self._store

    @property
    def workers(self) -> int:
        """How many steps that ask for no CPU run at once."""
        from couler_jupyter.engines.local.options import Options
        from couler_jupyter.engines.local.supervising.room import capacity_of

        return max(1, int(capacity_of(Options()).cpu))

    def sizes(self, workflow: Workflow) -> Mapping[str, int]:
        """Return how many steps there are; nothing else is limited here."""
        return {"steps": workflow.size}

    def emit(self, workflow: Workflow) -> Iterable[Document]:
        """Yield the workflow itself, as JSON."""
        yield Document("workflow.json", to_json(workflow, indent=2))

    def submit(
        self,
        workflow: Workflow | Manifest,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        """Start a run and return at once.

        Raises:
            Unsupported: this machine cannot run it; with everything that is wrong.
            SubmitFailed: the arguments do not fit, or no process can start.
            UsageFailed: an option is unknown or has a wrong value.
        """
        from couler_jupyter.engines.local.launching import launch

        given = dict(options)
        notebook = str(given.pop("notebook", ""))
        chosen = _with_surroundings(given)
        if isinstance(workflow, Manifest):
            workflow = from_json(workflow.documents[0].text)
        self._check(workflow, chosen, arguments)
        record = self.store.create(
            workflow=workflow.name,
            engine=self.name,
            document=to_json(workflow),
            arguments=json.dumps(dict(arguments)),
            options=json.dumps(chosen.to_json()),
            notebook=notebook,
        )
        launch(self.store, record.id, chosen)
        return Run(self.name, record.id)

    def status(self, run: Run) -> Mapping[str, Phase]:
        """Return the phase of every step, by its path; the run's own is under none."""
        steps = self.store.steps(run.id)
        phases = {path: record.phase for path, record in steps.items()}
        return {"": self.store.phase(run.id), **phases}

    def outputs(self, run: Run) -> Mapping[str, Made]:
        """Return what each step that has ended left behind, by path and output.

        That of the run as a whole is under the empty path.
        """
        from couler_jupyter.engines.local.made import Made
        from couler_jupyter.engines.local.scheduling.data import decode
        from couler_jupyter.engines.local.scheduling.desk import GLOBALS

        folder = self.store.folder(run.id)
        return {
            path: Made(decode(text), folder)
            for path, text in self.store.outputs(run.id).items()
            if path != GLOBALS
        }

    def log(self, run: Run, step: str, attempt: int | None = None) -> Path:
        """Return the file with what a step printed, in its last attempt or a given one.

        Raises:
            UnknownName: the run has no such step.
        """
        steps = self.store.steps(run.id)
        if step not in steps:
            raise UnknownName("step of the run", step, steps)
        return self.store.log_path(run.id, step, attempt or steps[step].attempt or 1)

    def cancel(self, run: Run) -> None:
        """Ask for the run to be stopped; asked twice, its exit handlers are, too.

        Raises:
            SubmitFailed: it has ended.
        """
        phase = self.store.phase(run.id)
        if phase is Phase.INTERRUPTED:
            message = "cancelled after it was interrupted"
            event = RunEvent(
                step="", phase=Phase.CANCELLED, time=time.time(), message=message
            )
            self.store.record(run.id, [event])
        elif phase.ended:
            raise SubmitFailed(f"run {run.id} has ended: {phase}")
        else:
            self.store.command(run.id, "cancel")

    def retry(self, run: Run) -> Run:
        """Run again what had not succeeded.

        Raises:
            SubmitFailed: nothing is left to run, or the run goes on.
            StoreFailed: somebody drives it.
        """
        from couler_jupyter.engines.local.launching import launch
        from couler_jupyter.engines.local.options import Options

        record = self.store.get(run.id)
        if record.phase.good:
            raise SubmitFailed(f"run {run.id} succeeded; there is nothing to run again")
        self.store.reopen(run.id)
        launch(self.store, run.id, Options.of(json.loads(record.options)))
        return run

    def can_retry_from(self, run: Run) -> bool:
        """Whether a run can begin again from any of its steps: each can."""
        del run
        return True

    def retry_from(self, run: Run, step: str) -> Run:
        """Run a step again and all that comes behind it, whatever came of them.

        Raises:
            UnknownName: the run has no such step.
            StoreFailed: it has not ended, or somebody drives it.
        """
        from couler_jupyter.engines.local.launching import launch
        from couler_jupyter.engines.local.options import Options
        from couler_jupyter.engines.local.rerunning import again_from
        from couler_jupyter.engines.local.supervising.asked_again import AGAIN

        record = self.store.get(run.id)
        steps = self.store.steps(run.id)
        if step not in steps:
            raise UnknownName("step of the run", step, steps)
        again = again_from(from_json(record.document), step, steps)
        self.store.reopen(run.id)
        self.store.command(run.id, AGAIN, step, json.dumps({"steps": again}))
        launch(self.store, run.id, Options.of(json.loads(record.options)))
        return run

    def rehearse(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json],
        options: Mapping[str, Json],
    ) -> tuple[str, ...]:
        """Return what was looked at and found good; see `Rehearser`."""
        self._check(workflow, _with_surroundings(options), arguments)
        count = workflow.size
        return (
            f"this machine can run {'its only step' if count == 1 else f'all {count} steps'}",
            "the arguments fit",
        )

    def choices(self) -> tuple[Choice, ...]:
        """Return the options that a person may choose for a run here."""
        from couler_jupyter.engines.local.options import CHOICES, Options

        elsewhere = ("folder", "path", "cache", "refresh")
        return choices_of(
            Options,
            but=elsewhere,
            some=CHOICES,
            main=("slots", "dask"),
            numbers=("slots",),
        )

    def configured(self, options: Mapping[str, Json]) -> Local:
        """Return this engine; options change nothing of what it compiles."""
        from couler_jupyter.engines.local.options import Options

        Options.of(options)
        return self

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None:
        """Let a suspended step go on, with what the person gave as its outputs.

        Raises:
            UnknownName: the run has no such step.
            UsageFailed: the step is not suspended, or the outputs are not those it
                asks for.
        """
        from couler_jupyter.engines.local.suspended import check_resume

        steps = self.store.steps(run.id)
        if step not in steps:
            raise UnknownName("step of the run", step, steps)
        if steps[step].phase is not Phase.SUSPENDED:
            raise UsageFailed(f"step {step!r} is not suspended: {steps[step].phase}")
        check_resume(from_json(self.store.get(run.id).document), step, outputs)
        payload = json.dumps({"outputs": dict(outputs)})
        self.store.command(run.id, "resume", step, payload)

    def run(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
        timeout: float | None = None,
    ) -> Mapping[str, Made]:
        """Run a workflow to its end and return what its steps left behind.

        Raises:
            RunFailed: it did not succeed, or not within `timeout` seconds, after
                which it is cancelled.
        """
        run = self.submit(workflow, arguments=arguments, options=options)
        self.wait(run, timeout)
        record = self.store.get(run.id)
        if not record.phase.good:
            raise RunFailed(f"run {run.id} {record.phase}: {record.message}")
        return self.outputs(run)

    def wait(self, run: Run, timeout: float | None = None) -> Phase:
        """Wait for the end of a run and return how it ended.

        Raises:
            RunFailed: it goes on after `timeout` seconds; it is cancelled then.
        """
        deadline = None if timeout is None else time.monotonic() + timeout
        for _ in follow(self.store, run.id, poll=0.02, idle=True):
            if deadline is not None and time.monotonic() > deadline:
                self.cancel(run)
                raise RunFailed(f"run {run.id} took longer than {timeout:g} s")
        return self.store.phase(run.id)

    def _check(
        self, workflow: Workflow, options: Options, arguments: Mapping[str, Json]
    ) -> None:
        from couler_jupyter.engines.local.checks import problems_here
        from couler_jupyter.engines.local.scheduling.bind import (
            bind_arguments,
            given_arguments,
        )
        from couler_jupyter.engines.local.scheduling.evaluate import Unfit
        from couler_jupyter.engines.local.supervising.room import capacity_of

        problems = self.problems(workflow)
        problems += problems_here(workflow, options, capacity_of(options))
        if problems:
            raise Unsupported(self.name, problems)
        try:
            given = given_arguments(workflow, dict(arguments))
            bind_arguments((*workflow.parameters, *workflow.artifacts), given)
        except Unfit as error:
            raise SubmitFailed(f"{workflow.name}: {error}") from None


def _with_surroundings(given: Mapping[str, Json]) -> Options:
    """Return the options, with this process's folder and module path if not given."""
    from couler_jupyter.engines.local.launching import module_path
    from couler_jupyter.engines.local.options import Options

    here = {"folder": str(Path.cwd()), "path": list(module_path())}
    return Options.of({**here, **given})
