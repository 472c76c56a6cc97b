"""What the child of one attempt does: settle in, then call a function or exec."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import traceback
from collections.abc import Sequence
from types import CodeType
from typing import NoReturn, TypeAlias

from couler_jupyter.engines.local.forking.function_call import call_function
from couler_jupyter.engines.local.forking.messages import (
    CommandOrder,
    Order,
    unpack_order,
)
from couler_jupyter.engines.local.forking.report import Report
from couler_jupyter.engines.local.process_tree import adopt_orphans, die_with_parent

REPORT_FD = 3
"""The descriptor on which a child reports, after the three standard ones."""

HIGHEST_FD = 1 << 16
"""Above any descriptor that a fork server can have open."""

_Env: TypeAlias = Sequence[tuple[str, str]]


def live(
    body: bytes, code: CodeType | None, fds: Sequence[tuple[int, int]]
) -> NoReturn:
    """Be the child: carry out an order and exit.

    Never returns and never raises, since above it on the stack is the fork server.

    Args:
        body: the order, packed.
        code: the source of its function compiled, where the server has it.
        fds: the numbers its descriptors shall have, and where each is open now.
    """
    exit_code = os.EX_OSERR
    try:
        _settle(fds)
        exit_code = _carry_out(unpack_order(body), code, Report(REPORT_FD))
        _wind_up()
    except BaseException:  # noqa: BLE001 (nothing may reach the fork server's stack)
        traceback.print_exc()
    finally:
        os._exit(exit_code)


def _carry_out(order: Order, code: CodeType | None, report: Report) -> int:
    try:
        os.chdir(order.workdir)
    except OSError as error:
        report.errored(f"working folder {order.workdir}: {error.strerror}")
        return os.EX_NOINPUT
    if isinstance(order.task, CommandOrder):
        return _execute(order.task.argv, order.env, report)
    _put_env(order.env)
    return call_function(order.task, report, code)


def _execute(argv: tuple[str, ...], env: _Env, report: Report) -> int:
    """Become the command; only if that fails return the shell's exit code for it."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # Python ignores them, programs do not
    program = argv[0]
    try:
        os.execvpe(program, argv, {**os.environ, **dict(env)})  # noqa: S606 (an argv)
    except FileNotFoundError:
        report.errored(f"no command {program!r}")
        return 127
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        report.errored(f"command {program!r} cannot be run: {why}")
        return 126


def _settle(fds: Sequence[tuple[int, int]]) -> None:
    """Leave the fork server's group and descriptors for own ones.

    Its handler of SIGCHLD stays: it does nothing, and putting it back costs a third
    of a millisecond in pages to copy.
    """
    os.setsid()
    die_with_parent()
    adopt_orphans()
    signal.set_wakeup_fd(-1)
    for number, fd in fds:
        os.dup2(fd, number)
    os.set_inheritable(REPORT_FD, False)
    os.closerange(REPORT_FD + 1, HIGHEST_FD)
    gc.enable()


def _put_env(env: _Env) -> None:
    for name, value in env:
        os.environ[name] = value
        if name == "PYTHONPATH":
            known = set(sys.path)
            folders = value.split(os.pathsep)
            sys.path[:0] = [one for one in folders if one and one not in known]


def _wind_up() -> None:
    """End as Python does: wait for threads, run exit handlers, flush."""
    if "threading" in sys.modules:
        import threading

        for thread in threading.enumerate():
            if thread is not threading.current_thread() and not thread.daemon:
                thread.join()
    atexit._run_exitfuncs()
    sys.stdout.flush()
    sys.stderr.flush()
