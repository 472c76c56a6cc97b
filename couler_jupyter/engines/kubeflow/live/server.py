"""Kubeflow Pipelines as its REST API v2beta1 has it."""

from __future__ import annotations

import json
from collections.abc import Generator, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from types import MappingProxyType
from typing import ClassVar
from urllib.parse import quote

from couler_jupyter.engines.kube.closing import Closing
from couler_jupyter.engines.web.client import WebClient
from couler_jupyter.engines.web.refusal import Refused, Unreachable
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.ir import Json

_API = "/apis/v2beta1"
_GONE = 404
_PAGE = 200
_LOGIN = "the server wants a login; set KUBEFLOW_TOKEN to a token for it"


class Denied(Refused):
    """What Kubeflow Pipelines says no to."""

    advice_by_status: ClassVar[Mapping[int, str]] = MappingProxyType(
        {
            302: _LOGIN,
            401: _LOGIN,
            403: "ask for the right to do this, and check option namespace",
            404: "there is none of that name, or this URL is not Kubeflow Pipelines",
            413: "the pipeline is too big for the server; split the workflow",
        }
    )


class Asking(WebClient):
    """Asks a server that answers as Kubeflow does."""

    refused: ClassVar[type[Refused]] = Denied


class Server:
    """One Kubeflow Pipelines; may be used from several threads."""

    def __init__(self, client: WebClient, namespace: str) -> None:
        """Ask over `client`; `namespace` is the user's, empty where there is but one."""
        self._client = client
        self._namespace = namespace

    @property
    def where(self) -> str:
        """The server's URL."""
        return self._client.where

    def check(self) -> None:
        """Raise `SubmitFailed` where there is no such server, or it does not let in."""
        self.runs(limit=1)

    def experiment(self, name: str) -> str:
        """Return the id of an experiment, which is made if it is not there."""
        if not name:
            return ""
        wanted = {"key": "display_name", "operation": "EQUALS", "string_value": name}
        query = {"filter": json.dumps({"predicates": [wanted]}), **self._mine()}
        found = self._ask("GET", "/experiments", query=query)
        for one in found.get("experiments") or ():
            if one.get("display_name") == name:
                return _text(one, "experiment_id")
        body = {"display_name": name, **self._mine()}
        return _text(self._ask("POST", "/experiments", body=body), "experiment_id")

    def create(self, body: Json) -> str:
        """Start a run and return its id."""
        return _text(self._ask("POST", "/runs", body=body), "run_id")

    def create_recurring(self, body: Json) -> str:
        """Have a pipeline run by its schedule; return the id of that."""
        whole = {**body, **self._mine()}
        found = self._ask("POST", "/recurringruns", body=whole)
        return _text(found, "recurring_run_id")

    def run(self, run_id: str) -> Json:
        """Return a run with its tasks; None if it is not there."""
        try:
            found = self._ask("GET", f"/runs/{quote(run_id, safe='')}")
        except Refused as error:
            if error.status == _GONE:
                return None
            raise
        if found.get("task_count") and not found.get("tasks"):
            found["tasks"] = list(self._tasks(run_id))
        return found

    def _tasks(self, run_id: str) -> Iterator[Json]:
        query = {"run_id": run_id, "page_size": str(_PAGE)}
        while True:
            page = self._ask("GET", "/tasks", query=query)
            yield from page.get("tasks") or ()
            if not (after := page.get("next_page_token")):
                return
            query["page_token"] = after

    def runs(self, *, limit: int) -> list[Json]:
        """Return the latest runs."""
        query = {"page_size": str(limit), "sort_by": "created_at desc", **self._mine()}
        found = self._ask("GET", "/runs", query=query)
        return list(found.get("runs") or ())

    def act(self, run_id: str, verb: str) -> None:
        """Ask a run to `terminate` or `retry`."""
        self._ask("POST", f"/runs/{quote(run_id, safe='')}:{verb}")

    def delete(self, run_id: str) -> None:
        """Delete a run; one that is not there is no error."""
        try:
            self._ask("DELETE", f"/runs/{quote(run_id, safe='')}")
        except Refused as error:
            if error.status != _GONE:
                raise

    @contextmanager
    def log(
        self, run_id: str, pod: str, closing: Closing, *, follow: bool
    ) -> Generator[Iterator[bytes] | None, None, None]:
        """Lend what a pod printed; None if it is gone."""
        node = f"{quote(run_id, safe='')}/nodes/{quote(pod, safe='')}"
        path = f"/apis/v1alpha1/runs/{node}/log"
        query = {"follow": "true"} if follow else {}
        with ExitStack() as stack:
            try:
                stream = stack.enter_context(self._client.stream(path, query=query))
            except Refused as error:
                if error.status != _GONE or follow:
                    raise
                stream = None
            if stream is not None:
                stack.enter_context(closing.interrupting(stream.hang_up))
            yield None if stream is None else stream.chunks()

    def page(self, run_id: str) -> str:
        """Return where people look at a run."""
        return f"{self.where}/#/runs/details/{quote(run_id, safe='')}"

    def _mine(self) -> dict[str, str]:
        return {"namespace": self._namespace} if self._namespace else {}

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] = MappingProxyType({}),
        body: Json = None,
    ) -> dict[str, Json]:
        try:
            found = self._client.ask(method, f"{_API}{path}", query=query, body=body)
        except Unreachable as error:
            if "no JSON" not in str(error):
                raise
            raise SubmitFailed(
                f"{self.where}: a page is answered instead of data; the URL is not that "
                "of Kubeflow Pipelines, or a login stands before it"
            ) from None
        if found is None:
            return {}
        if not isinstance(found, dict):
            raise SubmitFailed(f"{self.where}: {path} is answered by no object")
        return found


def _text(found: Mapping[str, Json], field: str) -> str:
    text = found.get(field)
    if not isinstance(text, str) or not text:
        raise SubmitFailed(
            f"the server answers without {field}; is it Kubeflow Pipelines 2?"
        )
    return text
