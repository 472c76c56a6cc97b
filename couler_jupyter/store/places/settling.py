"""Bytes are brought to the disk while more are written, so that the end need not wait."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import IO, Self

_AT_ONCE = 32 << 20
"""Bytes that may be written before the disk is asked to take them."""


class Settling:
    """Writes to a file, of which the larger part then is on the disk already."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self._pool: ThreadPoolExecutor | None = None
        self._asked: Future[None] | None = None
        self._loose = 0

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
        if error is None:
            self._out.flush()
            if self._asked is not None:
                self._asked.result()  # tells what the disk said

    def write(self, data: bytes | memoryview, /) -> None:
        """Write some more."""
        self._out.write(data)
        self._loose += len(data)
        if self._loose >= _AT_ONCE and (self._asked is None or self._asked.done()):
            self._ask()

    def _ask(self) -> None:
        if self._asked is not None:
            self._asked.result()
        if self._pool is None:
            self._pool = ThreadPoolExecutor(1, "couler-settling")
        self._asked = self._pool.submit(os.fdatasync, self._out.fileno())
        self._loose = 0
