"""The plain way to a web server: a URL and a token, by the standard library alone."""

from __future__ import annotations

import http.client
import os
import socket
import ssl
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from typing import IO, cast
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import (
    HTTPRedirectHandler,
    HTTPSHandler,
    OpenerDirector,
    build_opener,
)
from urllib.request import Request as WebRequest

from couler_jupyter.engines.web.wire import Answer, ConnectionLost, Request, Stream
from couler_jupyter.errors import UsageFailed

_PATIENCE = 30.0
_CHUNK = 1 << 16


class WebWire:
    """Talks to a server at a URL, with a token that is read when it is needed."""

    def __init__(
        self, url: str, token: Callable[[], str], *, verify: bool = True
    ) -> None:
        """Prepare; nothing is sent yet.

        Args:
            url: with scheme, host and, if there is one, the path before `/api`.
            token: returns what stands behind `Authorization:`, empty for nothing.
            verify: whether the certificate must be good.

        Raises:
            UsageFailed: the URL is none, or would carry a token in the clear.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise UsageFailed(
                f"server {url!r} must be written like https://engine.example.com:8080"
            )
        if parts.username or parts.password or parts.query:
            raise UsageFailed("server: give the token by token_from, not in the URL")
        self._url = url.rstrip("/")
        self._token = token
        self._opener = _opener(verify=verify)

    @property
    def where(self) -> str:
        """The server's URL."""
        return self._url

    def send(self, request: Request) -> Answer:
        """Ask, and return the whole answer."""
        with self.stream(request, _PATIENCE) as answer:
            return answer.whole()

    @contextmanager
    def stream(self, request: Request, silence: float) -> Generator[Stream, None, None]:
        """Ask, and lend the answer."""
        try:
            found = self._opener.open(self._request(request), timeout=silence)
        except HTTPError as error:
            found = error
        except URLError as error:
            raise ConnectionLost(_reason(error)) from None
        except (OSError, http.client.HTTPException) as error:
            raise ConnectionLost(_said(error)) from None
        with found, _line_of(found) as line:
            yield _WebStream(found.status or 0, found, line)

    def renew(self) -> bool:
        """Return True: the token is read for every request."""
        return True

    def _request(self, request: Request) -> WebRequest:
        query = f"?{urlencode(request.query)}" if request.query else ""
        made = WebRequest(  # noqa: S310 (only http and https come this far)
            f"{self._url}{request.path}{query}",
            data=request.body or None,
            method=request.method,
            headers={"Accept": "application/json"},
        )
        if request.body:
            made.add_header("Content-Type", request.content_type)
        if token := self._token():
            made.add_unredirected_header("Authorization", token)
        return made


class _WebStream:
    def __init__(self, status: int, found: IO[bytes], line: socket.socket) -> None:
        self.status = status
        self._found = found
        self._line = line

    def chunks(self) -> Iterator[bytes]:
        read = getattr(self._found, "read1", self._found.read)
        while chunk := _reading(lambda: read(_CHUNK)):
            yield chunk

    def whole(self) -> Answer:
        headers = cast("http.client.HTTPResponse", self._found).headers
        named = {name.lower(): value for name, value in headers.items()}
        return Answer(self.status, named, _reading(self._found.read))

    def hang_up(self) -> None:
        with suppress(OSError):  # the server was faster
            self._line.shutdown(socket.SHUT_RDWR)


class _NoRedirect(HTTPRedirectHandler):
    """A token must not go where it was not meant for."""

    def redirect_request(  # noqa: PLR0917 (the arguments are those of the library)
        self,
        req: WebRequest,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> None:
        del req, fp, code, msg, headers, newurl


def _opener(*, verify: bool) -> OpenerDirector:
    context = ssl.create_default_context()
    if not verify:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return build_opener(HTTPSHandler(context=context), _NoRedirect)


def _line_of(found: IO[bytes]) -> socket.socket:
    """Return what an answer comes by; its own, that is open as long as wanted."""
    return socket.socket(fileno=os.dup(found.fileno()))


def _reading(read: Callable[[], bytes]) -> bytes:
    try:
        return read()
    except (OSError, http.client.HTTPException) as error:
        raise ConnectionLost(_said(error)) from None


def _reason(error: URLError) -> str:
    reason = error.reason
    return _said(reason) if isinstance(reason, Exception) else str(reason)


def _said(error: Exception) -> str:
    said = getattr(error, "strerror", None) or str(error) or type(error).__name__
    return " ".join(str(said).split()).lower()
