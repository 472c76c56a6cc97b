"""Where the output of an attempt goes: all to its log, standard output also kept."""

from __future__ import annotations

from pathlib import Path

from couler_jupyter.engines.local.attempt import Attempt
from couler_jupyter.engines.local.log_file import CAP, LogFile

MOST = 8 << 20
"""Bytes of standard output that can be an output of a step."""


class Output:
    """Takes what an attempt prints, piece by piece, until it is closed."""

    def __init__(self, attempt: Attempt, cap: int = CAP) -> None:
        self._log = LogFile(attempt.log, secrets=attempt.secrets, cap=cap)
        self._path: Path | None = attempt.stdout
        self._kept = bytearray()

    @property
    def splits(self) -> bool:
        """Whether standard output has to come apart from standard error."""
        return self._path is not None

    def write(self, data: bytes, *, stdout: bool) -> None:
        """Take `data`; `stdout` says that it is standard output alone."""
        self._log.write(data)
        if stdout and self._path is not None and len(self._kept) <= MOST:
            self._kept += data

    def close(self) -> tuple[str, str]:
        """Finish the files; return a note on the log and what is wrong with stdout."""
        note = self._log.close()
        if self._path is None:
            return note, ""
        if len(self._kept) > MOST:
            return (
                note,
                f"printed more than {MOST >> 20} MiB, too much for an output; make it an artifact",
            )
        try:
            self._path.write_bytes(self._kept)
        except OSError as error:
            return note, f"its standard output could not be kept: {error.strerror}"
        return note, ""
