"""Airflow as a submitter: what hands runs over, and reads what they left.

What a run does is written down by its follower, a process of its own; here only the
run store is read. A run that cannot be handed over stays in the run store, with why.
"""

from __future__ import annotations

import json
import time
from abc import abstractmethod
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from couler_jupyter.engines.airflow.building import enders
from couler_jupyter.engines.airflow.live.asking import typed_for
from couler_jupyter.engines.airflow.live.book import Key
from couler_jupyter.engines.airflow.live.controlling import Controlling
from couler_jupyter.engines.airflow.live.handed import (
    Handed,
    Marks,
    handed_of,
    keep_handed,
    run_name,
)
from couler_jupyter.engines.airflow.live.opening import open_server
from couler_jupyter.engines.airflow.live.options import LiveOptions, dags_of
from couler_jupyter.engines.airflow.live.placing import DagsFolder
from couler_jupyter.engines.airflow.live.rerunning import tasks_of, undone
from couler_jupyter.engines.airflow.live.server import AirflowServer
from couler_jupyter.engines.airflow.names import dag_name
from couler_jupyter.engines.airflow.setting import USUAL, Setting
from couler_jupyter.engines.airflow.told import steps_of
from couler_jupyter.engines.base import Engine
from couler_jupyter.engines.following.kept import loaded
from couler_jupyter.engines.following.options import options_json
from couler_jupyter.errors import CoulerError, SubmitFailed, UnknownName, UsageFailed
from couler_jupyter.ir import (
    Document,
    Json,
    Phase,
    Run,
    RunEvent,
    Workflow,
    from_json,
    to_json,
)
from couler_jupyter.runs import RunStore

_NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True)
class Submitting(Controlling, Engine):
    """Runs on Airflow what it compiles; what it compiles to is said by who inherits it.

    Options of a run are those of `LiveOptions` and of `Setting`.

    Attributes:
        run_store: where runs are told; None for the usual one, opened when needed.
        setting: how workflows become DAG files.
    """

    run_store: RunStore | None = field(default=None, compare=False, repr=False)

    setting: Setting = field(default=USUAL, kw_only=True)

    @abstractmethod
    def chosen(self, given: Mapping[str, Json]) -> tuple[LiveOptions, Submitting]:
        """Return the options of a run, and this engine with what else they say."""

    @property
    def store(self) -> RunStore:
        """The run store."""
        return self.run_store or self._usual_store

    @cached_property
    def _usual_store(self) -> RunStore:
        return RunStore(RunStore.default_root())

    def submit(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json] = _NOTHING,
        options: Mapping[str, Json] = _NOTHING,
    ) -> Run:
        """Start a run and return at once; Airflow begins it when it has read the file.

        Raises:
            Unsupported: Airflow cannot express it.
            SubmitFailed: Airflow or its folder of DAGs cannot be reached or refuses; the
                run's record stays, with that as its message.
            UsageFailed: an option is unknown or has a wrong value.
        """
        given = dict(options)
        notebook = str(given.pop("notebook", ""))
        chosen, compiler = self.chosen(given)
        see_runs(compiler.setting)
        chosen = replace(chosen, folder=str(Path(chosen.folder or ".").resolve()))
        (document,) = compiler.compile(workflow).documents
        record = self.store.create(
            workflow=workflow.name,
            engine=self.name,
            document=to_json(workflow),
            arguments=json.dumps(_at_home(workflow, arguments, chosen)),
            options=json.dumps(options_json(chosen)),
            notebook=notebook,
            remote=True,
        )
        run = Run(self.name, record.id)
        self._hand_over(run, workflow, document, chosen)
        self.attend(run)
        return run

    def _hand_over(
        self, run: Run, workflow: Workflow, document: Document, chosen: LiveOptions
    ) -> None:
        """Write the DAG file; whatever stands in the way ends the run."""
        try:
            server = open_server(chosen)
            server.version()
            handed = Handed(
                dag=dag_name(workflow.name), run=run_name(run.id), since=time.time()
            )
            text = "" if chosen.deployed else document.text
            if text:
                handed = self._placed(handed, document, server, chosen)
            keep_handed(self.store, run.id, handed, text)
        except CoulerError as error:
            self._tell_failed(run, error)
            raise

    def _placed(
        self,
        handed: Handed,
        document: Document,
        server: AirflowServer,
        chosen: LiveOptions,
    ) -> Handed:
        folder, file = DagsFolder(dags_of(chosen)), document.filename
        see_free(server, handed.dag, document, folder)
        failed_before, _ = server.import_error(file)
        folder.write(file, document.text)
        return replace(
            handed, file=file, place=folder.file(file), failed_before=failed_before
        )

    def _tell_failed(self, run: Run, error: CoulerError) -> None:
        message = " ".join(str(error).split())
        event = RunEvent(
            step="", phase=Phase.ERRORED, time=time.time(), message=message
        )
        self.store.record(run.id, [event])

    def status(self, run: Run) -> Mapping[str, Phase]:
        """Return the phase of every step, by its path; the run's own is under none."""
        self.attend(run)
        steps = self.store.steps(run.id)
        phases = {path: record.phase for path, record in steps.items()}
        return {"": self.store.phase(run.id), **phases}

    def outputs(self, run: Run) -> Mapping[str, Mapping[str, object]]:
        """Return what each step that has ended left behind, by path and output.

        An artifact is a `Remote`, which says where it lies.
        """
        found = self.store.outputs(run.id)
        return {path: loaded(text) for path, text in found.items()}

    def retry(self, run: Run) -> Run:
        """Run again what had not succeeded, in the same DAG run.

        A run that never began is handed over anew.

        Raises:
            SubmitFailed: it goes on or succeeded, or is no longer there.
        """
        record = self.store.get(run.id)
        if not record.phase.ended:
            raise SubmitFailed(f"run {run.id} has not ended; cancel it first")
        if record.phase.good:
            raise SubmitFailed(f"run {run.id} succeeded; there is nothing to run again")
        chosen, compiler = self.chosen(json.loads(record.options))
        self._wait_for_follower(run)
        if not Marks.of(self.store, run.id).triggered:
            workflow = from_json(record.document)
            (document,) = compiler.compile(workflow).documents
            Marks.of(self.store, run.id).go_on()
            self.store.reopen(run.id)
            self._hand_over(run, workflow, document, chosen)
        else:
            self._begin_again(run, "", chosen, compiler)
        self._start_follower(run)
        return run

    def can_retry_from(self, run: Run) -> bool:
        """Whether a run began on Airflow, so that a part of it can run again."""
        return Marks.of(self.store, run.id).triggered

    def retry_from(self, run: Run, step: str) -> Run:
        """Run a step again and all behind it, in the same DAG run.

        Raises:
            UnknownName: the run has no such step.
            SubmitFailed: the run goes on, never began or is no longer there.
        """
        steps = self.store.steps(run.id)
        if step not in steps:
            raise UnknownName("step of the run", step, steps)
        record = self.store.get(run.id)
        if not record.phase.ended:
            raise SubmitFailed(f"run {run.id} has not ended; cancel it first")
        if not self.can_retry_from(run):
            raise SubmitFailed(f"run {run.id} never began on Airflow; retry it")
        chosen, compiler = self.chosen(json.loads(record.options))
        self._wait_for_follower(run)
        self._begin_again(run, step, chosen, compiler)
        self._start_follower(run)
        return run

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None:
        """Let a step go on that waits for a person, with what the person gave.

        Raises:
            UnknownName: the run has no such step.
            UsageFailed: it is not suspended, or the outputs are not those it asks for.
        """
        known = self.store.steps(run.id)
        if step not in known:
            raise UnknownName("step of the run", step, known)
        if known[step].phase is not Phase.SUSPENDED:
            raise UsageFailed(f"step {step!r} is not suspended: {known[step].phase}")
        record = self.store.get(run.id)
        chosen, compiler = self.chosen(json.loads(record.options))
        workflow = compiler.lower(from_json(record.document))
        typed = typed_for(workflow, step, outputs)
        server, handed = open_server(chosen), handed_of(self.store, run.id)
        found = server.tasks(handed.dag, handed.run)
        tasks = tasks_of(steps_of(workflow, compiler.setting), found, step)
        server.type_in(handed.dag, handed.run, tasks[step], typed)

    def _begin_again(
        self, run: Run, step: str, chosen: LiveOptions, compiler: Submitting
    ) -> None:
        """Have tasks cleared: those of a step and behind it, or all that did no good."""
        server, handed = open_server(chosen), handed_of(self.store, run.id)
        if server.run(handed.dag, handed.run) is None:
            raise SubmitFailed(
                f"DAG run {handed.run} is not there any more; resubmit it"
            )
        workflow = compiler.lower(from_json(self.store.get(run.id).document))
        steps = steps_of(workflow, compiler.setting)
        found = server.tasks(handed.dag, handed.run)
        if step:
            mine = tasks_of(steps, found, step)
            paths: Collection[str] = mine
            again: Collection[Key] = tuple(dict.fromkeys(mine.values()))
        else:
            handlers = [one.step.name for one in workflow.exit_handlers]
            paths = ()
            again = undone(
                found, {task for one in handlers for task in enders(steps[one])}
            )
        server.clear(handed.dag, handed.run, again, behind=bool(step))
        server.pause(handed.dag, False)
        Marks.of(self.store, run.id).go_on()
        self.store.reopen(run.id)
        self._tell_pending(run, paths)

    def _tell_pending(self, run: Run, paths: Collection[str]) -> None:
        """Show the steps that will run again as waiting, until more is known."""
        now = time.time()
        events = [
            RunEvent(step=path, phase=Phase.PENDING, time=now, attempt=one.attempt)
            for path, one in self.store.steps(run.id).items()
            if path in paths or one.phase.bad or one.phase is Phase.OMITTED
        ]
        self.store.record(run.id, events)

    def resubmit(self, run: Run) -> Run:
        """Start a new run of the same workflow with the same arguments and options."""
        record = self.store.get(run.id)
        options = json.loads(record.options)
        options |= options.pop("compile", {}) | {"notebook": record.notebook}
        return self.submit(
            from_json(record.document),
            arguments=json.loads(record.arguments),
            options=options,
        )

    def publish(
        self, workflow: Workflow, *, options: Mapping[str, Json] = _NOTHING
    ) -> tuple[str, ...]:
        """Write the DAG file of a workflow, to run by its schedule or by name.

        Raises:
            Unsupported: Airflow cannot express it.
            SubmitFailed: it cannot be written, or runs of the DAG go on.
            UsageFailed: an option is unknown or has a wrong value.
        """
        chosen, compiler = self.chosen(options)
        see_runs(compiler.setting)
        (document,) = compiler.compile(workflow).documents
        server, folder = open_server(chosen), DagsFolder(dags_of(chosen))
        dag = dag_name(workflow.name)
        see_free(server, dag, document, folder)
        folder.write(document.filename, document.text)
        return (f"DAG {dag} in {folder.file(document.filename)}",)

    def fetched(self, name: str, *, options: Mapping[str, Json] = _NOTHING) -> Workflow:
        """Refuse: what a DAG file does cannot be read back as a workflow."""
        del options
        raise SubmitFailed(
            f"DAG {name} is a program in Python, which cannot be read as a workflow; "
            "load what it was compiled from"
        )


