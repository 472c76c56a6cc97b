"""The process that drives one run: `python -m couler_jupyter.engines.local.supervisor`.

It has a session of its own, so that it outlives the kernel that started it. It forks
the nursery first of all, while it is small: only what comes before that is imported
at the top.

    supervisor ROOT RUN_ID [MODULE_PATH]

MODULE_PATH is a JSON list of folders where steps find Python modules.
"""

from __future__ import annotations

import gc
import json
import os
import signal
import sys
import time
import traceback
from typing import TYPE_CHECKING

from couler_jupyter.engines.local.nursery import Nursery

if TYPE_CHECKING:
    from couler_jupyter.runs import RunStore

_FAILED = 1
_SECRETS = "COULER_SECRET_"


def main(argv: list[str]) -> int:
    """Drive the run to its end; return the exit code."""
    root, run_id = argv[:2]
    variables = _take_secrets()
    nursery = _fork_nursery(json.loads(argv[2]) if len(argv) > 2 else [])
    gc.disable()  # what is made until the run begins stays: looking at it is in vain
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)

    from pathlib import Path

    from couler_jupyter.errors import CoulerError
    from couler_jupyter.runs import RunStore

    try:
        store = RunStore(Path(root))
        with store.hold(run_id):
            return _drive(store, run_id, nursery, variables)
    except CoulerError as error:
        sys.stderr.write(f"{error}\n")
        return _FAILED


def _take_secrets() -> dict[str, str]:
    """Return the environment, and take the secrets out of it for good.

    A step is given those it asks for, not all that there are.
    """
    variables = dict(os.environ)
    for name in variables:
        if name.startswith(_SECRETS):
            del os.environ[name]
    return variables


def _fork_nursery(path: list[str]) -> Nursery:
    """Fork the nursery with the steps' module path; this process keeps its own."""
    own = list(sys.path)
    sys.path[:] = [*dict.fromkeys((*path, *own))]
    try:
        return Nursery.fork()
    finally:
        sys.path[:] = own


def _drive(
    store: RunStore, run_id: str, nursery: Nursery, variables: dict[str, str]
) -> int:
    from couler_jupyter.engines.local.supervising.drive import Drive
    from couler_jupyter.errors import CoulerError

    drive = None
    try:
        drive = Drive(store, store.get(run_id), nursery, variables)
        gc.freeze()  # what is there by now stays to the end
        gc.enable()
        cancel = drive.cancel
        signal.signal(signal.SIGTERM, lambda *_: cancel())
        drive.run()
    except CoulerError as error:
        sys.stderr.write(f"{error}\n")
        _give_up(store, run_id, str(error))
        return _FAILED
    except OSError as error:
        traceback.print_exc()
        _give_up(store, run_id, f"{error.strerror}: {error.filename or 'unknown'}")
        return _FAILED
    except Exception as error:  # noqa: BLE001 (whatever it is, the run has ended)
        traceback.print_exc()
        what = f"{type(error).__name__}: {error}"
        _give_up(store, run_id, f"an internal error, see supervisor.log: {what}")
        return _FAILED
    finally:
        close = nursery.close if drive is None else drive.close
        close()
    return os.EX_OK


def _give_up(store: RunStore, run_id: str, why: str) -> None:
    """End the run and its steps with an error, if that can still be written down."""
    from couler_jupyter.errors import StoreFailed
    from couler_jupyter.ir import Phase, RunEvent

    now, message = time.time(), " ".join(why.split())
    try:
        events = [
            RunEvent(
                step=path,
                phase=Phase.OMITTED if one.phase is Phase.PENDING else Phase.ERRORED,
                time=now,
                attempt=one.attempt,
                message="the run was given up",
            )
            for path, one in store.steps(run_id).items()
            if not one.phase.ended
        ]
        events.append(RunEvent(step="", phase=Phase.ERRORED, time=now, message=message))
        store.record(run_id, events)
    except StoreFailed as error:
        sys.stderr.write(f"the run shows as interrupted: {error}\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
