"""Somebody who removes a run's containers if its supervisor is killed."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from contextlib import suppress

_SCRIPT = 'read word || exec "$@"'  # no word comes from one that was killed


class Guardian:
    """A small shell that waits for a word, and runs a command if none comes."""

    def __init__(self, command: Sequence[str]) -> None:
        """Have `command` run should this process end without `dismiss`."""
        self._shell = subprocess.Popen(
            ("sh", "-c", _SCRIPT, "couler-guardian", *command),
            stdin=subprocess.PIPE,
            start_new_session=True,
        )

    def dismiss(self) -> None:
        """Let it go: there is nothing left to do."""
        with suppress(BrokenPipeError):
            self._shell.communicate(b"done\n")
