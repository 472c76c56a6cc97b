"""What can be asked where Tekton runs, by way of the Kubernetes API, in one namespace."""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from urllib.parse import quote

from couler_jupyter.engines.kube.client import MERGE_PATCH, Client
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.kube.watching import members, states
from couler_jupyter.engines.tekton.live.objects import (
    OF_RUN,
    RUN,
    RUN_LABEL,
    TASK_RUN,
    VERSION,
    Kind,
    name_of,
)
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.engines.web.wire import Stream
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

_WATCH = 290
"""Seconds after which the server ends a watch in good order."""
_NOT_FOUND = 404


@dataclass(frozen=True, slots=True)
class LogPlace:
    """Where the log of one attempt is: its pod, and which of the pod's containers."""

    pod: str
    container: str


class TektonDoor:
    """Tekton in one namespace. All raises `SubmitFailed` where that fails."""

    def __init__(self, client: Client, namespace: str) -> None:
        """Use `client` for what is in `namespace`."""
        self._client = client
        self.namespace = namespace

    @property
    def where(self) -> str:
        """The server and the namespace."""
        return f"{self._client.where}, namespace {self.namespace}"

    def create(self, kind: Kind, manifest: Json) -> Json:
        """Make an object and return it as the server has it.

        One that is there already and has the same run's label is returned: a first
        request may have got through though its answer did not.
        """
        try:
            return self._client.ask("POST", kind.path(self.namespace), body=manifest)
        except Refused as error:
            if error.status == _NOT_FOUND:
                raise self._no_tekton(error) from None
            if error.status != 409:
                raise
            there = self.get(kind, name_of(manifest))
            if there is None or _run_of(there) != _run_of(manifest):
                raise
            return there

    def put(self, kind: Kind, manifest: Json) -> Json:
        """Make an object, or bring the one of that name up to date."""
        name = name_of(manifest)
        there = self.get(kind, name)
        if there is None:
            return self.create(kind, manifest)
        version = there["metadata"]["resourceVersion"]
        metadata = {**manifest["metadata"], "resourceVersion": version}
        changed = {**manifest, "metadata": metadata}
        return self._client.ask("PUT", kind.path(self.namespace, name), body=changed)

    def own(self, kind: Kind, name: str, run: Json) -> None:
        """Have an object deleted with the PipelineRun it was made for."""
        owner = {
            "apiVersion": VERSION,
            "kind": RUN.name,
            "name": name_of(run),
            "uid": run["metadata"]["uid"],
        }
        self._patch(kind, name, {"metadata": {"ownerReferences": [owner]}})

    def get(self, kind: Kind, name: str) -> Json:
        """Return an object; None if there is none."""
        try:
            return self._client.ask("GET", kind.path(self.namespace, name))
        except Refused as error:
            if error.status == _NOT_FOUND:
                return None
            raise

    def runs(self, run_id: str = "", limit: int = 100) -> list[Json]:
        """Return PipelineRuns, the newest first: those of one run here, or all."""
        query = {"limit": str(max(limit, 500))}
        if run_id:
            query["labelSelector"] = f"{RUN_LABEL}={run_id}"
        try:
            found = self._client.ask("GET", RUN.path(self.namespace), query=query)
        except Refused as error:
            if error.status == _NOT_FOUND:
                raise self._no_tekton(error) from None
            raise
        items = list((found or {}).get("items") or ())
        items.sort(key=lambda one: one["metadata"].get("creationTimestamp") or "")
        return items[::-1][:limit]

    def task_runs(self, run: str) -> dict[str, Json]:
        """Return the TaskRuns of a PipelineRun, by name."""
        found = self._client.ask(
            "GET", TASK_RUN.path(self.namespace), query=_of_run(run)
        )
        return {name_of(one): one for one in (found or {}).get("items") or ()}

    def states(self, name: str, closing: Closing) -> Iterator[Json]:
        """Yield a PipelineRun whenever it changed, None once it is gone."""
        query = {"fieldSelector": f"metadata.name={name}"}
        return states(_One(self._client, RUN.path(self.namespace), query), closing)

    def members(self, run: str, closing: Closing) -> Iterator[Mapping[str, Json]]:
        """Yield the TaskRuns of a PipelineRun, by name, whenever one changed."""
        path = TASK_RUN.path(self.namespace)
        return members(_Watched(self._client, path, _of_run(run)), closing)

    @contextmanager
    def log(
        self, place: LogPlace, closing: Closing, follow: bool
    ) -> Generator[Iterator[bytes] | None, None, None]:
        """Lend the log of one attempt from its beginning; None if it is gone."""
        pods = f"/api/v1/namespaces/{quote(self.namespace, safe='')}/pods"
        path = f"{pods}/{quote(place.pod, safe='')}/log"
        asked = {"container": place.container, "follow": str(follow).lower()}
        try:
            with (
                self._client.stream(path, query=asked) as stream,
                closing.interrupting(stream.hang_up),
            ):
                yield stream.chunks()
                return
        except Refused as error:
            if error.status != _NOT_FOUND:
                raise
        yield None

    def end(self, name: str, how: str) -> None:
        """Have a PipelineRun ended; `how` is one of Tekton's words for it."""
        self._patch(RUN, name, {"spec": {"status": how}})

    def delete(self, kind: Kind, name: str) -> None:
        """Delete an object; one that is gone is deleted."""
        try:
            self._client.ask("DELETE", kind.path(self.namespace, name))
        except Refused as error:
            if error.status != _NOT_FOUND:
                raise

    def _patch(self, kind: Kind, name: str, change: Json) -> None:
        path = kind.path(self.namespace, name)
        self._client.ask("PATCH", path, body=change, content_type=MERGE_PATCH)

    def _no_tekton(self, error: Refused) -> SubmitFailed:
        if "namespaces" in error.said:
            return error
        return SubmitFailed(
            f"{self._client.where} knows no {VERSION}: {error.said}; have Tekton "
            "Pipelines installed there, or choose another context"
        )


class _Watched:
    """The objects that a query selects."""

    def __init__(self, client: Client, path: str, query: Mapping[str, str]) -> None:
        self._client = client
        self._path = path
        self._query = dict(query)

    def fetch(self) -> Json:
        return self._client.ask("GET", self._path, query=self._query)

    def open(self, version: str) -> AbstractContextManager[Stream]:
        query = self._query | {
            "watch": "true",
            "allowWatchBookmarks": "true",
            "timeoutSeconds": str(_WATCH),
            "resourceVersion": version,
        }
        return self._client.stream(self._path, query=query, silence=_WATCH + 30.0)


class _One(_Watched):
    """The one object that a query selects."""

    def fetch(self) -> Json:
        items = super().fetch().get("items") or ()
        return items[0] if items else None


def _of_run(run: str) -> dict[str, str]:
    return {"labelSelector": f"{OF_RUN}={run}"}


def _run_of(found: Json) -> str:
    labels = found["metadata"].get("labels") or {}
    return str(labels.get(RUN_LABEL) or name_of(found))
