"""Follows one Workflow to its end and writes down what becomes of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace

from couler_jupyter.engines.ahead import Witness
from couler_jupyter.engines.argo.live.collecting import made_before
from couler_jupyter.engines.argo.live.door import Door, LogPlace
from couler_jupyter.engines.argo.live.in_cluster.sending import (
    is_kept_there,
    send_again,
)
from couler_jupyter.engines.argo.live.options import LiveOptions
from couler_jupyter.engines.argo.live.pod_name import pod_name
from couler_jupyter.engines.argo.live.seeing import repository_of, seen_of
from couler_jupyter.engines.argo.live.starting import rest_of, witness_of
from couler_jupyter.engines.argo.live.statuses import News, Statuses
from couler_jupyter.engines.argo.live.step_paths import Place
from couler_jupyter.engines.following.base import BaseFollowing
from couler_jupyter.engines.following.log_shipping import Lent, LogShipper
from couler_jupyter.engines.following.remote import (
    RemoteRun,
    attempts_so_far,
    keep_remote,
)
from couler_jupyter.engines.following.stuck import Stuck
from couler_jupyter.engines.following.watcher import Watcher
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kube.troubles import Policy, trouble_in
from couler_jupyter.ir import Json, Phase, from_json
from couler_jupyter.runs import RunRecord, RunStore

_TICK = 1.0
_LAST_LOGS = 30.0


class Following(BaseFollowing):
    """One run, from when it is first looked at until it is over."""

    def __init__(
        self,
        store: RunStore,
        record: RunRecord,
        remote: RemoteRun,
        door: Door,
        options: LiveOptions,
        *,
        witness: Witness | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Prepare to follow; the witness belongs to the following from now on."""
        super().__init__(store, record, sleep=sleep)
        self._remote = remote
        self._sent = remote.followers
        self._door = door
        self._options = options
        self._workflow = from_json(record.document)
        self._rest = rest_of(store, record.id)
        self._witness = witness
        self._begin_anew()
        self._stuck = Stuck()

    def _look(self) -> None:
        watcher = Watcher(self._states, self._remote.name)
        try:
            self._take_all(watcher)
        finally:
            watcher.close()

    def close(self) -> None:
        """Let go of everything."""
        self._logs.close()
        self._end_witness(finished=False)

    def _begin_anew(self) -> None:
        self._statuses = self._fresh_statuses()
        self._logs = LogShipper(self._lend, limit=self._options.log_limit)

    def _lend(self, place: LogPlace, closing: Closing, follow: bool) -> Lent:
        return self._door.log(self._remote.name, place, closing, follow=follow)

    def _fresh_statuses(self) -> Statuses:
        return Statuses(
            self._workflow,
            self._remote.name,
            known=self._store.steps(self._id),
            attempts=self._remote.attempts,
            rest=self._rest,
            made=made_before(self._store.outputs(self._id)),
        )

    def _states(self, closing: Closing) -> Iterator[Json]:
        return self._door.states(self._remote.name, closing)

    def _take_all(self, watcher: Watcher[Json]) -> None:
        over = False
        while not over:
            found = watcher.take(_TICK)
            if found is None:
                self._give_up_waiting()
                continue
            self._heard()
            over = self._take(found[0])

    def _take(self, found: Json) -> bool:
        """Write down what a version tells; whether it was the last."""
        uid = self._remote.uid
        if found is None or found["metadata"].get("uid", uid) != uid:
            found = self._door.archived(uid)
            if found is None:
                self._end_witness(finished=True)
                self._end_as_gone("workflow")
                return True
        news = self._statuses.update(found, self._door.hydrate(found))
        for place, node in news.pods:
            self._want_log(found, place, node)
        self._tell_witness(found, news)
        self._watch_troubles(news)
        if not news.run.phase.ended:
            self._write(news.events, news.outputs, news.run)
            return False
        self._write(news.events, news.outputs, None)
        if self._run_again(news):
            return False
        self._logs.finish(_LAST_LOGS)
        self._catch_up(found)
        self._end_witness(finished=True)  # the next run finds all of it
        self._write((), {}, news.run)
        return True

    def _tell_witness(self, workflow: Json, news: News) -> None:
        if self._witness is None or not news.ended:
            return
        seen = [
            seen_of(
                one.path,
                one.standing,
                one.node,
                news.outputs.get(one.path, {}),
                repository=repository_of(workflow),
                most_bytes=self._options.copy_limit,
            )
            for one in news.ended
        ]
        self._witness.saw(seen)

    def _catch_up(self, found: Json) -> None:
        """Keep what a follower in the cluster was to keep, if that was given up."""
        if self._witness is not None or not self._sent:
            return
        if is_kept_there(self._door, self._id, self._remote, over=True):
            return
        record = self._store.get(self._id)
        self._witness = witness_of(self._store, record, self._options)
        whole = self._fresh_statuses().update(found, self._door.hydrate(found))
        self._tell_witness(found, whole)

    def _end_witness(self, *, finished: bool) -> None:
        witness, self._witness = self._witness, None
        if witness is not None:
            witness.end(finished=finished)

    def _want_log(self, workflow: Json, place: Place, node: Json) -> None:
        ended = node.get("phase") in ("Succeeded", "Failed", "Error")
        begun = ended or node.get("phase") == "Running"
        if not (self._options.logs and begun and place.path):
            return
        container, pod = "main", node
        if node.get("type") == "Container":
            nodes = self._door.hydrate(workflow)
            container = node.get("displayName") or container
            pod = nodes.get(node.get("boundaryID") or "", node)
        attempt = self._remote.attempts.get(place.path, 0) + (place.attempt or 1)
        where = LogPlace(
            node=pod["id"], pod=pod_name(workflow, pod), container=container
        )
        path = self._store.log_path(self._id, place.path, attempt)
        self._logs.want(where, path, ended=ended)

    def _watch_troubles(self, news: News) -> None:
        """Remember since when steps wait for what does not heal by itself."""
        hopeless = {
            path
            for path, one in news.troubles.items()
            if one.policy is Policy.GIVE_UP
            and self._statuses.told[path].phase is Phase.PENDING
        }
        self._stuck.seen(hopeless)

    def _give_up_waiting(self) -> None:
        late = self._stuck.late(self._options.patience)
        if not late:
            return
        why = self._statuses.told[late].message
        message = f"stopped, since step {late!r} waits in vain: {why}"
        self._note(message)
        self._door.stop(self._remote.name)

    def _run_again(self, news: News) -> bool:
        """Run a failed workflow again where only passing troubles made it fail."""
        if news.run.phase is not Phase.ERRORED:
            return False
        if self._remote.restarts >= self._options.restarts:
            return False
        bad = [one for one in self._statuses.told.values() if one.phase.bad]
        known = [trouble_in(one.message) for one in bad if one.message]
        if not known or any(t is None or t.policy is not Policy.RETRY for t in known):
            return False
        number = self._remote.restarts + 1
        self._logs.finish(_LAST_LOGS)
        self._remote = replace(
            self._remote,
            restarts=number,
            attempts=attempts_so_far(self._store, self._id),
        )
        keep_remote(self._store, self._id, self._remote)
        self._door.retry(self._remote.name)
        self._remote = send_again(self._door, self._store, self._id, self._remote)
        self._note(
            f"run again ({number} of {self._options.restarts}): {bad[0].message}"
        )
        self._logs.close()
        self._begin_anew()
        return True
