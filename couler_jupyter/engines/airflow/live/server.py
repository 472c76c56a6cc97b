"""What is asked of Airflow's API server: version 2 of its REST API, of Airflow 3."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from types import MappingProxyType
from typing import ClassVar, Final
from urllib.parse import quote

from couler_jupyter.engines.airflow.live.asking import GO_ON
from couler_jupyter.engines.web.client import WebClient
from couler_jupyter.engines.web.refusal import Refused, Unreachable
from couler_jupyter.ir import Json

_NOTHING: Mapping[str, str] = MappingProxyType({})
_PAGE = 100
_MISSING = 404
_ADVICE: Mapping[int, str] = MappingProxyType(
    {
        302: "the server wants a login; is that the URL of Airflow's API server?",
        307: "the server sends elsewhere; is that the URL of Airflow's API server?",
        401: "the token is not accepted; renew it, or look at token_from",
        403: "this user may not do this; ask for the right to",
        404: "is that the URL of Airflow's API server, of version 3.0 or later?",
    }
)


class NothingThere:
    """What stands for a value that Airflow has none of; None is a value."""


NOTHING_THERE: Final = NothingThere()


class AirflowRefused(Refused):
    """Airflow said no."""

    advice_by_status: ClassVar[Mapping[int, str]] = _ADVICE


class AirflowWeb(WebClient):
    """Questions to Airflow's API server."""

    refused: ClassVar[type[Refused]] = AirflowRefused


