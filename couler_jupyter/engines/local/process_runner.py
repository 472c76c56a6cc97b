"""Runs attempts that are processes: calls of functions, scripts, commands."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from couler_jupyter.engines.local.attempt import (
    Attempt,
    Ending,
    FunctionCall,
    Outcome,
    ProcessCall,
)
from couler_jupyter.engines.local.fork_server import Ended, Started
from couler_jupyter.engines.local.log_file import CAP
from couler_jupyter.engines.local.loop import Loop, Timer
from couler_jupyter.engines.local.masking import mask
from couler_jupyter.engines.local.memory_watch import MemoryWatch
from couler_jupyter.engines.local.nursery import Nursery, signal_name
from couler_jupyter.engines.local.output import Output
from couler_jupyter.engines.local.process_tree import MARK, marked, send
from couler_jupyter.engines.local.report import Verdict, read_line

_CHUNK = 1 << 16
_THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


@dataclass(slots=True)
class _Running:
    attempt: Attempt
    output: Output
    started: float
    pid: int = 0
    verdict: tuple[Ending, str] | None = None
    pipes: dict[int, bool] = field(default_factory=dict)  # descriptor: is it stdout
    timers: list[Timer] = field(default_factory=list)


class ProcessRunner:
    """A `Runner` of functions and commands, each a child of the fork server."""

    def __init__(
        self,
        loop: Loop,
        nursery: Nursery,
        on_end: Callable[[Outcome], None],
        *,
        log_cap: int = CAP,
    ) -> None:
        """Prepare to run; from now on the nursery belongs to the runner.

        Args:
            loop: that of this thread.
            nursery: where children are forked; a new one is spawned if it dies.
            on_end: gets every outcome, on the loop's thread.
            log_cap: bytes of a log after which only its end is kept.
        """
        self._loop = loop
        self._nursery = nursery
        self._on_end = on_end
        self._log_cap = log_cap
        self._running: dict[str, _Running] = {}
        self._watch = MemoryWatch(loop, self._exceed)
        loop.on_readable(nursery.fd, self._hear)

    def start(self, attempt: Attempt) -> None:
        """Begin `attempt`, which is a call of a function or a command."""
        if not isinstance(attempt.call, FunctionCall | ProcessCall):
            raise TypeError(f"{attempt.id}: a container is not run as a process")
        running = _Running(attempt, Output(attempt, self._log_cap), time.time())
        self._running[attempt.id] = running
        try:
            with self._pipes(running) as fds, suppress(BrokenPipeError):
                # the end of a nursery that is gone shows in `_hear`, for all at once
                self._nursery.start(attempt, environment(attempt), fds)
        except OSError as error:
            running.verdict = (Ending.ERRORED, f"cannot be started: {error.strerror}")
            self._loop.call_later(0, partial(self._finish, running, None))
        if attempt.timeout is not None:
            reason = f"timed out after {attempt.timeout:g} s"
            stop = partial(self._stop, running, Ending.TIMED_OUT, reason, attempt.grace)
            running.timers.append(self._loop.call_later(attempt.timeout, stop))

    def kill(self, id: str, grace: float | None = None) -> None:  # noqa: A002
        """Stop an attempt and all it started; one that has ended is left alone."""
        running = self._running.get(id)
        if running is not None:
            patience = running.attempt.grace if grace is None else grace
            self._stop(running, Ending.KILLED, "killed", patience)

    def close(self) -> None:
        """Stop all that runs, at once and without outcomes."""
        self._watch.close()
        self._loop.forget(self._nursery.fd)
        self._nursery.close()
        for running in self._running.values():
            self._close(running)
        self._running.clear()

    @contextmanager
    def _pipes(self, running: _Running) -> Iterator[list[int]]:
        """Give the child's ends: output, errors, and input if there is one."""
        call = running.attempt.call
        with ExitStack() as stack:
            fds = [self._pipe(running, stack, stdout=running.output.splits)]
            if running.output.splits:
                fds.append(self._pipe(running, stack, stdout=False))
            else:
                fds.append(fds[0])
            if isinstance(call, ProcessCall) and call.stdin is not None:
                file = stack.enter_context(closing(tempfile.TemporaryFile()))
                file.write(call.stdin)
                file.seek(0)
                fds.append(file.fileno())
            yield fds

    def _pipe(self, running: _Running, stack: ExitStack, *, stdout: bool) -> int:
        read, write = os.pipe()
        stack.callback(os.close, write)
        os.set_blocking(read, False)
        running.pipes[read] = stdout
        self._loop.on_readable(read, partial(self._pump, running, read))
        return write

    def _pump(self, running: _Running, fd: int) -> bool:
        """Pass on what a pipe has; return whether it may have more at once."""
        try:
            data = os.read(fd, _CHUNK)
        except BlockingIOError:
            return False
        if data:
            running.output.write(data, stdout=running.pipes[fd])
        else:
            self._close_pipe(running, fd)
        return bool(data)

    def _close_pipe(self, running: _Running, fd: int) -> None:
        self._loop.forget(fd)
        os.close(fd)
        del running.pipes[fd]

    def _hear(self) -> None:
        messages = self._nursery.receive()
        if messages is None:
            self._replace_nursery()
            return
        for message in messages:
            running = self._running[message.id]
            if isinstance(message, Started):
                self._begun(running, message.pid)
            else:
                self._finish(running, message)

    def _begun(self, running: _Running, pid: int) -> None:
        running.pid = pid
        memory = running.attempt.limits.memory
        if memory is not None:
            self._watch.add(running.attempt.id, pid, memory)

    def _exceed(self, id: str, reason: str) -> None:  # noqa: A002
        self._stop(self._running[id], Ending.FAILED, reason, 0)

    def _stop(
        self, running: _Running, ending: Ending, reason: str, grace: float
    ) -> None:
        if running.verdict is None:
            running.verdict = (ending, reason)
        if grace > 0:
            self._signal(running, signal.SIGTERM)
            kill = partial(self._signal, running, signal.SIGKILL)
            running.timers.append(self._loop.call_later(grace, kill))
        else:
            self._signal(running, signal.SIGKILL)

    def _signal(self, running: _Running, number: int) -> None:
        with suppress(BrokenPipeError):  # the nursery's end shows in `_hear`
            self._nursery.signal(running.attempt.id, number)

    def _finish(self, running: _Running, ended: Ended | None) -> None:
        """Deliver the outcome; all that the attempt printed is in its pipes by now."""
        for fd in tuple(running.pipes):
            while self._pump(running, fd):
                pass
        note, stdout_problem = self._close(running)
        del self._running[running.attempt.id]
        ending, reason = running.verdict or judge(running.attempt, ended)
        if stdout_problem and ending is Ending.SUCCEEDED:
            ending, reason = Ending.FAILED, stdout_problem
        code = None if ended is None or ended.status is None else exit_code(ended)
        self._on_end(
            Outcome(
                id=running.attempt.id,
                ending=ending,
                reason=mask(reason, running.attempt.secrets),
                note=note,
                exit_code=code if code is not None and code >= 0 else None,
                signal=-code if code is not None and code < 0 else None,
                started=running.started,
                ended=time.time(),
                cpu_seconds=ended.cpu_seconds if ended else None,
                peak_memory=ended.peak_memory if ended else None,
            )
        )

    def _close(self, running: _Running) -> tuple[str, str]:
        for timer in running.timers:
            timer.cancel()
        self._watch.drop(running.attempt.id)
        for fd in tuple(running.pipes):
            self._close_pipe(running, fd)
        return running.output.close()

    def _replace_nursery(self) -> None:
        """End what the lost nursery had started, and begin anew with another."""
        self._loop.forget(self._nursery.fd)
        how = self._nursery.close()
        self._nursery = Nursery.spawn()
        self._loop.on_readable(self._nursery.fd, self._hear)
        for running in tuple(self._running.values()):
            if running.pid:
                send(signal.SIGKILL, group=running.pid)
            for pid in marked(running.attempt.id):
                send(signal.SIGKILL, pid=pid)
            reason = f"the process that starts steps ended: {how}"
            running.verdict = running.verdict or (Ending.ERRORED, reason)
            self._finish(running, None)


