"""Questions to a server, asked again where that may help, and answers as JSON."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import ClassVar

from couler_jupyter.engines.web.patience import USUAL, Patience, asked_wait
from couler_jupyter.engines.web.refusal import Refused, Unreachable
from couler_jupyter.engines.web.wire import (
    Answer,
    ConnectionLost,
    Request,
    Stream,
    Wire,
)
from couler_jupyter.ir import Json

_NOTHING: Mapping[str, str] = MappingProxyType({})
_UNAUTHORIZED = 401


class WebClient:
    """Talks to one server; may be used from several threads.

    Asked again: when there is no connection, or the server is busy (429) or in trouble
    (5xx), unless what it says is known not to pass. A 401 has the credentials read
    afresh, once per question. All else is raised at once, as `refused`.
    """

    refused: ClassVar[type[Refused]] = Refused

    def __init__(
        self,
        wire: Wire,
        *,
        patience: Patience = USUAL,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """Ask over `wire`, as often as `patience` has it."""
        self._wire = wire
        self._patience = patience
        self._sleep = sleep

    @property
    def where(self) -> str:
        """The server, as people are told of it."""
        return self._wire.where

    def ask(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str] = _NOTHING,
        body: Json = None,
        content_type: str = "application/json",
    ) -> Json:
        """Return what the server answers, as JSON; None for nothing.

        Raises:
            Refused: it says no.
            Unreachable: it was tried often enough.
        """
        request = _request(method, path, query, body, content_type)
        answer = self._patiently(lambda: self._wire.send(request))
        if not answer.body.strip():
            return None
        try:
            found: Json = json.loads(answer.body)
        except ValueError:
            raise Unreachable(f"{self.where}: {path} is answered by no JSON") from None
        return found

    @contextmanager
    def stream(
        self,
        path: str,
        *,
        query: Mapping[str, str] = _NOTHING,
        silence: float = 300.0,
    ) -> Generator[Stream, None, None]:
        """Lend an answer that is read as it comes; asked once, but for a 401.

        Raises:
            Refused: the server says no.
            ConnectionLost: it cannot be reached; whoever follows comes again.
        """
        request = _request("GET", path, query, None, "")
        for may_renew in (True, False):
            with self._wire.stream(request, silence) as answer:
                if _is_good(answer.status):
                    yield answer
                    return
                refused = self.refused(self.where, answer.whole())
            if not (may_renew and refused.status == _UNAUTHORIZED):
                raise refused
            self._wire.renew()

    def _patiently(self, send: Callable[[], Answer]) -> Answer:
        renewed = False
        attempt = 0
        while True:
            attempt += 1
            asked = None
            try:
                answer = send()
                if _is_good(answer.status):
                    return answer
                if answer.status == _UNAUTHORIZED and not renewed:
                    renewed = self._wire.renew()
                    continue
                error = self.refused(self.where, answer)
                if not error.may_pass() or attempt >= self._patience.tries:
                    raise error
                asked = asked_wait(answer.headers)
            except ConnectionLost as lost:
                if attempt >= self._patience.tries:
                    raise Unreachable(
                        f"{self.where} cannot be reached: {lost}"
                    ) from None
            self._sleep(self._patience.wait(attempt, asked))


def _request(
    method: str, path: str, query: Mapping[str, str], body: Json, content_type: str
) -> Request:
    data = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
    return Request(
        method=method,
        path=path,
        query=tuple(query.items()),
        body=data,
        content_type=content_type,
    )


def _is_good(status: int) -> bool:
    return 200 <= status < 300
