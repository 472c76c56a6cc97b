"""Runs attempts that are processes: calls of functions, scripts, commands."""

from __future__ import annotations

import os
import signal
import tempfile
import time
from collections.abc import Callable, Generator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

from couler_jupyter.engines.local.attempt import (
    Attempt,
    Ending,
    FunctionCall,
    Outcome,
    ProcessCall,
)
from couler_jupyter.engines.local.forking.messages import Ended, Started, pack_order
from couler_jupyter.engines.local.forking.report import Verdict, read_report
from couler_jupyter.engines.local.log_file import CAP
from couler_jupyter.engines.local.loop import Loop, Timer
from couler_jupyter.engines.local.masking import mask
from couler_jupyter.engines.local.memory_watch import MemoryWatch
from couler_jupyter.engines.local.nursery import Nursery, signal_name
from couler_jupyter.engines.local.output import Output
from couler_jupyter.engines.local.process_tree import MARK, marked, send
from couler_jupyter.engines.local.threads import thread_variables

_CHUNK = 1 << 16
_MOST_LEFT = 32  # chunks a pipe can still hold when all who wrote to it are gone


@dataclass(slots=True)
class _Running:
    number: int
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
        self._last = 0
        self._numbers: dict[str, int] = {}
        self._running: dict[int, _Running] = {}
        self._watch = MemoryWatch(loop, self._exceed)
        loop.on_readable(nursery.fd, self._hear)

    def start(self, attempt: Attempt) -> None:
        """Begin `attempt`, which is a call of a function or a command."""
        call = attempt.call
        if not isinstance(call, FunctionCall | ProcessCall):
            raise TypeError(f"{attempt.id}: a container is not run as a process")
        running = self._enter(attempt)
        order = pack_order(call, environment(attempt), attempt.workdir)
        try:
            with self._pipes(running, call) as fds, suppress(BrokenPipeError):
                # the end of a nursery that is gone shows in `_hear`, for all at once
                self._nursery.start(running.number, order, fds)
        except OSError as error:
            running.verdict = (Ending.ERRORED, f"cannot be started: {error.strerror}")
            self._loop.call_later(0, partial(self._finish, running, None))
        if attempt.timeout is not None:
            reason = f"timed out after {attempt.timeout:g} s"
            stop = partial(self._stop, running, Ending.TIMED_OUT, reason, attempt.grace)
            running.timers.append(self._loop.call_later(attempt.timeout, stop))

    def kill(self, id: str, grace: float | None = None) -> None:  # noqa: A002
        """Stop an attempt and all it started; one that has ended is left alone."""
        if id in self._numbers:
            running = self._running[self._numbers[id]]
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
        self._numbers.clear()

    def _enter(self, attempt: Attempt) -> _Running:
        self._last += 1
        output = Output(attempt, self._log_cap)
        running = _Running(self._last, attempt, output, time.time())
        self._running[self._last] = running
        self._numbers[attempt.id] = self._last
        return running

    @contextmanager
    def _pipes(
        self, running: _Running, call: FunctionCall | ProcessCall
    ) -> Generator[list[int]]:
        """Give the child's ends: output, errors, and input if there is one."""
        with ExitStack() as stack:
            fds = [self._pipe(running, stack, stdout=running.output.splits)]
            if running.output.splits:
                fds.append(self._pipe(running, stack, stdout=False))
            else:
                fds.append(fds[0])
            if isinstance(call, ProcessCall) and call.stdin is not None:
                file = stack.enter_context(tempfile.TemporaryFile())
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
        news = self._nursery.receive()
        if news is None:
            self._replace_nursery()
            return
        for number, what in news:
            running = self._running[number]
            if isinstance(what, Started):
                self._begun(running, what.pid)
            else:
                self._finish(running, what)

    def _begun(self, running: _Running, pid: int) -> None:
        running.pid = pid
        memory = running.attempt.limits.memory
        if memory is not None:
            self._watch.add(running.attempt.id, pid, memory)

    def _exceed(self, id: str, reason: str) -> None:  # noqa: A002
        self._stop(self._running[self._numbers[id]], Ending.FAILED, reason, 0)

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
            self._nursery.signal(running.number, number)

    def _finish(self, running: _Running, ended: Ended | None) -> None:
        """Deliver the outcome; all that the attempt printed is in its pipes by now."""
        for fd in tuple(running.pipes):
            for _ in range(_MOST_LEFT):
                if not self._pump(running, fd):
                    break
        note, stdout_problem = self._close(running)
        del self._running[running.number]
        del self._numbers[running.attempt.id]
        ended = ended or Ended()
        verdict, told = read_report(ended.report)
        ending, reason = running.verdict or judge(running.attempt, ended)
        if stdout_problem and ending is Ending.SUCCEEDED:
            ending, reason = Ending.FAILED, stdout_problem
        code = None if ended.status is None else os.waitstatus_to_exitcode(ended.status)
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
                cpu_seconds=ended.cpu_seconds,
                peak_memory=ended.peak_memory,
                value=told if verdict is Verdict.SUCCEEDED else "",
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
    env: dict[str, str] = {}
    if isinstance(attempt.call, ProcessCall):
        env["PYTHONUNBUFFERED"] = "1"  # so that the log is live; functions are anyway
    threads = thread_variables(attempt.limits.cpu)
    env |= {name: n for name, n in threads.items() if name not in os.environ}
    return env | dict(attempt.env) | {MARK: attempt.id}


def judge(attempt: Attempt, ended: Ended) -> tuple[Ending, str]:
    """Return how an attempt ended that nobody stopped, and why."""
    verdict, reason = read_report(ended.report)
    if verdict is Verdict.ERRORED or ended.status is None:
        return Ending.ERRORED, reason
    code = os.waitstatus_to_exitcode(ended.status)
    if code < 0:
        name = signal_name(-code)
        perhaps = ", perhaps by the system for want of memory"
        return Ending.FAILED, f"killed by {name}{perhaps if name == 'SIGKILL' else ''}"
    if code or verdict is Verdict.FAILED:
        return Ending.FAILED, reason or f"exit code {code}"
    if isinstance(attempt.call, FunctionCall) and verdict is Verdict.NONE:
        return Ending.FAILED, "it exited before its function returned"
    return Ending.SUCCEEDED, ""
