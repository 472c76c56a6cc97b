"""Where attempts begin: the handle on a fork server that runs beside this process."""

from __future__ import annotations

import os
import signal
import socket
import sys
from collections.abc import Sequence

from couler_jupyter.engines.local.forking.fork_server import serve
from couler_jupyter.engines.local.forking.link import Link
from couler_jupyter.engines.local.forking.messages import (
    Ended,
    Kind,
    Started,
    unpack_news,
)


class Nursery:
    """A fork server, by its process id and the link to it.

    Make it with `fork` or `spawn`.
    """

    def __init__(self, pid: int, link: Link) -> None:
        self.pid = pid
        self._link = link

    @classmethod
    def fork(cls) -> Nursery:
        """Fork the server off this process, which has to be single-threaded still.

        Do it first of all: what is imported and open by then, each child carries.
        """
        own, its = socket.socketpair()
        pid = os.fork()
        if pid == 0:
            own.close()
            os.setsid()
            serve(its)
        its.close()
        return cls(pid, Link(own))

    @classmethod
    def spawn(cls) -> Nursery:
        """Start the server as a fresh Python, from a process that has threads."""
        own, its = socket.socketpair()
        program = (
            f"import sys; sys.path[:] = {sys.path!r}; import socket; "
            f"from {serve.__module__} import serve; "
            f"serve(socket.socket(fileno={its.fileno()}))"
        )
        its.set_inheritable(True)
        argv = [sys.executable, "-c", program]
        pid = os.posix_spawn(sys.executable, argv, os.environ, setsid=True)
        its.close()
        return cls(pid, Link(own))

    @property
    def fd(self) -> int:
        """The descriptor that is readable when `receive` has something."""
        return self._link.fd

    def start(self, number: int, order: bytes, fds: Sequence[int]) -> None:
        """Fork a child.

        Args:
            number: to tell it from all others.
            order: what it is to do, packed.
            fds: its standard output and error, and its input if it has one.

        Raises:
            OSError: the server is gone.
        """
        self._link.send(Kind.START, number, order, fds)

    def signal(self, number: int, signal_number: int) -> None:
        """Send a signal to a child and all that descends from it.

        Raises:
            OSError: the server is gone.
        """
        self._link.send(Kind.SIGNAL, number, bytes([signal_number]))

    def receive(self) -> list[tuple[int, Started | Ended]] | None:
        """Return what happened to which child; None if the server is gone."""
        frames = self._link.receive()
        if frames is None:
            return None
        return [(number, unpack_news(kind, body)) for kind, number, _, body in frames]

    def close(self) -> str:
        """Have every child killed and the server end; return what ended it."""
        self._link.close()
        _, status = os.waitpid(self.pid, 0)
        return ended_by(status)


def ended_by(status: int) -> str:
    """Return what a `waitpid` status says in words: `exit code 3`, `SIGKILL`."""
    code = os.waitstatus_to_exitcode(status)
    return f"exit code {code}" if code >= 0 else signal_name(-code)


def signal_name(number: int) -> str:
    """Return the name of a signal, or its number where it has none."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
