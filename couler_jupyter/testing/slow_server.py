"""A web server for what is read from afar: as slow, and as bad, as a test wants it."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

_CHUNK = 1 << 14


@dataclass(slots=True)
class Page:
    """What a server has under one path.

    Attributes:
        data: its bytes.
        etag: whether it tells an ETag; `modified`: when it was changed, as HTTP says it.
        head: whether it answers HEAD.
        conditional: whether it answers 304.
        breaks_after: bytes after which the connection is lost, once.
        user: who may read it, and with which word; empty for all.
    """

    data: bytes
    etag: bool = True
    modified: str = ""
    head: bool = True
    conditional: bool = True
    breaks_after: int | None = None
    user: tuple[str, str] | None = None

    @property
    def tag(self) -> str:
        """The ETag: it changes with the bytes."""
        return _tag(self.data)


@lru_cache(maxsize=8)
def _tag(data: bytes) -> str:
    return f'"{hashlib.sha256(data).hexdigest()[:12]}"'


@dataclass(slots=True)
class SlowServer:
    """Serves pages and writes down what it is asked for.

    Attributes:
        rate: bytes a second; 0 for as fast as can be.
        delay: seconds before every answer.
        pages: by path.
        asked: method, path and how many bytes were sent.
        gate: while it is not set, no page is sent.
    """

    rate: float = 0.0
    delay: float = 0.0
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    gate: threading.Event = field(default_factory=threading.Event)
    port: int = 0

    def url(self, path: str) -> str:
        """Return the address of a page."""
        return f"http://127.0.0.1:{self.port}{path}"

    def sent(self, path: str) -> int:
        """Return how many bytes were sent of a page."""
        return sum(size for _, where, size in self.asked if where == path)

    def reads(self, path: str) -> int:
        """Return how often a page was sent, or begun to be."""
        return sum(
            size > 0 and method == "GET" and where == path
            for method, where, size in self.asked
        )


@contextmanager
def serving(server: SlowServer) -> Generator[SlowServer]:
    """Serve on this machine alone, at a port that is free unless the server has one."""
    server.gate.set()
    handler = type("Handler", (_Handler,), {"server_": server})
    http = ThreadingHTTPServer(("127.0.0.1", server.port), handler)
    http.daemon_threads = True
    server.port = http.server_port
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    server_: ClassVar[SlowServer]
    protocol_version = "HTTP/1.0"

    def do_HEAD(self) -> None:
        page = self._page()
        if page is not None and not page.head:
            self._refuse(405)
        elif page is not None:
            self._begin(page)

    def do_GET(self) -> None:
        page = self._page()
        if page is None:
            return
        if page.conditional and self.headers.get("If-None-Match") == page.tag:
            self._refuse(304)
            return
        self._begin(page)
        sent = 0
        try:
            for sent in self._send(page):  # noqa: B007 (what it was in the end counts)
                pass
        except (BrokenPipeError, ConnectionResetError):
            pass  # whoever asked has gone
        finally:
            self.server_.asked.append(("GET", self.path, sent))

    def _send(self, page: Page) -> Iterator[int]:
        self.server_.gate.wait()
        end, page.breaks_after = page.breaks_after, None
        data = page.data if end is None else page.data[:end]
        began = time.monotonic()
        for start in range(0, len(data), _CHUNK):
            self.wfile.write(data[start : start + _CHUNK])
            sent = min(start + _CHUNK, len(data))
            yield sent
            if self.server_.rate:
                due = began + sent / self.server_.rate
                time.sleep(max(0.0, due - time.monotonic()))

    def _page(self) -> Page | None:
        time.sleep(self.server_.delay)
        page = self.server_.pages.get(self.path)
        if page is None:
            self._refuse(404)
        elif page.user is not None and not self._knows(*page.user):
            self._refuse(401)
            return None
        return page

    def _knows(self, user: str, word: str) -> bool:
        import base64

        known = base64.b64encode(f"{user}:{word}".encode()).decode()
        return self.headers.get("Authorization") == f"Basic {known}"

    def _begin(self, page: Page) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(page.data)))
        if page.etag:
            self.send_header("ETag", page.tag)
        if page.modified:
            self.send_header("Last-Modified", page.modified)
        if self.command == "HEAD":
            self.server_.asked.append(("HEAD", self.path, 0))
        self.end_headers()

    def _refuse(self, code: int) -> None:
        self.send_response(code)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server_.asked.append((self.command, self.path, 0))

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Say nothing."""
