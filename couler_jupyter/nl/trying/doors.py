"""Shutting the doors of this process, for good: it can only compute and answer.

Three walls, each for what the others miss: bounds of the system (memory, time, files),
a filter of system calls where the kernel has one, and Python's own audit events, which
also say in words what was refused.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Callable
from pathlib import Path

from couler_jupyter.nl.trying.calls import filter_calls

MEMORY = 1 << 30
_REFUSED = (
    "socket.",
    "subprocess.",
    "ctypes.",
    "os.",
    "shutil.",
    "tempfile.",
    "gc.",
    "mmap.",
    "fcntl.",
    "signal.",
    "pty.",
    "urllib.",
    "http.",
    "ftplib.",
    "smtplib.",
    "sqlite3.",
    "webbrowser.",
    "syslog.",
    "resource.",
    "glob.",
    "pathlib.",
    "builtins.input",
    "builtins.breakpoint",
    "sys.addaudithook",
    "sys.setprofile",
    "sys.settrace",
    "cpython.run_",
    "marshal.dump",
)
_LISTED = frozenset({"os.listdir", "os.scandir"})
_NOT_IMPORTED = frozenset(
    {"ctypes", "_ctypes", "_posixsubprocess", "subprocess", "socket", "_socket"}
)


def shut(*, keep: int, seconds: int, readable: tuple[str, ...]) -> None:
    """Shut everything but one pipe, and reading what is imported.

    Args:
        keep: the pipe to answer by.
        seconds: of processor time that are left.
        readable: folders whose files can be read, for what is imported.
    """
    _close_all_but(keep)
    os.environ.clear()
    _bound(seconds)
    filter_calls()
    for name in _NOT_IMPORTED:
        sys.modules.pop(name, None)
    sys.addaudithook(_guard(tuple(_folders(readable))))


def _close_all_but(keep: int) -> None:
    """Leave the pipe open, and nothing behind the standard streams."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nothing, stream)
    most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    most = 4096 if most == resource.RLIM_INFINITY else most
    os.closerange(3, keep)
    os.closerange(keep + 1, most)


def _bound(seconds: int) -> None:
    bounds = {
        resource.RLIMIT_CPU: seconds,
        resource.RLIMIT_AS: MEMORY,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_NPROC: 0,
        resource.RLIMIT_NOFILE: 64,
    }
    for which, most in bounds.items():
        hard = resource.getrlimit(which)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        try:
            resource.setrlimit(which, (least, least))
        except (ValueError, OSError):
            if sys.platform == "linux":  # others cannot bound all of these
                raise


def _folders(paths: tuple[str, ...]) -> list[str]:
    return [f"{Path(one).resolve()}{os.sep}" for one in paths if one]


def _guard(folders: tuple[str, ...]) -> Callable[[str, tuple[object, ...]], None]:
    """Return a hook that refuses what a program may not do while it is built."""

    def is_readable(path: object) -> bool:
        text = os.fsdecode(path) if isinstance(path, str | bytes) else ""
        return ".." not in text and f"{text}{os.sep}".startswith(folders)

    searched = frozenset(sys.path)

    def hook(event: str, args: tuple[object, ...]) -> None:
        if event == "open":
            writes = isinstance(args[2], int) and args[2] & ~os.O_CLOEXEC != os.O_RDONLY
            if writes or not is_readable(args[0]):
                raise PermissionError("no file can be opened while a workflow is built")
        elif event == "import":
            if str(args[0]) in _NOT_IMPORTED:
                raise ImportError(f"{args[0]} is not there while a workflow is built")
        elif event in _LISTED:
            if args[0] not in searched and not is_readable(args[0]):
                raise PermissionError("no folder can be read while a workflow is built")
        elif event.startswith(_REFUSED):
            raise PermissionError(f"{event} is refused while a workflow is built")

    return hook
