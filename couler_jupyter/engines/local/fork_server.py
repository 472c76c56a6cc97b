"""The process that forks one child for every attempt, and outlives none of them.

It is small and single-threaded, so that forking is cheap and safe, and does only what
a parent must: fork, signal, reap. On Linux every attempt adopts its own orphans, and
the server adopts them when the attempt ends; so a child that the server did not fork
is always what an ended attempt left behind, however it hid from its process group.
When the other end of the link closes, whoever drove the attempts is gone, and all of
them are killed.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import socket
import sys
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from resource import struct_rusage
from types import CodeType
from typing import NoReturn, TypeAlias

from couler_jupyter.engines.local.attempt import FunctionCall, ProcessCall
from couler_jupyter.engines.local.child import REPORT_FD, live
from couler_jupyter.engines.local.function_call import SourceCache
from couler_jupyter.engines.local.link import Link
from couler_jupyter.engines.local.process_tree import (
    adopt_orphans,
    children,
    send,
    signal_tree,
)
from couler_jupyter.engines.local.report import MOST, Verdict, line

_LINGER = 0.25  # seconds that what an attempt left behind has to end when asked
_PATIENCE = 5.0  # seconds for what was killed to be gone; a stuck disk can hold it
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """Fork a child; its descriptors come along: stdout, stderr, stdin if any."""

    id: str
    call: FunctionCall | ProcessCall
    env: Mapping[str, str]
    workdir: Path
    fds: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Signal:
    """Send a signal to a child and all that descends from it."""

    id: str
    number: int


Order: TypeAlias = Start | Signal


@dataclass(frozen=True, slots=True)
class Started:
    """A child was forked."""

    id: str
    pid: int


@dataclass(frozen=True, slots=True)
class Ended:
    """A child and all that descended from it are gone.

    Attributes:
        id: the attempt's.
        status: as `waitpid` gives it; None if the child could not be forked.
        report: what the child told of itself.
        cpu_seconds: user and system time of it and the children it waited for.
        peak_memory: bytes, of the largest process of these.
    """

    id: str
    status: int | None
    report: bytes = b""
    cpu_seconds: float = 0.0
    peak_memory: int = 0


@dataclass(slots=True)
class _Child:
    id: str
    pid: int
    report: int


@dataclass(slots=True)
class _Leftovers:
    """An attempt that has ended, and what it left behind and is not gone yet."""

    ended: Ended
    pids: set[int]
    due: float
    killed: bool = False


class ForkServer:
    """Serves one link until its other end closes."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._sources = SourceCache()
        self._by_pid: dict[int, _Child] = {}
        self._by_id: dict[str, _Child] = {}
        self._lingering: list[_Leftovers] = []
        self._wake_read, self._wake_write = os.pipe()

    def serve(self) -> None:
        """Do as told; return when the other end is gone and all children are too."""
        self._settle()
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        served = True
        while served:
            wanted = select.POLLIN | (select.POLLOUT if self._link.behind else 0)
            poll.register(self._link.fd, wanted)
            ready = {fd for fd, _ in poll.poll(self._patience())}
            try:
                served = self._link.fd not in ready or self._obey()
                self._reap(woken=self._wake_read in ready)
                self._link.flush()
            except (BrokenPipeError, ConnectionResetError):
                served = False
        self._end_all()

    def _settle(self) -> None:
        adopt_orphans()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        gc.collect()
        gc.freeze()
        gc.disable()

    def _patience(self) -> float | None:
        if not self._lingering:
            return None
        due = min(one.due for one in self._lingering)
        return max(0.0, due - time.monotonic()) * 1000

    def _obey(self) -> bool:
        orders = self._link.receive()
        for order in orders or ():
            if isinstance(order, Start):
                self._start(order)
            elif isinstance(order, Signal) and order.id in self._by_id:
                signal_tree(self._by_id[order.id].pid, order.number)
        return orders is not None

    def _start(self, order: Start) -> None:
        call = order.call
        code = self._sources.code(call) if isinstance(call, FunctionCall) else None
        fds = {number: self._link.take_fd() for number in order.fds}
        report, fds[REPORT_FD] = os.pipe()
        try:
            pid = os.fork()
        except OSError as error:
            reason = f"no process could be started: {error.strerror}"
            self._link.post(Ended(order.id, None, line(Verdict.ERRORED, reason)))
            os.close(report)
        else:
            if pid == 0:
                live(call, code, order.env, order.workdir, fds)
            child = _Child(order.id, pid, report)
            self._by_pid[pid] = self._by_id[order.id] = child
            self._link.post(Started(order.id, pid))
        for fd in fds.values():
            os.close(fd)

    def _reap(self, *, woken: bool) -> None:
        now = time.monotonic()
        if woken:
            os.read(self._wake_read, 4096)
            self._lingering += (
                _Leftovers(ended, set(), now + _LINGER) for ended in self._collect()
            )
        if self._lingering:
            self._clear_up(now)

    def _clear_up(self, now: float) -> None:
        """Ask what is left behind to end, later kill it; tell of what is cleared."""
        alive = set(children(os.getpid())) - self._by_pid.keys()
        fresh = alive.difference(*(one.pids for one in self._lingering))
        self._lingering[-1].pids |= fresh
        for pid in fresh:
            send(signal.SIGTERM, pid=pid)
        for one in tuple(self._lingering):
            one.pids &= alive
            late = now >= one.due
            if not one.pids or (late and one.killed):
                self._link.post(one.ended)
                self._lingering.remove(one)
            elif late:
                one.due, one.killed = now + _PATIENCE, True
                for pid in one.pids:
                    signal_tree(pid, signal.SIGKILL)

    def _collect(self) -> list[Ended]:
        """Reap what has ended; return those of them that are attempts."""
        found: list[Ended] = []
        while True:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return found
            if pid == 0:
                return found
            child = self._by_pid.pop(pid, None)
            if child is not None:
                del self._by_id[child.id]
                found.append(_ended(child, status, usage))

    def _end_all(self) -> None:
        """Kill every descendant; each round brings up those whose parents died."""
        for pid in self._by_pid:
            signal_tree(pid, signal.SIGKILL)
        until = time.monotonic() + _PATIENCE
        while (pids := children(os.getpid())) and time.monotonic() < until:
            for pid in pids:
                send(signal.SIGKILL, pid=pid)
            self._collect()
            time.sleep(0.001)


def serve(end: socket.socket) -> NoReturn:
    """Be the fork server of the process at the other end, and exit when it is gone."""
    code = os.EX_SOFTWARE
    try:
        _keep_only(end.fileno())
        ForkServer(Link(end)).serve()
        code = os.EX_OK
    finally:
        os._exit(code)


def _keep_only(fd: int) -> None:
    """Let go of everything that came from the parent, but for one descriptor."""
    null = os.open(os.devnull, os.O_RDWR)
    for number in range(3):
        os.dup2(null, number)
    os.closerange(3, fd)
    os.closerange(fd + 1, os.sysconf("SC_OPEN_MAX"))
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(  # noqa: SIM115, PTH123 (stays open; it has no path)
            number, "w", 1, "utf-8", "backslashreplace", closefd=False
        )
        setattr(sys, name, stream)


def _ended(child: _Child, status: int, usage: struct_rusage) -> Ended:
    os.set_blocking(child.report, False)
    try:
        report = os.read(child.report, MOST)
    except BlockingIOError:
        report = b""  # a process that hides from us still holds the other end
    os.close(child.report)
    return Ended(
        child.id,
        status,
        report,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * _MAXRSS_UNIT,
    )
