"""Sends a follower into the cluster with a run, and sees whether it is still there."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass, replace

from couler_jupyter.engines.ahead import SETTINGS, Settings
from couler_jupyter.engines.argo.live.door import Door
from couler_jupyter.engines.argo.live.in_cluster.job import (
    job_name,
    job_of,
    named_in,
    note_map,
)
from couler_jupyter.engines.argo.live.objects import JOB, owned_by
from couler_jupyter.engines.argo.live.options import CLUSTER, LiveOptions
from couler_jupyter.engines.cache import NO_CACHE
from couler_jupyter.engines.following.remote import RemoteRun, keep_remote
from couler_jupyter.errors import CoulerError, SubmitFailed, UsageFailed
from couler_jupyter.ir import Json
from couler_jupyter.runs import RunStore


@dataclass(frozen=True, slots=True)
class Sending:
    """What is needed to have a run followed in the cluster.

    Attributes:
        options: of the run.
        settings: variables by which the follower finds the cache.
    """

    options: LiveOptions
    settings: Settings

    def check(self, store: RunStore, run_id: str, remote: RemoteRun) -> None:
        """Refuse a run of which too much is to be told.

        Raises:
            SubmitFailed: it does not fit.
        """
        from couler_jupyter.engines.argo.live.in_cluster.note import note_of

        note_of(store, run_id, remote)

    def send(
        self, door: Door, store: RunStore, run_id: str, remote: RemoteRun, owner: Json
    ) -> RemoteRun:
        """Have a follower made that belongs to the Workflow `owner`.

        Raises:
            SubmitFailed: the cluster refuses.
        """
        from couler_jupyter.engines.argo.live.in_cluster.note import note_of

        remote = replace(remote, followers=remote.followers + 1)
        keep_remote(store, run_id, remote)
        name = job_name(run_id, remote.followers)
        reference = owned_by({"kind": "Workflow", **owner})
        door.lay_out(note_map(name, note_of(store, run_id, remote)), reference)
        door.create(job_of(name, run_id, reference, self.options, self.settings))
        return remote


def sending_of(options: LiveOptions, *, drives: bool = False) -> Sending | None:
    """Return what is needed to send a follower; None where none is wanted.

    None is wanted where nothing is kept: without a cache, or of what is on the cluster;
    but for one that drives a run in parts.

    Raises:
        UsageFailed: the options do not say all that is needed, or no pod can reach the
            cache.
    """
    keeps = options.cache not in (NO_CACHE, "")
    if options.follower != CLUSTER or options.template or not (keeps or drives):
        return None
    if options.server:
        raise UsageFailed(
            "option follower: an argo-server makes no Jobs; name the cluster itself, by "
            "kubeconfig and context, or write follower=here"
        )
    if not options.follower_image:
        raise UsageFailed(
            "option follower_image: name an image that has couler-jupyter in it; "
            "docs/cache.md says how one is made"
        )
    named = named_in(options.follower_env)
    settings = SETTINGS.get(options.cache)(named) if keeps else None
    if settings is None and drives:
        return Sending(options, {})
    return None if settings is None else Sending(options, settings)


def send_again(
    door: Door, store: RunStore, run_id: str, remote: RemoteRun
) -> RemoteRun:
    """Have a run that is run again followed in the cluster, if it was before.

    Where that cannot be, it is followed from here; the run is what counts.
    """
    from couler_jupyter.engines.argo.live.parts.door import PartsDoor

    if not remote.followers:
        return remote
    try:
        options = LiveOptions.of(json.loads(store.get(run_id).options))
        if isinstance(door, PartsDoor):
            sending, owner = sending_of(options, drives=True), door.first()
        else:
            sending, owner = sending_of(options), door.get(remote.name, whole=False)
        if sending is not None and owner is not None:
            return sending.send(door, store, run_id, remote, owner)
    except CoulerError as error:
        sys.stderr.write(f"no follower in the cluster: {error}\n")
    remote = replace(remote, followers=0)
    keep_remote(store, run_id, remote)
    return remote


def is_kept_there(
    door: Door, run_id: str, remote: RemoteRun, *, over: bool = False
) -> bool:
    """Whether a follower in the cluster keeps what this run makes, or has done so.

    Not if none was sent, or if it is gone or was given up.

    Args:
        door: where it is.
        run_id: the run.
        remote: which Workflow that is.
        over: whether the run is over: who has not begun by then, as its image cannot
            be had, is not waited for.
    """
    if not remote.followers:
        return False
    try:
        found = door.look_up(JOB, job_name(run_id, remote.followers))
    except SubmitFailed as error:  # it was made, and nothing else is known of it
        sys.stderr.write(f"follower in the cluster: {error}\n")
        return True
    if found is None:
        return False
    status = found.get("status") or {}
    if any(
        one["type"] in ("Failed", "FailureTarget") and one["status"] == "True"
        for one in status.get("conditions") or ()
    ):
        return False
    late = status.get("active") and status.get("ready") == 0
    return not (over and late)
