"""The door of an argo-server: a URL and a token; it also reads what was archived."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from urllib.parse import quote

from couler_jupyter.engines.argo.live.cluster_door import newest
from couler_jupyter.engines.argo.live.door import LogPlace, NodeEnd
from couler_jupyter.engines.argo.live.node_status import nodes_of
from couler_jupyter.engines.argo.live.objects import (
    RUN_LABEL,
    WORKFLOW,
    Kind,
    kind_of,
    name_of,
)
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kube.watching import states
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.engines.web.wire import ConnectionLost, Stream, lines
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json


class ServerDoor:
    """Argo by way of an argo-server, in one namespace."""

    def __init__(self, client: Client, namespace: str) -> None:
        """Use `client` for what is in `namespace`."""
        self._client = client
        self.namespace = namespace

    @property
    def where(self) -> str:
        """The server and the namespace."""
        return f"{self._client.where}, namespace {self.namespace}"

    def create(self, manifest: Json) -> Json:
        """Make an object."""
        kind = kind_of(manifest)
        body = {"namespace": self.namespace, kind.field: manifest}
        try:
            return self._client.ask("POST", kind.server_path(self.namespace), body=body)
        except Refused as error:
            if error.status != 409 or kind is not WORKFLOW:
                raise
            there = self.get(name_of(manifest), whole=False)
            label = (manifest["metadata"].get("labels") or {}).get(RUN_LABEL)
            found = (there or {"metadata": {}})["metadata"].get("labels") or {}
            if not label or found.get(RUN_LABEL) != label:
                raise
            return there

    def put(self, manifest: Json) -> Json:
        """Make an object, or bring the one of that name up to date."""
        kind, name = kind_of(manifest), name_of(manifest)
        path = kind.server_path(self.namespace, name)
        there = self._fetch(path) if name else None
        if there is None:
            return self.create(manifest)
        version = there["metadata"]["resourceVersion"]
        metadata = {**manifest["metadata"], "resourceVersion": version}
        changed = {**manifest, "metadata": metadata}
        body = {"name": name, "namespace": self.namespace, kind.field: changed}
        return self._client.ask("PUT", path, body=body)

    @property
    def takes_config_maps(self) -> bool:
        """No: an argo-server has no word for them."""
        return False

    def lay_out(self, config_map: Json, owner: Json = None) -> bool:
        """Refuse: an argo-server makes no ConfigMaps."""
        del owner
        raise SubmitFailed(
            f"{self.where}: no ConfigMap {name_of(config_map)} can be made"
        )

    def take_away(self, name: str) -> None:
        """Refuse: an argo-server knows no ConfigMaps."""
        raise SubmitFailed(f"{self.where}: no ConfigMap {name} can be deleted")

    def have(self, one: Json) -> bool:
        """Refuse: an argo-server makes nothing of Fluid."""
        raise SubmitFailed(
            f"{self.where}: an argo-server makes no {one['kind']} of Fluid; name the "
            "cluster itself, by kubeconfig and context, or use cache='local'"
        )

    def look_up(self, kind: Kind, name: str) -> Json:
        """Return an object of any kind; None if there is none."""
        return self._fetch(kind.server_path(self.namespace, name))

    def get(self, name: str, *, whole: bool = True) -> Json:
        """Return a Workflow, live or archived; None if there is none."""
        query = {} if whole else {"fields": "-status.nodes"}
        return self._fetch(self._path(name), query)

    def archived(self, uid: str) -> Json:
        """Return a Workflow from the archive; None if none is there."""
        path = f"/api/v1/archived-workflows/{quote(uid, safe='')}"
        return self._fetch(path, {"namespace": self.namespace}) if uid else None

    def list(self, selector: str = "", limit: int = 100) -> list[Json]:
        """Return Workflows whose labels fit, the newest first."""
        query = {"listOptions.limit": str(max(limit, 500)), "fields": _LISTED}
        if selector:
            query["listOptions.labelSelector"] = selector
        path = WORKFLOW.server_path(self.namespace)
        return newest(self._client.ask("GET", path, query=query), limit)

    def states(self, name: str, closing: Closing) -> Iterator[Json]:
        """Yield a Workflow whenever it changed, None once it is gone, until `closing`."""
        return states(_Watched(self, self._client, name), closing)

    def hydrate(self, workflow: Json) -> Mapping[str, Json]:
        """Return the states of its nodes; the server fetches those kept elsewhere."""
        status = workflow.get("status") or {}
        if status.get("offloadNodeStatusVersion") and not status.get("nodes"):
            found = self.get(name_of(workflow))
            return nodes_of(found) if found is not None else {}
        return nodes_of(workflow)

    @contextmanager
    def log(
        self, name: str, place: LogPlace, closing: Closing, *, follow: bool
    ) -> Generator[Iterator[bytes] | None, None, None]:
        """Lend the log of one attempt; from the archive if its pod is gone."""
        query = {
            "podName": place.pod,
            "logOptions.container": place.container,
            "logOptions.follow": str(follow).lower(),
        }
        try:
            with (
                self._client.stream(f"{self._path(name)}/log", query=query) as found,
                closing.interrupting(found.hang_up),
            ):
                yield self._printed(name, place, found, follow=follow)
                return
        except Refused as error:
            if error.status not in (400, 404, 500):
                raise
        yield self._kept(name, place)

    def _printed(
        self, name: str, place: LogPlace, found: Stream, *, follow: bool
    ) -> Iterator[bytes]:
        """Yield a live log; where there is nothing of it, the one that was kept."""
        nothing = True
        for piece in _printed(found.chunks()):
            nothing = False
            yield piece
        if nothing and not follow:
            yield from self._kept(name, place) or ()

    def _kept(self, name: str, place: LogPlace) -> Iterator[bytes] | None:
        """Return the log that was kept as an artifact; None if none was."""
        try:
            with self._client.stream(self._kept_log(name, place)) as found:
                return iter([found.whole().body])
        except Refused as error:
            if error.status in (400, 404, 500):
                return None
            raise

    def stop(self, name: str) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        self._put(name, "stop")

    def terminate(self, name: str) -> None:
        """End it at once, without exit handlers."""
        self._put(name, "terminate")

    def suspend(self, name: str) -> None:
        """Start nothing more until it is resumed."""
        self._put(name, "suspend")

    def resume(self, name: str) -> None:
        """Go on, and let every suspended step go on."""
        self._put(name, "resume")

    def resume_node(self, name: str, node: str, outputs: Mapping[str, str]) -> None:
        """Let one suspended step go on, with what it leaves behind."""
        chosen = {"nodeFieldSelector": f"id={node}"}
        if outputs:
            texts = json.dumps(dict(outputs), ensure_ascii=False)
            self._put(name, "set", **chosen, outputParameters=texts)
        self._put(name, "resume", **chosen)

    @property
    def can_change(self) -> bool:
        """No: an argo-server only tells a Workflow what to do."""
        return False

    def change(self, name: str, spec: Mapping[str, Json]) -> None:
        """Refuse: an argo-server changes no Workflow that is there."""
        raise SubmitFailed(f"{self.where}: workflow {name} cannot get {sorted(spec)}")

    @property
    def node_ends(self) -> frozenset[str]:
        """The phases in which suspended nodes can be made to end: those it lets one set."""
        return _ENDS

    def end_nodes(self, name: str, ends: Mapping[str, NodeEnd]) -> None:
        """Let suspended nodes end; those that have ended stay as they are."""
        for node, end in ends.items():
            more = {"phase": end.phase} | (
                {"message": end.message} if end.message else {}
            )
            if end.values:
                texts = json.dumps(dict(end.values), ensure_ascii=False)
                more["outputParameters"] = texts
            self._put(name, "set", nodeFieldSelector=f"id={node}", **more)

    def retry(self, name: str, *, omitted: bool = False, node: str = "") -> None:
        """Run again what did not succeed, in the same Workflow."""
        body: dict[str, Json] = {"name": name, "namespace": self.namespace}
        if omitted or node:
            chosen = f"id={node}" if node else "phase=Omitted"
            body |= {"restartSuccessful": True, "nodeFieldSelector": chosen}
        self._client.ask("PUT", f"{self._path(name)}/retry", body=body)

    def delete(self, name: str) -> None:
        """Delete a Workflow with its pods."""
        try:
            self._client.ask("DELETE", self._path(name))
        except Refused as error:
            if error.status != 404:
                raise

    def _path(self, name: str) -> str:
        return WORKFLOW.server_path(self.namespace, name)

    def _kept_log(self, name: str, place: LogPlace) -> str:
        parts = (self.namespace, name, place.node, f"{place.container}-logs")
        return "/artifacts/" + "/".join(quote(part, safe="") for part in parts)

    def _put(self, name: str, verb: str, **more: str) -> None:
        body = {"name": name, "namespace": self.namespace, **more}
        self._client.ask("PUT", f"{self._path(name)}/{verb}", body=body)

    def _fetch(self, path: str, query: Mapping[str, str] | None = None) -> Json:
        try:
            return self._client.ask("GET", path, query=query or {})
        except Refused as error:
            if error.status == 404:
                return None
            raise


class _Watched:
    def __init__(self, door: ServerDoor, client: Client, name: str) -> None:
        self._door = door
        self._client = client
        self._name = name

    def fetch(self) -> Json:
        return self._door.get(self._name)

    def open(self, version: str) -> AbstractContextManager[Stream]:
        place = quote(self._door.namespace, safe="")
        query = {
            "listOptions.fieldSelector": f"metadata.name={self._name}",
            "listOptions.resourceVersion": version,
        }
        return self._client.stream(f"/api/v1/workflow-events/{place}", query=query)


def _printed(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Yield what was printed, out of the server's lines."""
    for line in lines(chunks):
        try:
            found = json.loads(line.removeprefix(b"data:").strip())
        except ValueError:
            raise ConnectionLost("the log was cut in the middle of a line") from None
        if not isinstance(found, dict) or "error" in found:
            raise ConnectionLost("the server ended the log with an error")
        entry = found.get("result", found)
        yield f"{entry.get('content', '')}\n".encode()


_ENDS = frozenset({"Succeeded", "Failed", "Error"})
"""Source: Argo Workflows, server/workflow/workflow_server.go (SetWorkflow)."""
_LISTED = (
    "items.metadata,items.status.phase,items.status.message,"
    "items.status.startedAt,items.status.finishedAt,items.status.progress"
)