class AirflowServer:
    """One API server; all raise `SubmitFailed` where it refuses or is not there."""

    def __init__(self, web: WebClient) -> None:
        """Ask over `web`."""
        self._web = web

    @property
    def where(self) -> str:
        """The server's URL."""
        return self._web.where

    def version(self) -> str:
        """Return the version of Airflow that answers."""
        return str(self._known("/version", "version"))

    def dag(self, dag: str) -> Json:
        """Return what is known of a DAG; None if there is none of that name."""
        return self._maybe(f"/dags/{_q(dag)}")

    def source(self, dag: str) -> str:
        """Return the text of the newest version of a DAG; empty if there is none."""
        found = self._maybe(f"/dagSources/{_q(dag)}") or {}
        return str(found.get("content") or "")

    def import_error(self, file: str) -> tuple[str, str]:
        """Return when a file could not be loaded, and why; empty if it can."""
        errors = self._all("/importErrors", "import_errors", {"order_by": "-timestamp"})
        for one in errors:
            if str(one.get("filename") or "").rpartition("/")[2] == file:
                return str(one["timestamp"]), str(one.get("stack_trace") or "")
        return "", ""

    def read_again(self, token: str) -> None:
        """Have a file read soon; `token` is what is known of it by its DAG."""
        self._web.ask("PUT", f"/api/v2/parseDagFile/{_q(token)}")

    def pause(self, dag: str, paused: bool) -> None:
        """Pause a DAG, or let it go on."""
        query = {"update_mask": "is_paused"}
        body = {"is_paused": paused}
        self._ask("PATCH", f"/dags/{_q(dag)}", query=query, body=body)

    def trigger(self, dag: str, run: str, conf: Mapping[str, Json]) -> None:
        """Start a run of that id; it is no fault if it is there."""
        body = {"dag_run_id": run, "logical_date": None, "conf": dict(conf)}
        try:
            self._ask("POST", f"/dags/{_q(dag)}/dagRuns", body=body)
        except Refused:  # it may be the answer to a second try
            if self.run(dag, run) is None:
                raise

    def run(self, dag: str, run: str) -> Json:
        """Return a run; None if there is none."""
        return self._maybe(_of_run(dag, run))

    def tasks(self, dag: str, run: str) -> list[Json]:
        """Return all task instances of a run."""
        return self._all(f"{_of_run(dag, run)}/taskInstances", "task_instances")

    def left(
        self, dag: str, run: str, task: tuple[str, int], key: str
    ) -> Json | NothingThere:
        """Return what a task instance left under a key, by XCom."""
        name, index = task
        place = f"{_of_run(dag, run)}/taskInstances/{_q(name)}/xcomEntries/{_q(key)}"
        found = self._maybe(place, {"map_index": str(index), "stringify": "false"})
        return NOTHING_THERE if found is None else found.get("value")

    def log(self, dag: str, run: str, task: tuple[str, int, int]) -> list[Json] | None:
        """Return the lines of one try of a task instance; None if there are none."""
        name, index, attempt = task
        place = f"{_of_run(dag, run)}/taskInstances/{_q(name)}/logs/{attempt}"
        found: list[Json] = []
        token = ""
        while True:
            query = {"map_index": str(index), "full_content": "true"}
            part = self._maybe(place, query | ({"token": token} if token else {}))
            if part is None:
                return found or None
            lines = part.get("content") or []
            found += lines
            following = str(part.get("continuation_token") or "")
            if not lines or not following or following == token:
                return found
            token = following

    def fail_run(self, dag: str, run: str) -> None:
        """Have a run end as failed; teardowns still run."""
        query = {"update_mask": "state"}
        self._ask("PATCH", _of_run(dag, run), query=query, body={"state": "failed"})

    def fail_task(self, dag: str, run: str, task: tuple[str, int]) -> None:
        """Have a task instance end as failed."""
        name, index = task
        place = f"{_of_run(dag, run)}/taskInstances/{_q(name)}"
        self._ask(
            "PATCH",
            place if index < 0 else f"{place}/{index}",
            query={"update_mask": "new_state"},
            body={"new_state": "failed"},
        )

    def type_in(
        self, dag: str, run: str, task: tuple[str, int], typed: Mapping[str, Json]
    ) -> None:
        """Answer what a task asks a person."""
        name, index = task
        self._ask(
            "PATCH",
            f"{_of_run(dag, run)}/taskInstances/{_q(name)}/{index}/hitlDetails",
            body={"chosen_options": [GO_ON], "params_input": dict(typed)},
        )

    def clear(
        self,
        dag: str,
        run: str,
        tasks: Collection[tuple[str, int]],
        *,
        behind: bool = False,
    ) -> None:
        """Have task instances of a run run again, and those `behind` them if asked."""
        named = [name if index < 0 else [name, index] for name, index in tasks]
        body = {
            "dry_run": False,
            "dag_run_id": run,
            "task_ids": named,
            "only_failed": False,
            "reset_dag_runs": True,
            "include_downstream": behind,
        }
        self._ask("POST", f"/dags/{_q(dag)}/clearTaskInstances", body=body)

    def delete(self, dag: str, run: str) -> None:
        """Delete a run; it is no fault if it is gone."""
        try:
            self._ask("DELETE", _of_run(dag, run))
        except Refused as error:
            if error.status != _MISSING:
                raise

    def runs(self, dag: str = "~", *, limit: int, live: bool = False) -> list[Json]:
        """Return the latest runs of a DAG, or of all; only those that go on if `live`."""
        query = {"order_by": "-run_after", "limit": str(min(limit, _PAGE))}
        place = f"/dags/{_q(dag)}/dagRuns"
        found: list[Json] = []
        for state in ("running", "queued") if live else ("",):
            asked = query | ({"state": state} if state else {})
            found += self._known(place, "dag_runs", asked)
        return found

    def _ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] = _NOTHING,
        body: Json = None,
    ) -> Json:
        return self._web.ask(method, f"/api/v2{path}", query=query, body=body)

    def _maybe(self, path: str, query: Mapping[str, str] = _NOTHING) -> Json:
        """Return an object; None where Airflow itself says that there is none."""
        try:
            found = self._ask("GET", path, query=query)
        except Refused as error:
            # a server that is none of Airflow's, or its bare front, says just this
            if error.status != _MISSING or error.said in {"Not Found", "status 404"}:
                raise
            return None
        return self._checked(path, found)

    def _known(self, path: str, key: str, query: Mapping[str, str] = _NOTHING) -> Json:
        found = self._checked(path, self._ask("GET", path, query=query))
        if key not in found:
            raise self._foreign(path)
        return found[key]

    def _all(
        self, path: str, key: str, query: Mapping[str, str] = _NOTHING
    ) -> list[Json]:
        found: list[Json] = []
        while True:
            page = {**query, "limit": str(_PAGE), "offset": str(len(found))}
            more = self._known(path, key, page)
            found += more
            if len(more) < _PAGE:
                return found

    def _checked(self, path: str, found: Json) -> Json:
        if not isinstance(found, dict):
            raise self._foreign(path)
        return found

    def _foreign(self, path: str) -> Unreachable:
        return Unreachable(
            f"{self.where}: /api/v2{path} is not answered as Airflow 3 does; is that the "
            "URL of its API server?"
        )


def _of_run(dag: str, run: str) -> str:
    return f"/dags/{_q(dag)}/dagRuns/{_q(run)}"


def _q(text: str) -> str:
    return quote(text, safe="")
