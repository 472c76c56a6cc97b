"""What a way of talking to an HTTP server must give; how it logs in is its own affair."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol


class ConnectionLost(Exception):
    """The server could not be reached, or went away in the middle of an answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One question to the server.

    Attributes:
        method: `GET`, `POST`, `PUT`, `PATCH` or `DELETE`.
        path: from the server's root, already quoted.
        query: pairs of name and value.
        body: what is sent; empty for nothing.
        content_type: of the body.
    """

    method: str
    path: str
    query: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    content_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Answer:
    """All of an answer; names of headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes


class Stream(Protocol):
    """An answer that is read while it is still being written."""

    @property
    def status(self) -> int:
        """The HTTP status."""
        ...

    def chunks(self) -> Iterator[bytes]:
        """Yield pieces as they come; raises `ConnectionLost` if they cease to."""
        ...

    def whole(self) -> Answer:
        """Read it to its end."""
        ...

    def hang_up(self) -> None:
        """Have whoever reads it, in another thread, lose the connection."""
        ...


class Wire(Protocol):
    """A way to one server; it may be used from several threads."""

    @property
    def where(self) -> str:
        """The server, as people are told of it."""
        ...

    def send(self, request: Request) -> Answer:
        """Ask, and return the whole answer; raises `ConnectionLost`."""
        ...

    def stream(
        self, request: Request, silence: float
    ) -> AbstractContextManager[Stream]:
        """Ask, and lend the answer; it is lost after `silence` seconds of nothing."""
        ...

    def renew(self) -> bool:
        """Read the credentials afresh; False where there is nothing to read."""
        ...


def lines(chunks: Iterator[bytes]) -> Iterator[bytes]:
    r"""Yield whole lines out of pieces, without their ends; empty ones are left out.

    >>> list(lines(iter([b"one\ntw", b"o\n\nthr", b"ee"])))
    [b'one', b'two', b'three']
    """
    kept: list[bytes] = []
    for chunk in chunks:
        head, *rest = chunk.split(b"\n")
        kept.append(head)
        for part in rest:
            if line := b"".join(kept).rstrip(b"\r"):
                yield line
            kept = [part]
    if line := b"".join(kept).rstrip(b"\r"):
        yield line