def see_runs(setting: Setting) -> None:
    """See that runs are asked for as the chosen Airflow takes them.

    Raises:
        UsageFailed: it is Airflow 2, whose REST API is another.
    """
    if setting.old:
        raise UsageFailed(
            f"version {setting.version} only compiles: runs go over the REST API of "
            "Airflow 3.0 or later; put the compiled file into the folder of DAGs yourself"
        )


def see_free(
    server: AirflowServer, dag: str, document: Document, folder: DagsFolder
) -> None:
    """See that a DAG of that name may be written: none runs now with another text.

    Raises:
        SubmitFailed: one does, or there is one of that name from elsewhere.
    """
    found = server.dag(dag)
    if found is None:
        return
    file = str(found.get("relative_fileloc") or found.get("fileloc") or "")
    if file and file.rpartition("/")[2] != document.filename:
        raise SubmitFailed(
            f"Airflow has a DAG {dag} in {file}; name the workflow in another way"
        )
    if folder.read(document.filename) in {"", document.text}:
        return
    live = server.runs(dag, limit=1, live=True)
    if live:
        raise SubmitFailed(
            f"DAG {dag} is running as it was before, as {live[0]['dag_run_id']}; wait for "
            "its end or cancel it, then submit again"
        )


def _at_home(
    workflow: Workflow, arguments: Mapping[str, Json], chosen: LiveOptions
) -> dict[str, Json]:
    """Return arguments with whole paths for files of this machine."""
    files = {one.name for one in workflow.artifacts}
    return {
        name: str(Path(chosen.folder) / value)
        if name in files and isinstance(value, str) and "://" not in value
        else value
        for name, value in arguments.items()
    }
