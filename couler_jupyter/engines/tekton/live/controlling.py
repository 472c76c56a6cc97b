"""What can be asked of a run on Tekton, and of the cluster itself."""

from __future__ import annotations

import json
import time
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from couler_jupyter.engines.following.attending import Attending
from couler_jupyter.engines.following.remote import (
    RemoteRun,
    attempts_so_far,
    has_remote,
    keep_remote,
    remote_of,
)
from couler_jupyter.engines.remote import RemoteEntry
from couler_jupyter.engines.tekton.live.objects import (
    KINDS,
    PIPELINE,
    RUN,
    RUN_LABEL,
    condition_of,
    name_of,
)
from couler_jupyter.engines.tekton.live.options import CANCELS, TektonOptions
from couler_jupyter.engines.tekton.live.retrying import claims_in, done_in, rest_of
from couler_jupyter.engines.tekton.live.standing import run_standing
from couler_jupyter.engines.tekton.live.told import Told
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json, Phase, Run, RunEvent, Workflow

if TYPE_CHECKING:
    from couler_jupyter.engines.tekton.live.door import TektonDoor

_NOTHING: Mapping[str, Json] = MappingProxyType({})
_AT_ONCE = "Cancelled"
_FINALLY, _LET_END = CANCELS[0], CANCELS[1]


