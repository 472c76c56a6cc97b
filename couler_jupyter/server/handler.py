"""Requests and answers over HTTP: who may ask is Jupyter's to say, all is JSON."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from http import HTTPStatus
from itertools import groupby
from operator import attrgetter
from typing import Any, Final, TypeAlias

from jupyter_server.auth.decorator import authorized
from jupyter_server.base.handlers import APIHandler
from jupyter_server.utils import url_path_join
from tornado import web

from couler_jupyter.errors import (
    CoulerError,
    InvalidDocument,
    InvalidWorkflow,
    StoreFailed,
    UnknownName,
    UsageFailed,
)
from couler_jupyter.ir import Json
from couler_jupyter.protocol import VERSION, one_line
from couler_jupyter.server.desk import Desk
from couler_jupyter.server.openapi import BASE, DOCUMENT, document
from couler_jupyter.server.route import Given, Route
from couler_jupyter.server.threads import Threads

Rule: TypeAlias = tuple[str, type[web.RequestHandler], dict[str, object]]
_Method: TypeAlias = Callable[..., Awaitable[None] | None]

_RESOURCE: Final = "couler"
_LARGEST: Final = 1 << 20
_LOOK: Final = 0.25
_STATUS: Final[tuple[tuple[type[CoulerError], int], ...]] = (
    (UnknownName, 404),
    (StoreFailed, 503),
    (InvalidDocument, 422),
    (InvalidWorkflow, 422),
)
_CONFLICT: Final = 409


def rules(routes: Iterable[Route], desk: Desk, base_url: str) -> list[Rule]:
    """Return what a server is to serve: a handler for each path.

    Args:
        routes: all that can be asked.
        desk: what it is answered from.
        base_url: of the server.
    """
    routes = tuple(routes)
    shared: dict[str, object] = {"desk": desk, "threads": Threads()}
    paths = groupby(sorted(routes, key=_PATH), key=_PATH)
    found: list[Rule] = [
        (url_path_join(base_url, BASE, pattern) + "/?", _handler(list(some)), shared)
        for pattern, some in paths
    ]
    told = json.dumps(document(routes))
    return [
        *found,
        (url_path_join(base_url, BASE, DOCUMENT), Document, {"text": told}),
        (url_path_join(base_url, BASE, ".*"), Nowhere, {}),
    ]


_PATH: Final = attrgetter("pattern")


class JsonHandler(APIHandler):
    """What all handlers here have: errors of one shape, and no guessing of types."""

    auth_resource = _RESOURCE
    SUPPORTED_METHODS = ("GET", "HEAD", "POST", "DELETE", "PATCH", "PUT", "OPTIONS")

    def set_default_headers(self) -> None:
        """Say that what is answered is nothing but JSON."""
        super().set_default_headers()
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cache-Control", "private, no-cache")

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401
        """Answer why not, in one line."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        phrase = HTTPStatus(status_code).phrase.lower()
        said = error.log_message if isinstance(error, web.HTTPError) else None
        if (
            said
            and error is not None
            and isinstance(error, web.HTTPError)
            and error.args
        ):
            said = said % error.args
        if status_code >= 500 and not said:
            said = "it failed here; the server's log says more"
        self._answer_error(status_code, said or phrase)

    def _answer_error(self, status: int, message: str) -> None:
        self.clear_header("Etag")
        self.set_status(status)
        answer = {
            "type": "error",
            "version": VERSION,
            "status": status,
            "message": one_line(message, 1000),
        }
        self.finish(json.dumps(answer))


class Document(JsonHandler):
    """The OpenAPI document."""

    _track_activity = False

    def initialize(self, text: str) -> None:
        """Take what is answered."""
        self._text = text

    @web.authenticated
    @authorized
    def get(self) -> None:
        """Answer it."""
        self.finish(self._text)


class Nowhere(JsonHandler):
    """Paths that there are not."""

    @web.authenticated
    def get(self) -> None:
        """Answer that there is nothing."""
        raise web.HTTPError(404, "there is nothing at that path")

    post = delete = put = patch = get


