"""What the child of one attempt does: settle in, then call a function or exec."""

from __future__ import annotations

import atexit
import gc
import os
import signal
import sys
import traceback
from collections.abc import Mapping
from io import FileIO
from pathlib import Path
from types import CodeType
from typing import NoReturn

from couler_jupyter.engines.local.attempt import FunctionCall, ProcessCall
from couler_jupyter.engines.local.function_call import call_function
from couler_jupyter.engines.local.process_tree import adopt_orphans, die_with_parent
from couler_jupyter.engines.local.report import Report

REPORT_FD = 3
"""The descriptor on which a child reports, after the three standard ones."""


def live(
    call: FunctionCall | ProcessCall,
    code: CodeType | None,
    env: Mapping[str, str],
    workdir: Path,
    fds: Mapping[int, int],
) -> NoReturn:
    """Be the child: run the call and exit; `fds` maps descriptors to what they are.

    Never returns and never raises, since above it on the stack is the fork server.
    """
    exit_code = os.EX_OSERR
    try:
        _settle(fds)
        exit_code = _run(call, code, env, workdir)
        _wind_up()
    except BaseException:  # noqa: BLE001 (nothing may reach the fork server's stack)
        traceback.print_exc()
    finally:
        os._exit(exit_code)


def _run(
    call: FunctionCall | ProcessCall,
    code: CodeType | None,
    env: Mapping[str, str],
    workdir: Path,
) -> int:
    report = Report(REPORT_FD)
    try:
        os.chdir(workdir)
    except OSError as error:
        report.errored(f"working folder {workdir}: {error.strerror}")
        return os.EX_NOINPUT
    if isinstance(call, ProcessCall):
        return _execute(call, env, report)
    _put_env(env)
    return call_function(call, report, code)


def _execute(call: ProcessCall, env: Mapping[str, str], report: Report) -> int:
    """Become the command; only if that fails return the shell's exit code for it."""
    for number in (signal.SIGPIPE, signal.SIGXFSZ):
        signal.signal(number, signal.SIG_DFL)  # Python ignores them, programs do not
    program = call.argv[0]
    try:
        os.execvpe(program, call.argv, {**os.environ, **env})
    except FileNotFoundError:
        report.errored(f"no command {program!r}")
        return 127
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        report.errored(f"command {program!r} cannot be run: {why}")
        return 126


def _settle(fds: Mapping[int, int]) -> None:
    """Leave the fork server's group and descriptors for own ones.

    Its handler of SIGCHLD stays: it does nothing, and putting it back costs a third
    of a millisecond in pages to copy.
    """
    os.setsid()
    die_with_parent()
    adopt_orphans()
    signal.set_wakeup_fd(-1)
    for number in sorted(fds):
        os.dup2(fds[number], number)
    os.set_inheritable(REPORT_FD, False)
    os.closerange(REPORT_FD + 1, os.sysconf("SC_OPEN_MAX"))
    _offer_for_memory()
    atexit._clear()
    gc.enable()


def _offer_for_memory() -> None:
    """Have Linux end this process before the notebook when memory runs out."""
    if sys.platform == "linux":
        with FileIO("/proc/self/oom_score_adj", "w") as file:
            file.write(b"500")


def _put_env(env: Mapping[str, str]) -> None:
    for name, value in env.items():
        os.environ[name] = value
    for folder in reversed(env.get("PYTHONPATH", "").split(os.pathsep)):
        if folder and folder not in sys.path:
            sys.path.insert(0, folder)


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
