"""The process that forks one child for every attempt, and outlives none of them.

It is small and single-threaded, so that forking is cheap and safe, and does only what
a parent must: fork, signal, reap. On Linux every attempt adopts its own orphans, and
the server adopts them when the attempt ends; so a child that the server did not fork
is always what an ended attempt left behind, however it hid from its process group.
When the other end of the link closes, whoever drove the attempts is gone, and all of
them are killed.
"""

from __future__ import annotations

import atexit
import gc
import os
import select
import signal
import socket
import sys
import time
from dataclasses import dataclass
from resource import struct_rusage
from types import CodeType
from typing import NoReturn, cast

from couler_jupyter.engines.local.forking.child import HIGHEST_FD, REPORT_FD, live
from couler_jupyter.engines.local.forking.function_call import compile_source, rehearse
from couler_jupyter.engines.local.forking.link import Frame, Link
from couler_jupyter.engines.local.forking.messages import (
    Ended,
    FunctionOrder,
    Kind,
    key_of,
    pack_ended,
    pack_started,
    unpack_order,
)
from couler_jupyter.engines.local.forking.report import MOST, Verdict, line
from couler_jupyter.engines.local.process_tree import (
    ChildCount,
    adopt_orphans,
    children,
    offer_for_memory,
    send,
    signal_tree,
)

_LINGER = 0.25  # seconds that what an attempt left behind has to end when asked
_PATIENCE = 5.0  # seconds for what was killed to be gone; a stuck disk can hold it
_MOST_CODES = 512
_MAXRSS_UNIT = 1 if sys.platform == "darwin" else 1024


@dataclass(slots=True)
class _Child:
    number: int
    pid: int
    report: int


@dataclass(slots=True)
class _Leftovers:
    """An attempt that has ended, and what it left behind and is not gone yet."""

    number: int
    ended: bytes
    pids: set[int]
    due: float
    killed: bool = False


class ForkServer:
    """Serves one link until its other end closes."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._codes: dict[bytes, CodeType | None] = {}
        self._by_pid: dict[int, _Child] = {}
        self._by_number: dict[int, _Child] = {}
        self._lingering: list[_Leftovers] = []
        self._count = ChildCount()
        self._behind = False
        self._wake_read, self._wake_write = os.pipe()

    def serve(self) -> None:
        """Do as told; return when the other end is gone and all children are too."""
        self._settle()
        poll = select.poll()
        poll.register(self._wake_read, select.POLLIN)
        poll.register(self._link.fd, select.POLLIN)
        try:
            while self._round(poll):
                pass
        except (BrokenPipeError, ConnectionResetError):
            pass  # the other end is gone while it was being told something
        self._end_all()

    def _round(self, poll: select.poll) -> bool:
        """Serve what is ready; return whether the other end is still there."""
        obeyed = True
        for fd, event in poll.poll(self._patience()):
            if fd == self._wake_read:
                os.read(fd, 4096)
                self._reap()
            elif event & ~select.POLLOUT:
                obeyed = self._obey()
        if self._lingering:
            self._clear_up()
        if self._link.flush() != self._behind:
            self._behind = not self._behind
            wanted = select.POLLIN | (select.POLLOUT if self._behind else 0)
            poll.modify(self._link.fd, wanted)
        return obeyed

    def _settle(self) -> None:
        adopt_orphans()
        offer_for_memory()
        atexit._clear()
        for end in (self._wake_read, self._wake_write):
            os.set_blocking(end, False)
        signal.set_wakeup_fd(self._wake_write, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda _number, _frame: None)
        rehearse()
        gc.collect()
        gc.freeze()
        gc.disable()

    def _patience(self) -> float | None:
        if not self._lingering:
            return None
        due = min(one.due for one in self._lingering)
        return max(0.0, due - time.monotonic()) * 1000

    def _obey(self) -> bool:
        frames = self._link.receive()
        for frame in frames or ():
            if frame[0] == Kind.START:
                self._start(frame)
            elif frame[1] in self._by_number:
                signal_tree(self._by_number[frame[1]].pid, frame[3][0])
        return frames is not None

    def _start(self, frame: Frame) -> None:
        _, number, count, body = frame
        code = self._code(body)
        report, told = os.pipe()
        fds = [(fd, self._link.take_fd()) for fd in (1, 2, 0)[:count]]
        fds.append((REPORT_FD, told))
        try:
            pid = os.fork()
        except OSError as error:
            reason = line(Verdict.ERRORED, f"no process could start: {error.strerror}")
            self._link.post(Kind.ENDED, number, pack_ended(Ended(report=reason)))
            os.close(report)
        else:
            if pid == 0:
                live(body, code, fds)
            child = _Child(number, pid, report)
            self._by_pid[pid] = self._by_number[number] = child
            self._link.post(Kind.STARTED, number, pack_started(pid))
        for _, fd in fds:
            os.close(fd)

    def _code(self, body: bytes) -> CodeType | None:
        """Return the compiled source of a function call, from memory if it is there."""
        key = key_of(body)
        if not key or key in self._codes:
            return self._codes.get(key)
        if len(self._codes) >= _MOST_CODES:
            self._codes.clear()
        task = cast("FunctionOrder", unpack_order(body).task)
        return self._codes.setdefault(key, compile_source(task))

    def _reap(self) -> None:
        """Reap all that has ended, and see whether attempts left something behind."""
        while self._by_pid or self._lingering:
            try:
                pid, status, usage = os.wait4(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            child = self._by_pid.pop(pid, None)
            if child is not None:
                del self._by_number[child.number]
                self._ended(child, pack_ended(_ended(child, status, usage)))

    def _ended(self, child: _Child, ended: bytes) -> None:
        if self._count.read() == len(self._by_pid) and not self._lingering:
            self._link.post(Kind.ENDED, child.number, ended)
        else:
            due = time.monotonic() + _LINGER
            self._lingering.append(_Leftovers(child.number, ended, set(), due))

    def _clear_up(self) -> None:
        """Ask what is left behind to end, later kill it; tell of what is cleared."""
        now = time.monotonic()
        alive = set(children(os.getpid())) - self._by_pid.keys()
        fresh = alive.difference(*(one.pids for one in self._lingering))
        self._lingering[-1].pids |= fresh
        for pid in fresh:
            send(signal.SIGTERM, pid=pid)
        for one in tuple(self._lingering):
            one.pids &= alive
            late = now >= one.due
            if not one.pids or (late and one.killed):
                self._link.post(Kind.ENDED, one.number, one.ended)
                self._lingering.remove(one)
            elif late:
                one.due, one.killed = now + _PATIENCE, True
                for pid in one.pids:
                    signal_tree(pid, signal.SIGKILL)

    def _end_all(self) -> None:
        """Kill every descendant; each round brings up those whose parents died."""
        for pid in self._by_pid:
            signal_tree(pid, signal.SIGKILL)
        until = time.monotonic() + _PATIENCE
        while (pids := children(os.getpid())) and time.monotonic() < until:
            for pid in pids:
                send(signal.SIGKILL, pid=pid)
                os.waitpid(pid, os.WNOHANG)
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
    os.closerange(fd + 1, HIGHEST_FD)
    for name, number in (("stdout", 1), ("stderr", 2)):
        stream = open(  # noqa: SIM115 (it stays open)
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
        status=status,
        cpu_seconds=usage.ru_utime + usage.ru_stime,
        peak_memory=usage.ru_maxrss * _MAXRSS_UNIT,
        report=report,
    )
