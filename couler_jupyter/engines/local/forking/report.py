"""What a child tells of itself over a pipe: one line on how its attempt went."""

from __future__ import annotations

import os
from enum import Enum

MOST = 4000
"""Bytes of a report, which a pipe takes without waiting for anybody to read."""


class Verdict(Enum):
    """What the child says became of the attempt, as the first byte of its report."""

    NONE = b""
    SUCCEEDED = b"S"
    FAILED = b"F"
    ERRORED = b"E"


class Report:
    """The child's end of the pipe; with None nobody listens."""

    def __init__(self, fd: int | None) -> None:
        self._fd = fd

    def succeeded(self, value: bytes = b"") -> bool:
        """Say that the function returned, and what if that is short plain data.

        Returns:
            Whether it was said: not if nobody listens, or the value is too long.
        """
        if self._fd is None or len(value) >= MOST:
            return False
        os.write(self._fd, b"S" + value)
        return True

    def failed(self, reason: str) -> None:
        """Say that the step itself is at fault."""
        self._tell(Verdict.FAILED, reason)

    def errored(self, reason: str) -> None:
        """Say that what surrounds the step is at fault."""
        self._tell(Verdict.ERRORED, reason)

    def _tell(self, verdict: Verdict, reason: str) -> None:
        if self._fd is not None:
            os.write(self._fd, line(verdict, reason))


def line(verdict: Verdict, reason: str) -> bytes:
    """Return the report of a verdict and its reason."""
    told = " ".join(reason.split()).encode(errors="replace")
    return verdict.value + told[: MOST - 1]


def read_report(data: bytes) -> tuple[Verdict, str]:
    """Return the verdict of a report, and the reason or the value in JSON."""
    return Verdict(data[:1]), data[1:].decode(errors="ignore")
