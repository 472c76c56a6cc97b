"""What can be asked of runs on Kubeflow, and of the server itself."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from couler_jupyter.engines.base import Engine
from couler_jupyter.engines.choices import Choice, choices_of
from couler_jupyter.engines.following.remote import has_remote, remote_of
from couler_jupyter.engines.kubeflow.live.options import CACHING, LiveOptions
from couler_jupyter.engines.kubeflow.live.standing import run_standing
from couler_jupyter.engines.kubeflow.live.submitting import Submitting
from couler_jupyter.engines.kubeflow.schedules import triggers_of
from couler_jupyter.engines.remote import RemoteEntry
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Run, Workflow

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_ELSEWHERE = ("compile", "token_from")
"""Options that a person does not type in, or not as text."""
_MAIN = ("server", "namespace", "experiment", "caching")


@dataclass(frozen=True)
class Controlling(Submitting):
    """The control of runs; a part of the engine."""

    def choices(self) -> tuple[Choice, ...]:
        """Return the options that a person may choose for a run here."""
        some = {"caching": CACHING}
        live = choices_of(LiveOptions, but=_ELSEWHERE, some=some, main=_MAIN)
        return (*live, *choices_of(type(self), but=("run_store",)))

    def configured(self, options: Mapping[str, Json]) -> Engine:
        """Return the engine that compiles as these options of a run say.

        Raises:
            UsageFailed: with every option that is unknown or has a wrong value.
        """
        return self._configured(options)[1]

    def cancel(self, run: Run) -> None:
        """Ask for the run to be ended."""
        self.terminate(run)
        self.attend(run)

    def terminate(self, run: Run) -> None:
        """End the run at once."""
        server, remote = self._reach_live(run)
        server.act(remote.uid, "terminate")

    def stop(self, run: Run) -> None:
        """Say that Kubeflow cannot: it ends runs at once, or not."""
        raise SubmitFailed(
            f"run {run.id}: Kubeflow ends a run at once or not at all; terminate it"
        )

    def suspend(self, run: Run) -> None:
        """Say that Kubeflow cannot: it does not pause runs."""
        raise SubmitFailed(f"run {run.id}: Kubeflow cannot pause a run")

    def resume_all(self, run: Run) -> None:
        """Say that Kubeflow cannot: it does not pause runs."""
        raise SubmitFailed(f"run {run.id}: Kubeflow cannot pause a run")

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None:
        """Say that Kubeflow cannot: no task of it waits for a person."""
        del outputs
        raise SubmitFailed(f"run {run.id}: step {step!r} waits for nobody on Kubeflow")

    def delete(self, run: Run) -> None:
        """Delete the run on the server; what is known of it here stays."""
        if not has_remote(self.store, run.id):
            return
        server, remote = self._reach(run)
        server.delete(remote.uid)
        self._wait_for_follower(run)

    def listed(
        self, options: Mapping[str, Json] = _NOTHING, *, limit: int = 20
    ) -> tuple[RemoteEntry, ...]:
        """Return the latest runs on the server, those of others too."""
        from couler_jupyter.engines.kubeflow.live.opening import open_server

        server = open_server(self._configured(options)[0])
        known = {
            remote_of(self.store, one.id).uid: one.id
            for one in self.store.runs(engine=self.name, limit=200)
            if (self.store.folder(one.id) / "remote.json").exists()
        }
        return tuple(_entry(one, known) for one in server.runs(limit=limit))

    def fetched(self, name: str, *, options: Mapping[str, Json] = _NOTHING) -> Workflow:
        """Say that this is not done: pipelines are imported from their files."""
        del options
        raise SubmitFailed(
            f"pipeline {name!r} is not read from the server; download its YAML file"
        )

    def publish(
        self, workflow: Workflow, *, options: Mapping[str, Json] = _NOTHING
    ) -> tuple[str, ...]:
        """Have the server run a workflow by its schedule; say what was made there.

        Raises:
            Unsupported: Kubeflow cannot express it.
            SubmitFailed: it has no schedule, or the server refuses it.
        """
        if workflow.schedule is None:
            raise SubmitFailed(
                f"{workflow.name} has no schedule; submit it, or give it one"
            )
        chosen, compiler = self._configured(options)
        server, body = compiler._prepared(workflow, {}, chosen)
        made = [
            server.create_recurring({**body, **one})
            for one in triggers_of(workflow.schedule)
        ]
        return tuple(f"recurring run {one}" for one in made)

    def rehearse(
        self,
        workflow: Workflow,
        *,
        arguments: Mapping[str, Json],
        options: Mapping[str, Json],
    ) -> tuple[str, ...]:
        """Return what was looked at and found good; nothing is started or made.

        Raises:
            Unsupported: Kubeflow cannot express it.
            SubmitFailed: the server cannot be reached or refuses.
            UsageFailed: an option is unknown or has a wrong value.
        """
        from couler_jupyter.engines.kubeflow.live.bodies import run_body
        from couler_jupyter.engines.kubeflow.live.opening import open_server

        chosen, compiler = self._configured(options)
        documents = compiler._fitting(workflow)
        size = compiler.sizes(workflow)["bytes"]
        server = open_server(chosen)
        run_body(documents, workflow, arguments, chosen, "")
        server.check()
        return (
            f"one pipeline of {size:,} bytes",
            "the arguments fit",
            f"{server.where} answers and lets you in",
        )

    def page(self, run: Run) -> str:
        """Return the URL of a run in Kubeflow's own interface."""
        from couler_jupyter.engines.kubeflow.live.opening import open_server

        if not has_remote(self.store, run.id):
            return ""
        options = LiveOptions.of(json.loads(self.store.get(run.id).options))
        return open_server(options).page(remote_of(self.store, run.id).uid)


def _entry(found: Mapping[str, Json], known: Mapping[str, str]) -> RemoteEntry:
    standing = run_standing(found)
    own = str(found.get("run_id") or "")
    return RemoteEntry(
        name=str(found.get("display_name") or own),
        phase=standing.phase,
        created=str(found.get("created_at") or ""),
        message=standing.message,
        run=known.get(own, ""),
    )