class RouteHandler(JsonHandler):
    """One path; its methods are those of its routes."""

    allowed: str = ""

    def initialize(self, desk: Desk, threads: Threads) -> None:
        """Take what requests are answered from."""
        self._desk = desk
        self._threads = threads
        self._tag: str | None = None
        self._gone = False

    def on_connection_close(self) -> None:
        """Wait for nothing any more."""
        self._gone = True
        super().on_connection_close()

    def compute_etag(self) -> str | None:
        """Return what tells this answer from a later one."""
        return None if self._tag is None else f'"{self._tag}"'

    def write_error(self, status_code: int, **kwargs: Any) -> None:  # noqa: ANN401
        """Answer why not, and what would be allowed."""
        if status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            self.set_header("Allow", self.allowed)
        super().write_error(status_code, **kwargs)

    async def serve(self, route: Route, path: Sequence[str]) -> None:
        """Answer a request, or say in one line why not."""
        self._track_activity = route.changes
        if route.changes and self._desk.read_only:
            self._answer_error(403, "this server is read-only: nothing can be asked")
            return
        try:
            given = self._given(route, path)
        except UsageFailed as error:
            self._answer_error(400, str(error))
            return
        try:
            answer = await self._answer(route, given)
        except CoulerError as error:
            status = next((s for kind, s in _STATUS if isinstance(error, kind)), 0)
            self._answer_error(status or _CONFLICT, str(error))
            return
        if answer is None:
            self.set_status(304)
            self.finish()
            return
        self.finish(await self._threads.run(lambda: _dumped(answer)))

    async def _answer(self, route: Route, given: Given) -> Mapping[str, Json] | None:
        """Return the answer; None if who asks has it already."""
        if route.tag is not None:
            tag = route.tag
            self._tag = await self._threads.run(lambda: tag(self._desk))
            self.set_etag_header()
            if self.check_etag_header():
                return None
        if route.is_news is not None:
            return await self._news(route, given, route.is_news)
        return await self._once(route, given)

    async def _once(self, route: Route, given: Given) -> Mapping[str, Json]:
        return await self._threads.run(
            lambda: route.answer(self._desk, given), slow=route.slow
        )

    async def _news(
        self, route: Route, given: Given, is_news: Callable[[Mapping[str, Json]], bool]
    ) -> Mapping[str, Json]:
        """Answer at once or, where nothing happened, once something does."""
        until = time.monotonic() + given.number("wait")
        while True:
            seen = await self._threads.run(self._desk.tag)
            answer = await self._once(route, given)
            while True:
                if is_news(answer) or time.monotonic() >= until or self._gone:
                    return answer
                await asyncio.sleep(_LOOK)
                if await self._threads.run(self._desk.tag) != seen:
                    break

    def _given(self, route: Route, path: Sequence[str]) -> Given:
        query = self.request.query_arguments
        texts = {name: [_decoded(one) for one in query[name]] for name in query}
        values = route.read(path, texts, self.request.headers)
        return Given(values, self._body(route))

    def _body(self, route: Route) -> Json:
        if route.body is None:
            return None
        kind = self.request.headers.get("Content-Type", "").partition(";")[0]
        if kind.strip().lower() != "application/json":
            raise web.HTTPError(415, "send JSON, as application/json")
        if len(self.request.body) > _LARGEST:
            raise web.HTTPError(413, "send at most %d bytes", _LARGEST)
        try:
            found = json.loads(self.request.body, parse_constant=_no_number)
        except (ValueError, RecursionError):
            raise UsageFailed("the body is not JSON") from None
        route.check_body(found)
        return found


def _handler(routes: list[Route]) -> type[RouteHandler]:
    """Return a handler of one path that does what its routes say."""
    methods: dict[str, object] = {one.method.lower(): _method(one) for one in routes}
    methods["allowed"] = ", ".join([*(one.method for one in routes), "OPTIONS"])
    return type("RouteHandler", (RouteHandler,), methods)


def _method(route: Route) -> _Method:
    async def serve(self: RouteHandler, *path: str) -> None:
        await self.serve(route, path)

    # wrapped one by one: the wrapper remembers the first action it was asked for
    wrapped: _Method = web.authenticated(authorized(serve))
    return wrapped


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        raise UsageFailed("the query is not UTF-8") from None


def _dumped(answer: Mapping[str, Json]) -> str:
    return json.dumps(answer, allow_nan=False, separators=(",", ":"))


def _no_number(text: str) -> Json:
    raise ValueError(f"{text} is no JSON")
