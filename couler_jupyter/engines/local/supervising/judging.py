"""From what came of an attempt to what the scheduler is told."""

from __future__ import annotations

import errno
import traceback

from couler_jupyter.engines.local.attempt import Ending, Outcome
from couler_jupyter.engines.local.placing.copying import Misplaced
from couler_jupyter.engines.local.scheduling.data import Data
from couler_jupyter.engines.local.scheduling.evaluate import Unfit, Unknown
from couler_jupyter.engines.local.scheduling.orders import Launch, Result
from couler_jupyter.engines.local.scheduling.work import took_longer
from couler_jupyter.engines.local.secrets import NoSecret
from couler_jupyter.engines.local.storing.trouble import StorageTrouble
from couler_jupyter.engines.local.values import BadValue
from couler_jupyter.ir import Phase

_PHASES = {
    Ending.SUCCEEDED: Phase.SUCCEEDED,
    Ending.FAILED: Phase.FAILED,
    Ending.ERRORED: Phase.ERRORED,
    Ending.TIMED_OUT: Phase.FAILED,
    Ending.KILLED: Phase.CANCELLED,
}


def result_of(
    launch: Launch, outcome: Outcome, outputs: dict[str, Data] | None = None
) -> Result:
    """Return the result of an attempt that ran, with what it left behind."""
    message = outcome.reason
    if outcome.ending is Ending.TIMED_OUT:
        message = took_longer(launch.step.timeout or 0.0)
    told = "; ".join(part for part in (message, outcome.note) if part)
    return Result(
        phase=_PHASES[outcome.ending],
        message=told,
        outputs=outputs or {},
        transient=outcome.ending is Ending.ERRORED and outcome.exit_code is None,
        exit_code=outcome.exit_code,
        cpu_seconds=outcome.cpu_seconds,
        peak_memory=outcome.peak_memory,
    )


def result_of_trouble(error: Exception, outcome: Outcome | None = None) -> Result:
    """Return the result of an attempt that could not be prepared, or not collected.

    What nobody foresaw is told in one line, too; its traceback goes to this process's
    standard error, which is the supervisor's log.
    """
    phase, transient = Phase.ERRORED, False
    match error:
        case Unfit() | Misplaced():
            phase, message = Phase.FAILED, str(error)
        case StorageTrouble():
            message, transient = str(error), error.transient
        case Unknown() | NoSecret() | BadValue():
            message = str(error)
        case OSError():
            message = told(error)
        case _:
            traceback.print_exception(error)
            what = f"{type(error).__name__}: {error}"
            message = f"an internal error, see supervisor.log: {what}"
    return Result(
        phase=phase,
        message=message,
        transient=transient,
        exit_code=None if outcome is None else outcome.exit_code,
        cpu_seconds=None if outcome is None else outcome.cpu_seconds,
        peak_memory=None if outcome is None else outcome.peak_memory,
    )


def told(error: OSError) -> str:
    """Return an error of the system in one line."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full{_at(error)}"
    return f"{error.strerror or type(error).__name__}{_at(error)}"


def _at(error: OSError) -> str:
    return f": {error.filename}" if error.filename else ""