class Controlling(Attending):
    """The control of runs; a part of the engine."""

    @abstractmethod
    def told(self, document: str) -> Told:
        """Return what the tasks of a run are, by its workflow as JSON."""

    def cancel(self, run: Run) -> None:
        """Have a run ended as its option `cancel` says; asked twice, at once."""
        door, remote = self._reach_live(run)
        found = door.get(RUN, remote.name)
        asked = (found or {}).get("spec", {}).get("status")
        how = _AT_ONCE if asked in CANCELS else self._options(run).cancel
        door.end(remote.name, how)
        self.attend(run)

    def stop(self, run: Run) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        door, remote = self._reach_live(run)
        door.end(remote.name, _FINALLY)

    def terminate(self, run: Run) -> None:
        """End the run at once, without its exit handlers."""
        door, remote = self._reach_live(run)
        door.end(remote.name, _AT_ONCE)

    def suspend(self, run: Run) -> None:
        """Refuse: Tekton holds runs back only before they begin."""
        raise SubmitFailed(
            f"run {run.id}: Tekton suspends no run that has begun; cancel it with "
            f"the option cancel={_LET_END} to let what runs come to its end"
        )

    def resume_all(self, run: Run) -> None:
        """Refuse: no run of Tekton was suspended."""
        raise SubmitFailed(f"run {run.id} is not suspended: Tekton suspends none")

    def resume(self, run: Run, step: str, outputs: Mapping[str, Json]) -> None:
        """Refuse: no step on Tekton waits for a person."""
        del outputs
        raise SubmitFailed(
            f"run {run.id}: step {step!r} is not suspended; no step on Tekton waits "
            "for a person"
        )

    def retry(self, run: Run) -> Run:
        """Run again what had not succeeded, as a new PipelineRun of the same run.

        Raises:
            SubmitFailed: it goes on or succeeded, or is no longer there.
        """
        record = self.store.get(run.id)
        if not record.phase.ended:
            raise SubmitFailed(f"run {run.id} has not ended; cancel it first")
        if record.phase.good:
            raise SubmitFailed(f"run {run.id} succeeded; there is nothing to run again")
        door, remote = self._reach(run)
        pipeline, made = self._left(door, remote, run)
        attempts = attempts_so_far(self.store, run.id)
        self._wait_for_follower(run)
        number = remote.restarts + 1
        again = replace(
            remote, name=name_of(made), uid="", attempts=attempts, restarts=number
        )
        self.store.reopen(run.id)
        self._make(door, run, again, [pipeline], made)
        self._tell_pending(run)
        self._start_follower(run)
        return run

    def delete(self, run: Run) -> None:
        """Delete the PipelineRuns on the cluster; what is known of the run here stays."""
        if not has_remote(self.store, run.id):
            return
        door, remote = self._reach(run)
        for one in door.runs(run.id):
            door.delete(RUN, name_of(one))
        door.delete(RUN, remote.name)
        self._wait_for_follower(run)

    def listed(
        self, options: Mapping[str, Json] = _NOTHING, *, limit: int = 20
    ) -> tuple[RemoteEntry, ...]:
        """Return the latest PipelineRuns in a namespace, those of others too."""
        from couler_jupyter.engines.tekton.live.opening import open_door

        chosen = TektonOptions.of(
            {name: one for name, one in options.items() if name in _PLACE}
        )
        return tuple(map(_entry, open_door(chosen).runs(limit=limit)))

    def fetched(self, name: str, *, options: Mapping[str, Json] = _NOTHING) -> Workflow:
        """Return the workflow that a Pipeline on the cluster describes.

        Raises:
            SubmitFailed: there is none of that name.
        """
        from couler_jupyter.engines.table import IMPORTERS
        from couler_jupyter.engines.tekton.live.opening import open_door

        chosen = TektonOptions.of(dict(options))
        door = open_door(chosen)
        found = door.get(PIPELINE, name)
        if found is None:
            raise SubmitFailed(f"{door.where}: there is no Pipeline {name!r}")
        metadata = {"name": name}
        plain = {**found, "metadata": metadata}
        importer = IMPORTERS.get("tekton")()
        (workflow, *_) = importer.import_text(json.dumps(plain), name)
        return workflow

    def _make(
        self,
        door: TektonDoor,
        run: Run,
        remote: RemoteRun,
        before: Sequence[Json],
        made: Json,
    ) -> None:
        """Make what a run needs, and then its PipelineRun: all of it or nothing."""
        keep_remote(self.store, run.id, remote)  # should this process die now
        done: list[Json] = []
        try:
            for one in before:
                done.append(one)  # it may be there even if that fails
                door.create(KINDS[one["kind"]], one)
            done.append(made)
            there = door.create(RUN, made)
            keep_remote(self.store, run.id, replace(remote, uid=_uid(there)))
            for one in before:
                door.own(KINDS[one["kind"]], name_of(one), there)
        except BaseException:  # it would run, and nobody would know of it
            with suppress(SubmitFailed):
                for one in reversed(done):
                    door.delete(KINDS[one["kind"]], name_of(one))
            raise

    def _left(self, door: TektonDoor, remote: RemoteRun, run: Run) -> tuple[Json, Json]:
        """Return the Pipeline and the PipelineRun of what did not succeed.

        Raises:
            SubmitFailed: what is there does not say.
        """
        found = door.get(RUN, remote.name)
        if found is None:
            raise SubmitFailed(
                f"PipelineRun {remote.name} is not there any more; submit the workflow "
                "anew"
            )
        spec = (found.get("status") or {}).get("pipelineSpec")
        if spec is None:  # it was refused before anything of it was run
            pipeline = door.get(PIPELINE, found["spec"]["pipelineRef"]["name"])
            spec = (pipeline or {}).get("spec")
        if spec is None:
            raise SubmitFailed(f"PipelineRun {remote.name} does not tell what it ran")
        name = f"{_first(remote)}-r{remote.restarts + 1}"
        labels = {RUN_LABEL: run.id}
        metadata = {"name": name, "labels": labels}
        pipeline = {"kind": PIPELINE.name, "metadata": metadata, "spec": spec}
        again = {**found["spec"], "pipelineRef": {"name": name}}
        made = {"kind": RUN.name, "metadata": dict(metadata), "spec": again}
        task_runs = door.task_runs(remote.name)
        pipeline, made = rest_of(
            pipeline, made, done_in(task_runs, found), claims_in(task_runs)
        )
        version = {"apiVersion": found["apiVersion"]}
        return {**version, **pipeline}, {**version, **made}

    def _tell_pending(self, run: Run) -> None:
        """Show the steps that will run again as waiting, until more is known."""
        now = time.time()
        events = [
            RunEvent(step=path, phase=Phase.PENDING, time=now, attempt=one.attempt)
            for path, one in self.store.steps(run.id).items()
            if not one.phase.good or one.phase is Phase.SKIPPED
        ]
        self.store.record(run.id, events)

    def _options(self, run: Run) -> TektonOptions:
        return TektonOptions.of(json.loads(self.store.get(run.id).options))

    def _reach(self, run: Run) -> tuple[TektonDoor, RemoteRun]:
        from couler_jupyter.engines.tekton.live.opening import open_door

        remote = remote_of(self.store, run.id)
        return open_door(self._options(run), namespace=remote.namespace), remote

    def _reach_live(self, run: Run) -> tuple[TektonDoor, RemoteRun]:
        phase = self.store.phase(run.id)
        if phase.ended:
            raise SubmitFailed(f"run {run.id} has ended: {phase}")
        return self._reach(run)


_PLACE = ("namespace", "context", "kubeconfig")


def _first(remote: RemoteRun) -> str:
    """Return what the first PipelineRun of a run is called."""
    return remote.name.removesuffix(f"-r{remote.restarts}")


def _uid(found: Json) -> str:
    return str(found["metadata"].get("uid") or "")


def _entry(found: Json) -> RemoteEntry:
    metadata, standing = found["metadata"], run_standing(found)
    why = condition_of(found).get("message") or ""
    return RemoteEntry(
        name=metadata["name"],
        phase=standing.phase,
        created=metadata.get("creationTimestamp") or "",
        message=standing.message or " ".join(str(why).split()),
        run=(metadata.get("labels") or {}).get(RUN_LABEL, ""),
    )