def environment(attempt: Attempt) -> dict[str, str]:
    """Return the variables an attempt gets beside those of this process.

    Numerical libraries are told how many cores they have, unless the user told them.
    """
    env = {MARK: attempt.id, "PYTHONUNBUFFERED": "1"}
    if attempt.limits.cpu is not None:
        threads = str(max(1, int(attempt.limits.cpu)))
        env |= {name: threads for name in _THREADS if name not in os.environ}
    return env | dict(attempt.env)


def exit_code(ended: Ended) -> int:
    """Return the exit code, or the negative number of the signal."""
    return os.waitstatus_to_exitcode(ended.status or 0)


def judge(attempt: Attempt, ended: Ended | None) -> tuple[Ending, str]:
    """Return how an attempt ended that nobody stopped, and why."""
    if ended is None:
        return Ending.ERRORED, "cannot be started"
    verdict, reason = read_line(ended.report)
    if verdict is Verdict.ERRORED:
        return Ending.ERRORED, reason
    code = exit_code(ended)
    if code < 0:
        name = signal_name(-code)
        perhaps = ", perhaps by the system for want of memory"
        return Ending.FAILED, f"killed by {name}{perhaps if name == 'SIGKILL' else ''}"
    if code or verdict is Verdict.FAILED:
        return Ending.FAILED, reason or f"exit code {code}"
    if isinstance(attempt.call, FunctionCall) and verdict is Verdict.NONE:
        return Ending.FAILED, "it exited before its function returned"
    return Ending.SUCCEEDED, ""
