"""Argo as a submitter: what hands runs over, asks things of them, reads what they left.

What a run does is written down by its follower, a process of its own; here only the
run store is read. What is asked of a run is asked of Argo at once, so that a refusal
is told to whoever asked.
"""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from pathlib import Path
from types import MappingProxyType

from couler_jupyter.engines.ahead import HeadStart
from couler_jupyter.engines.argo.live.config_maps import Beside
from couler_jupyter.engines.argo.live.controlling import Controlling
from couler_jupyter.engines.argo.live.datasets import have_datasets
from couler_jupyter.engines.argo.live.in_cluster.sending import (
    Sending,
    send_again,
    sending_of,
)
from couler_jupyter.engines.argo.live.manifests import (
    API,
    as_written,
    objects_in,
    to_publish,
    to_run,
    with_arguments,
)
from couler_jupyter.engines.argo.live.objects import (
    CLUSTER_TEMPLATE,
    KINDS,
    TEMPLATE,
    name_of,
)
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.rerunning import Again, again_from, never_ran
from couler_jupyter.engines.argo.live.starting import (
    errand_for,
    head_start_of,
    remembering,
    rest_of,
    settled_in,
    write_down,
)
from couler_jupyter.engines.argo.parts.annotations import is_in_parts
from couler_jupyter.engines.base import Engine
from couler_jupyter.engines.following.kept import loaded
from couler_jupyter.engines.following.remote import (
    RemoteRun,
    attempts_so_far,
    has_remote,
    keep_remote,
)
from couler_jupyter.errors import SubmitFailed, UnknownName, Unsupported
from couler_jupyter.ir import (
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
    """Runs on Argo what it compiles; what it compiles to is said by who inherits it.

    Options of a run are those of `LiveOptions`, and the fields of who inherits it.

    Attributes:
        run_store: where runs are told; None for the usual one, opened when needed.
    """

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
            Unsupported: Argo cannot express it.
            SubmitFailed: the cluster cannot be reached or refuses it; nothing was
                started.
            UsageFailed: an option is unknown or has a wrong value.
        """
        given = dict(options)
        notebook = str(given.pop("notebook", ""))
        chosen, compiler = self._configured(given)
        sending = sending_of(chosen, drives=workflow.parts is not None)
        if workflow.artifacts:  # files of this machine, wherever it is looked on from
            here = Path(chosen.folder or ".").resolve()
            chosen = replace(chosen, folder=str(here))
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
        start: HeadStart | None = None
        try:
            asked = remembering(compiler.filled(workflow), chosen)
            errand = errand_for(record.id, self.name, asked, arguments, chosen)
            start = head_start_of(errand, chosen)
            write_down(self.store, run.id, asked, start)
            if start.workflow is not None:
                compiler._hand_over(
                    run,
                    workflow,
                    asked,
                    start=start,
                    arguments=arguments,
                    chosen=chosen,
                    sending=sending,
                )
        except BaseException:
            self.store.delete(record.id)
            if start is not None:
                start.give_up()
            raise
        if start.workflow is not None:
            self.attend(run)
        return run

    def _hand_over(
        self,
        run: Run,
        workflow: Workflow,
        asked: Workflow,
        *,
        start: HeadStart,
        arguments: Mapping[str, Json],
        chosen: LiveOptions,
        sending: Sending | None,
    ) -> None:
        """Have the cluster run what is left of a workflow, and note what that is there."""
        from couler_jupyter.engines.argo.live.opening import open_door
        from couler_jupyter.engines.argo.live.parts import starting

        rest = asked if start.workflow is None else start.workflow
        if chosen.template:  # what is sent is its name alone
            rest = replace(rest, parts=None)
        objects, door = objects_in(self.compile(rest)), open_door(chosen)
        if is_in_parts(objects):
            whole = objects if rest is asked else self._objects_of(asked)
            earlier = starting.earlier_for(
                asked, whole, arguments, chosen, start, door=door, run_id=run.id
            )
            made = starting.prepared(
                workflow,
                objects,
                arguments,
                chosen,
                door=door,
                run_id=run.id,
                earlier=earlier,
            )
            starting.tell_taken(self.store, run.id, rest, made, start)
            remote, child = starting.start(door, self.store, run.id, made)
            if sending is None or child is None:
                return
            try:
                sending.send(door, self.store, run.id, remote, child)
            except BaseException:
                with suppress(SubmitFailed):
                    door.delete(name_of(child))
                raise
            return
        *others, first = _workflow_last(objects)
        others = [] if chosen.template else have_datasets(door, others)
        beside = Beside(door, others)
        beside.check()
        manifest = to_run(rest, first, chosen, run.id)
        manifest = with_arguments(manifest, workflow, arguments)
        name = manifest["metadata"]["name"]
        remote = RemoteRun(namespace=door.namespace, name=name, uid="")
        if sending is not None:
            sending.check(self.store, run.id, remote)
        try:
            keep_remote(self.store, run.id, remote)  # should this process die now
            beside.lay_out()
            made = door.create(manifest)
        except BaseException:
            beside.take_away()
            raise
        try:
            remote = replace(remote, uid=made["metadata"].get("uid", ""))
            keep_remote(self.store, run.id, remote)
            beside.belong_to(made)
            if sending is not None:
                sending.send(door, self.store, run.id, remote, made)
        except BaseException:  # it would run, and nobody would know of it
            with suppress(SubmitFailed):
                door.delete(name)
            beside.take_away()
            raise

    def _objects_of(self, asked: Workflow) -> list[Json]:
        """Return the objects of all that was asked for; none if only the rest fits."""
        try:
            return objects_in(self.compile(asked))
        except Unsupported:
            return []

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
        """Run again what had not succeeded, in the same Workflow on the cluster.

        Raises:
            SubmitFailed: it goes on or succeeded, or is no longer there.
        """
        record = self.store.get(run.id)
        if not record.phase.ended:
            raise SubmitFailed(f"run {run.id} has not ended; cancel it first")
        if record.phase.good:
            raise SubmitFailed(f"run {run.id} succeeded; there is nothing to run again")
        self._begin_again(run, Again(node="", paths=frozenset()))
        return run

    def can_retry_from(self, run: Run) -> bool:
        """Whether a run is one Workflow; one in parts runs again only where it failed."""
        from couler_jupyter.engines.argo.live.parts.kept import Kept

        in_parts = Kept.of(self.store.folder(run.id)).is_there
        return has_remote(self.store, run.id) and not in_parts

    def retry_from(self, run: Run, step: str) -> Run:
        """Run a step again and all behind it, in the same Workflow on the cluster.

        Raises:
            UnknownName: the run has no such step.
            SubmitFailed: the run goes on, is in parts, or is no longer there, or the step
                did not run on the cluster.
        """
        steps = self.store.steps(run.id)
        if step not in steps:
            raise UnknownName("step of the run", step, steps)
        if not self.store.phase(run.id).ended:
            raise SubmitFailed(f"run {run.id} has not ended; cancel it first")
        if not self.can_retry_from(run):
            raise SubmitFailed(
                f"run {run.id} is not one Workflow on the cluster: retry runs what failed "
                "in its parts, resubmit all of it"
            )
        if step in settled_in(self.store, run.id):
            raise never_ran(step)
        door, remote = self._reach(run)
        found = door.get(remote.name)
        if found is None:
            raise SubmitFailed(f"workflow {remote.name} is not there any more")
        rest = rest_of(self.store, run.id)
        self._begin_again(run, again_from(rest, found, door.hydrate(found), step))
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

    def publish(
        self, workflow: Workflow, *, options: Mapping[str, Json] = _NOTHING
    ) -> tuple[str, ...]:
        """Put a workflow on the cluster: a template, or with a schedule a CronWorkflow."""
        from couler_jupyter.engines.argo.live.opening import open_door

        chosen, compiler = self._configured(options)
        door = open_door(chosen)
        objects = objects_in(compiler.compile(workflow))
        if is_in_parts(objects):
            raise SubmitFailed(
                f"{workflow.name}: a workflow in parts is several Workflows, which no "
                "template can hold; publish it without parts"
            )
        *others, last = _workflow_last(objects)
        beside = Beside(door, have_datasets(door, others))
        beside.check()
        try:
            beside.lay_out()
            made = door.put(to_publish(last))
        except BaseException:
            beside.take_away()
            raise
        owner = {"kind": to_publish(last)["kind"], **made}
        beside.belong_to(owner)
        return (f"{owner['kind']} {name_of(made)}",)

    def fetched(self, name: str, *, options: Mapping[str, Json] = _NOTHING) -> Workflow:
        """Return the workflow that a template on the cluster describes.

        Args:
            name: of a WorkflowTemplate, or of a ClusterWorkflowTemplate after `cluster:`.
            options: where the cluster is.

        Raises:
            SubmitFailed: there is none of that name.
        """
        from couler_jupyter.engines.argo.importing import import_manifest
        from couler_jupyter.engines.argo.live.opening import open_door

        chosen, _ = self._configured(options)
        door = open_door(chosen)
        scope, _, own = name.rpartition(":")
        kind = CLUSTER_TEMPLATE if scope == "cluster" else TEMPLATE
        found = door.look_up(kind, own)
        if found is None:
            raise SubmitFailed(f"{door.where}: there is no {kind.name} {own!r}")
        found = {"apiVersion": API, "kind": kind.name, **as_written(found)}
        (workflow,) = import_manifest(json.dumps(found), name)
        return workflow

    def _configured(self, given: Mapping[str, Json]) -> tuple[LiveOptions, Submitting]:
        """Return the options of a run, and this engine with what else they say."""
        own = {one.name for one in fields(self) if one.init} - {"run_store"}
        mine = {name: value for name, value in given.items() if name in own}
        rest = {name: value for name, value in given.items() if name not in own}
        chosen = LiveOptions.of(rest | ({"compile": mine} if mine else {}))
        return chosen, replace(self, **mine) if mine else self

    def _begin_again(self, run: Run, again: Again) -> None:
        """Have what did not succeed run again, and `again`; follow that."""
        door, remote = self._reach(run)
        attempts = attempts_so_far(self.store, run.id, again.paths)
        self._wait_for_follower(run)
        door.retry(remote.name, node=again.node)
        self.store.reopen(run.id)
        remote = replace(remote, attempts=attempts)
        keep_remote(self.store, run.id, remote)
        self._tell_pending(run, again.paths)
        send_again(door, self.store, run.id, remote)
        self._start_follower(run)

    def _tell_pending(self, run: Run, paths: Collection[str]) -> None:
        """Show the steps that will run again as waiting, until more is known."""
        now = time.time()
        events = [
            RunEvent(step=path, phase=Phase.PENDING, time=now, attempt=one.attempt)
            for path, one in self.store.steps(run.id).items()
            if path in paths or one.phase.bad or one.phase is Phase.OMITTED
        ]
        self.store.record(run.id, events)


def _workflow_last(found: list[Json]) -> list[Json]:
    """Return objects so that what others need comes first, and the run's own last."""
    return sorted(found, key=lambda one: one.get("kind") in KINDS)
