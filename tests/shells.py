"""IPython shells of tests, which end with their test."""

from __future__ import annotations

import atexit
from collections.abc import Generator
from contextlib import contextmanager
from typing import TypeVar

from IPython.core.interactiveshell import InteractiveShell

Shell = TypeVar("Shell", bound=InteractiveShell)


@contextmanager
def ended(shell: Shell) -> Generator[Shell, None, None]:
    """End a shell with the `with`, and not at the end of the process.

    Until then it would keep all that its cells made, and then collect the garbage of the
    whole process: one second for each of hundreds.
    """
    try:
        yield shell
    finally:
        atexit.unregister(shell.atexit_operations)
        shell.displayhook.do_full_cache = False  # what would collect the garbage
        InteractiveShell.atexit_operations(shell)
