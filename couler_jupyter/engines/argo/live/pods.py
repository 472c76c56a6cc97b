"""The pods of Workflows, by way of the Kubernetes API: which there are, what they print."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from urllib.parse import quote

from couler_jupyter.engines.argo.live.door import LogPlace
from couler_jupyter.engines.argo.live.objects import name_of
from couler_jupyter.engines.kube.client import Client
from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.web.refusal import Refused
from couler_jupyter.ir import Json

_NODE = "workflows.argoproj.io/node-id"
_OF_WORKFLOW = "workflows.argoproj.io/workflow"


class Pods:
    """The pods in one namespace."""

    def __init__(self, client: Client, namespace: str) -> None:
        """Use `client` for what is in `namespace`."""
        self._client = client
        self._path = f"/api/v1/namespaces/{quote(namespace, safe='')}/pods"

    def of(self, workflow: str) -> list[Json]:
        """Return the pods of a Workflow."""
        query = labelled(f"{_OF_WORKFLOW}={workflow}")
        found = self._client.ask("GET", self._path, query=query)
        return list(found.get("items") or ())

    def delete(self, name: str) -> None:
        """Delete a pod; one that is gone is deleted."""
        delete(self._client, self._path_of(name))

    @contextmanager
    def log(
        self, workflow: str, place: LogPlace, closing: Closing, *, follow: bool
    ) -> Generator[Iterator[bytes] | None, None, None]:
        """Lend the log of one attempt from its beginning; None if it is gone."""
        asked = {"container": place.container, "follow": str(follow).lower()}
        for known in (place.pod, None):
            pod = known or self._of_node(workflow, place.node)
            if pod is None:
                break
            path = f"{self._path_of(pod)}/log"
            try:
                with (
                    self._client.stream(path, query=asked) as stream,
                    closing.interrupting(stream.hang_up),
                ):
                    yield stream.chunks()
                    return
            except Refused as error:
                if error.status != 404:
                    raise
        yield None

    def _of_node(self, workflow: str, node: str) -> str | None:
        """Return the pod of a node by what pods themselves say."""
        for pod in self.of(workflow):
            if (pod["metadata"].get("annotations") or {}).get(_NODE) == node:
                return name_of(pod)
        return None

    def _path_of(self, name: str) -> str:
        return f"{self._path}/{quote(name, safe='')}"


def delete(client: Client, path: str) -> None:
    """Delete what is at a path; what is gone is deleted."""
    try:
        client.ask("DELETE", path)
    except Refused as error:
        if error.status != 404:
            raise


def labelled(selector: str) -> dict[str, str]:
    """Return the query for objects with these labels; empty for all."""
    return {"labelSelector": selector} if selector else {}
