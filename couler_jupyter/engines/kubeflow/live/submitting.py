"""Kubeflow Pipelines as a submitter: what hands runs over, and asks things of them.

What a run does is written down by its follower, a process of its own; here only the run
store is read. What is asked of a run is asked of the server at once, so that a refusal is
told to whoever asked.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, ClassVar

from couler_jupyter.engines.base import Engine
from couler_jupyter.engines.following.attending import Attending
from couler_jupyter.engines.following.kept import loaded
from couler_jupyter.engines.following.remote import (
    RemoteRun,
    attempts_so_far,
    keep_remote,
    remote_of,
)
from couler_jupyter.engines.kubeflow.limits import limit_problems
from couler_jupyter.engines.kubeflow.live.bodies import run_body
from couler_jupyter.engines.kubeflow.live.options import LiveOptions
from couler_jupyter.errors import SubmitFailed, Unsupported
from couler_jupyter.ir import Json, Phase, Run, Workflow, from_json, to_json
from couler_jupyter.runs import RunStore

if TYPE_CHECKING:
    from couler_jupyter.engines.kubeflow.live.server import Server

_NOTHING: Mapping[str, Json] = MappingProxyType({})


@dataclass(frozen=True)
class Submitting(Attending, Engine):
    """Runs on Kubeflow what it compiles; what that is, is said by who inherits it.

    Options of a run are those of `LiveOptions`, and the fields of who inherits it.

    Attributes:
        run_store: where runs are told; None for the usual one, opened when needed.
    """

    follower: ClassVar[str] = "couler_jupyter.engines.kubeflow.live.follower"

    run_store: RunStore | None = field(default=None, compare=False, repr=False)

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
        """Start a run and return at once.

        Raises:
            Unsupported: Kubeflow cannot express it.
            SubmitFailed: the server cannot be reached or refuses it; nothing was
                started.
            UsageFailed: an option is unknown or has a wrong value.
        """
        given = dict(options)
        notebook = str(given.pop("notebook", ""))
        chosen, compiler = self._configured(given)
        server, body = compiler._prepared(workflow, arguments, chosen)
        record = self.store.create(
            workflow=workflow.name,
            engine=self.name,
            document=to_json(workflow),
            arguments=json.dumps(dict(arguments)),
            options=json.dumps(chosen.to_json()),
            notebook=notebook,
            remote=True,
        )
        run = Run(self.name, record.id)
        made = ""
        try:
            made = server.create(body)
            remote = RemoteRun(namespace=chosen.namespace, name=made, uid=made)
            keep_remote(self.store, run.id, remote)
        except BaseException:
            self.store.delete(record.id)
            if made:  # it would run, and nobody would know of it
                with suppress(SubmitFailed):
                    server.act(made, "terminate")
            raise
        self.attend(run)
        return run

    def status(self, run: Run) -> Mapping[str, Phase]:
        """Return the phase of every step, by its path; the run's own is under none."""
        self.attend(run)
        steps = self.store.steps(run.id)
        phases = {path: record.phase for path, record in steps.items()}
        return {"": self.store.phase(run.id), **phases}

    def outputs(self, run: Run) -> Mapping[str, Mapping[str, object]]:
        """Return what each step that has ended left behind, by path and output.

        An artifact is a `Remote`, which says where it lies. Servers that do not keep
        tasks themselves tell of no outputs.
        """
        found = self.store.outputs(run.id)
        return {path: loaded(text) for path, text in found.items()}

    def retry(self, run: Run) -> Run:
        """Run again what had not succeeded, in the same run on the server.

        Raises:
            SubmitFailed: it goes on or succeeded, or is no longer there.
        """
        record = self.store.get(run.id)
        if not record.phase.ended:
            raise SubmitFailed(f"run {run.id} has not ended; cancel it first")
        if record.phase.good:
            raise SubmitFailed(f"run {run.id} succeeded; there is nothing to run again")
        server, remote = self._reach(run)
        attempts = attempts_so_far(self.store, run.id)
        self._wait_for_follower(run)
        server.act(remote.uid, "retry")
        self.store.reopen(run.id)
        keep_remote(self.store, run.id, replace(remote, attempts=attempts))
        self._start_follower(run)
        return run

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

    def _prepared(
        self, workflow: Workflow, arguments: Mapping[str, Json], chosen: LiveOptions
    ) -> tuple[Server, dict[str, Json]]:
        """Return the server, and what starts the run there; nothing runs yet."""
        from couler_jupyter.engines.kubeflow.live.opening import open_server

        documents = self._fitting(workflow)
        server = open_server(chosen)
        run_body(documents, workflow, arguments, chosen, "")
        experiment = server.experiment(chosen.experiment)
        return server, run_body(documents, workflow, arguments, chosen, experiment)

    def _fitting(self, workflow: Workflow) -> tuple[dict[str, Any], ...]:
        """Return what is sent of a workflow.

        Raises:
            Unsupported: Kubeflow cannot express it, or it is too big for a cluster.
        """
        self.compile(workflow)  # says all that is wrong
        documents = self.documents(self.lower(workflow))
        if problems := tuple(limit_problems(workflow, documents)):
            raise Unsupported(self.name, problems)
        return documents

    def documents(self, workflow: Workflow) -> tuple[dict[str, Any], ...]:
        """Return the PipelineSpec and the platform document of a workflow."""
        raise NotImplementedError

    def _configured(self, given: Mapping[str, Json]) -> tuple[LiveOptions, Submitting]:
        """Return the options of a run, and this engine with what else they say."""
        own = {one.name for one in fields(self) if one.init} - {"run_store"}
        mine = {name: value for name, value in given.items() if name in own}
        rest = {name: value for name, value in given.items() if name not in own}
        chosen = LiveOptions.of(rest | ({"compile": mine} if mine else {}))
        return chosen, replace(self, **mine) if mine else self

    def _reach(self, run: Run) -> tuple[Server, RemoteRun]:
        from couler_jupyter.engines.kubeflow.live.opening import open_server

        remote = remote_of(self.store, run.id)
        options = LiveOptions.of(json.loads(self.store.get(run.id).options))
        return open_server(options), remote

    def _reach_live(self, run: Run) -> tuple[Server, RemoteRun]:
        phase = self.store.phase(run.id)
        if phase.ended:
            raise SubmitFailed(f"run {run.id} has ended: {phase}")
        return self._reach(run)
