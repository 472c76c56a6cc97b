"""The door that needs no argo-server: the Kubernetes API itself."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import UTC, datetime

from couler_jupyter.engines.argo.live.datasets import have
from couler_jupyter.engines.argo.live.door import LogPlace, NodeEnd
from couler_jupyter.engines.argo.live.from_pods import nodes_from
from couler_jupyter.engines.argo.live.node_status import (
    Offloaded,
    nodes_of,
    with_nodes,
)
from couler_jupyter.engines.argo.live.objects import (
    RUN_LABEL,
    WORKFLOW,
    Kind,
    kind_of,
    name_of,
)
from couler_jupyter.engines.argo.live.owned import ConfigMaps
from couler_jupyter.engines.argo.live.pods import Pods, delete, labelled
from couler_jupyter.engines.argo.live.retrying import retried
from couler_jupyter.engines.argo.live.surgery import (
    check_live,
    ended_nodes,
    resumed,
    resumed_node,
)
from couler_jupyter.engines.kube.client import MERGE_PATCH, Client
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kube.watching import states
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.engines.web.wire import Stream
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

_WATCH = 290
"""Seconds after which the server ends a watch in good order."""
_TRIES = 6
_ENDS = frozenset({"Succeeded", "Failed", "Error", "Skipped", "Omitted"})


class ClusterDoor:
    """Argo by way of the Kubernetes API, in one namespace."""

    def __init__(self, client: Client, namespace: str) -> None:
        """Use `client` for what is in `namespace`."""
        self._client = client
        self.namespace = namespace
        self._pods = Pods(client, namespace)
        self._config_maps = ConfigMaps(client, namespace)

    @property
    def where(self) -> str:
        """The server and the namespace."""
        return f"{self._client.where}, namespace {self.namespace}"

    def create(self, manifest: Json) -> Json:
        """Make an object."""
        kind = kind_of(manifest)
        try:
            return self._client.ask(
                "POST", kind.api_path(self.namespace), body=manifest
            )
        except Refused as error:
            if error.status != 409 or kind is not WORKFLOW:
                raise
            there = self.get(name_of(manifest), whole=False)
            if not _same_run(there, manifest):
                raise
            return there

    def put(self, manifest: Json) -> Json:
        """Make an object, or bring the one of that name up to date."""
        kind, name = kind_of(manifest), name_of(manifest)
        for _ in range(_TRIES):
            there = self._fetch(kind.api_path(self.namespace, name)) if name else None
            if there is None:
                return self.create(manifest)
            version = there["metadata"]["resourceVersion"]
            metadata = {**manifest["metadata"], "resourceVersion": version}
            changed = {**manifest, "metadata": metadata}
            if "status" in there:
                changed["status"] = there["status"]
            if found := self._replace(kind.api_path(self.namespace, name), changed):
                return found
        raise SubmitFailed(f"{kind.name} {name} is changed by others all the time")

    @property
    def takes_config_maps(self) -> bool:
        """Whether ConfigMaps can be made: yes."""
        return True

    def lay_out(self, config_map: Json, owner: Json = None) -> bool:
        """Have an immutable ConfigMap there, owned by `owner` too; whether it was made."""
        return self._config_maps.lay_out(config_map, owner)

    def take_away(self, name: str) -> None:
        """Delete a ConfigMap that nobody owns, if it is there."""
        self._config_maps.take_away(name)

    def have(self, one: Json) -> bool:
        """Have an object of Fluid there, as it is if it is; whether it was made."""
        return have(self._client, self.namespace, one)

    def look_up(self, kind: Kind, name: str) -> Json:
        """Return an object of any kind; None if there is none."""
        return self._fetch(kind.api_path(self.namespace, name))

    def get(self, name: str, *, whole: bool = True) -> Json:
        """Return a Workflow; None if there is none."""
        del whole
        return self._fetch(self._path(name))

    def archived(self, uid: str) -> Json:
        """Return None: only an argo-server can read the archive."""
        del uid
        return None

    def list(self, selector: str = "", limit: int = 100) -> list[Json]:
        """Return Workflows whose labels fit, the newest first."""
        query = {"limit": str(max(limit, 500))} | labelled(selector)
        found = self._client.ask("GET", WORKFLOW.api_path(self.namespace), query=query)
        return newest(found, limit)

    def states(self, name: str, closing: Closing) -> Iterator[Json]:
        """Yield a Workflow whenever it changed, None once it is gone, until `closing`."""
        return states(_Watched(self._client, name, self.namespace), closing)

    def hydrate(self, workflow: Json) -> Mapping[str, Json]:
        """Return the states of its nodes; where they are elsewhere, as pods tell them."""
        try:
            return nodes_of(workflow)
        except Offloaded:
            name = name_of(workflow)
            return nodes_from(name, self._pods.of(name))

    def log(
        self, name: str, place: LogPlace, closing: Closing, *, follow: bool
    ) -> AbstractContextManager[Iterator[bytes] | None]:
        """Lend the log of one attempt from its beginning; None if it is gone."""
        return self._pods.log(name, place, closing, follow=follow)

    def stop(self, name: str) -> None:
        """Start nothing more and end what runs; exit handlers still run."""
        self._shut_down(name, "Stop", "stop")

    def terminate(self, name: str) -> None:
        """End it at once, without exit handlers."""
        self._shut_down(name, "Terminate", "terminate")

    def suspend(self, name: str) -> None:
        """Start nothing more until it is resumed."""
        check_live(self._there(name), "suspend")
        self._patch(name, {"spec": {"suspend": True}})

    def resume(self, name: str) -> None:
        """Go on, and let every suspended step go on."""

        def change(found: Json) -> Json:
            check_live(found, "resume")
            spec = {key: one for key, one in found["spec"].items() if key != "suspend"}
            made = with_nodes(found, resumed(nodes_of(found), _now()))
            return {**made, "spec": spec}

        self._rewrite(name, change)

    def resume_node(self, name: str, node: str, outputs: Mapping[str, str]) -> None:
        """Let one suspended step go on, with what it leaves behind."""

        def change(found: Json) -> Json:
            check_live(found, "resume")
            nodes = resumed_node(nodes_of(found), node, outputs, _now())
            return with_nodes(found, nodes)

        self._rewrite(name, change)

    @property
    def can_change(self) -> bool:
        """Whether a Workflow that is there can be changed: yes."""
        return True

    def change(self, name: str, spec: Mapping[str, Json]) -> None:
        """Change fields of a Workflow's spec; what is None is taken away."""
        self._patch(name, {"spec": dict(spec)})

    @property
    def node_ends(self) -> frozenset[str]:
        """The phases in which suspended nodes can be made to end: all."""
        return _ENDS

    def end_nodes(self, name: str, ends: Mapping[str, NodeEnd]) -> None:
        """Let suspended nodes end; those that have ended stay as they are."""

        def change(found: Json) -> Json:
            nodes = nodes_of(found)
            made = ended_nodes(nodes, ends, _now())
            return found if made == nodes else with_nodes(found, made)

        self._rewrite(name, change)

    def retry(self, name: str, *, omitted: bool = False, node: str = "") -> None:
        """Run again what did not succeed, in the same Workflow."""

        def change(found: Json) -> Json:
            nodes = nodes_of(found)
            made = retried(found, nodes, _now(), omitted=omitted, node=node)
            for pod in made.pods:
                self._pods.delete(pod)
            return made.workflow

        self._rewrite(name, change)

    def delete(self, name: str) -> None:
        """Delete a Workflow with its pods."""
        delete(self._client, self._path(name))

    def _path(self, name: str) -> str:
        return WORKFLOW.api_path(self.namespace, name)

    def _fetch(self, path: str) -> Json:
        try:
            return self._client.ask("GET", path)
        except Refused as error:
            if error.status == 404 and error.reason == "NotFound":
                return None
            raise

    def _there(self, name: str) -> Json:
        found = self.get(name)
        if found is None:
            raise SubmitFailed(f"{self.where}: there is no workflow {name} (any more)")
        return found

    def _shut_down(self, name: str, strategy: str, what: str) -> None:
        check_live(self._there(name), what)
        self._patch(name, {"spec": {"shutdown": strategy}})

    def _patch(self, name: str, change: Json) -> None:
        path = self._path(name)
        self._client.ask("PATCH", path, body=change, content_type=MERGE_PATCH)

    def _rewrite(self, name: str, change: Callable[[Json], Json]) -> None:
        """Write the whole object changed; anew from the start if others were faster."""
        for _ in range(_TRIES):
            there = self._there(name)
            made = change(there)
            if made is there or self._replace(self._path(name), made):
                return
            time.sleep(0.1)
        raise SubmitFailed(f"workflow {name} is changed by others all the time")

    def _replace(self, path: str, found: Json) -> Json:
        try:
            return self._client.ask("PUT", path, body=found)
        except Refused as error:
            if error.status != 409:
                raise
            return None


class _Watched:
    def __init__(self, client: Client, name: str, namespace: str) -> None:
        self._client = client
        self._path = WORKFLOW.api_path(namespace)
        self._query = {"fieldSelector": f"metadata.name={name}"}

    def fetch(self) -> Json:
        found = self._client.ask("GET", self._path, query=self._query)
        items = found.get("items") or ()
        return items[0] if items else None

    def open(self, version: str) -> AbstractContextManager[Stream]:
        query = self._query | {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(_WATCH),
            "resourceVersion": version,
        }
        return self._client.stream(self._path, query=query, silence=_WATCH + 30.0)


def newest(found: Json, limit: int) -> list[Json]:
    """Return the objects of a list, the newest first, at most `limit`."""
    items = list((found or {}).get("items") or ())
    items.sort(key=lambda one: one["metadata"].get("creationTimestamp") or "")
    return items[::-1][:limit]


def _same_run(there: Json, manifest: Json) -> bool:
    if there is None:
        return False
    given = (manifest["metadata"].get("labels") or {}).get(RUN_LABEL)
    found = (there["metadata"].get("labels") or {}).get(RUN_LABEL)
    return bool(given) and given == found


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
