"""Bytes on their way through: handed on by one thread while another hashes them."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Protocol, Self

from couler_jupyter.store.object import Object

CHUNK = 1 << 19
"""Bytes that are read at a time: they stay in a core's cache until they are written."""
_WAITING = 4
"""Chunks that may wait to be hashed: what bounds the memory."""
RING = _WAITING + 2
"""After so many more writes, nothing of what was written is looked at any more."""
_WORTH_A_THREAD = 1 << 17


class Out(Protocol):
    """Where bytes go."""

    def write(self, data: bytes | memoryview, /) -> object:
        """Take all of these; they must stay as they are for `RING` more writes."""


class Hashing:
    """Takes bytes, hands them on if there is somewhere to, and hashes them meanwhile."""

    def __init__(self, out: Out | None = None) -> None:
        self.size = 0
        self._out = out
        self._digest = hashlib.sha256()
        self._pool: ThreadPoolExecutor | None = None
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._pool is not None:
            self._pool.shutdown()

    def write(self, data: bytes | memoryview, /) -> None:
        """Take some more."""
        self._hash(data)
        if self._out is not None:
            self._out.write(data)
        self.size += len(data)

    def object(self) -> Object:
        """Return what all of it together is."""
        while self._waiting:
            self._waiting.popleft().result()
        return Object(self._digest.hexdigest(), self.size)

    def _hash(self, data: bytes | memoryview) -> None:
        if len(data) < _WORTH_A_THREAD and self._pool is None:
            self._digest.update(data)
            return
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "couler-hashing")
        self._waiting.append(self._pool.submit(self._digest.update, data))
        if len(self._waiting) > _WAITING:
            self._waiting.popleft().result()
