"""What a child tells of itself over a pipe: one line on how its attempt went."""

from __future__ import annotations

import os
from enum import Enum

MOST = 2000
"""Bytes of a reason; the log has the rest."""


class Verdict(Enum):
    """What the child says became of the attempt, as the line's first byte."""

    NONE = b""
    SUCCEEDED = b"S"
    FAILED = b"F"
    ERRORED = b"E"


class Report:
    """The child's end of the pipe."""

    def __init__(self, fd: int) -> None:
        self._fd = fd

    def succeeded(self) -> None:
        """Say that the function's value is written."""
        os.write(self._fd, b"S")

    def failed(self, reason: str) -> None:
        """Say that the step itself is at fault."""
        os.write(self._fd, line(Verdict.FAILED, reason))

    def errored(self, reason: str) -> None:
        """Say that what surrounds the step is at fault."""
        os.write(self._fd, line(Verdict.ERRORED, reason))


def line(verdict: Verdict, reason: str) -> bytes:
    """Return what is sent for a verdict and its reason."""
    told = " ".join(reason.split()).encode(errors="replace")
    return verdict.value + told[: MOST - 1]


def read_line(data: bytes) -> tuple[Verdict, str]:
    """Return the verdict and the reason that were sent."""
    return Verdict(data[:1]), data[1:].decode(errors="ignore")
