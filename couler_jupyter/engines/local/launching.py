"""Starts the supervisor of a run, as a process that outlives this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from couler_jupyter.engines.local.options import Options
from couler_jupyter.errors import SubmitFailed
from couler_jupyter.runs import RunStore

_PACKAGE_FOLDER = str(Path(__file__).resolve().parents[3])
_PROGRAM = (
    f"import sys; sys.path.append({_PACKAGE_FOLDER!r}); "
    "from couler_jupyter.engines.local.supervisor import main; "
    "sys.exit(main(sys.argv[1:]))"
)
_NOTEBOOK_ONLY = ("JPY_PARENT_PID", "JPY_SESSION_NAME")
_IN_BACKGROUND = 'exec "$@" &'  # nobody has to wait for its end


def launch(store: RunStore, run_id: str, options: Options) -> None:
    """Start the supervisor of a run that is pending; it belongs to nobody.

    Its standard output and error go to `supervisor.log` in the run's folder.

    Raises:
        SubmitFailed: no process can be started.
    """
    log = store.folder(run_id) / "supervisor.log"
    path = json.dumps(options.path or [])
    program = (sys.executable, "-P", "-c", _PROGRAM, str(store.root), run_id, path)
    try:
        with log.open("ab") as out:
            subprocess.run(
                ("sh", "-c", _IN_BACKGROUND, "sh", *program),
                cwd=options.folder or None,
                env=_environment(),
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                check=True,
            )
    except (OSError, subprocess.CalledProcessError) as error:
        raise SubmitFailed(
            f"run {run_id}: no supervisor could start: {error}"
        ) from None


def module_path() -> tuple[str, ...]:
    """Return where this process finds modules, for steps to find the same."""
    here = str(Path.cwd())
    return tuple(dict.fromkeys(folder or here for folder in sys.path))


def _environment() -> dict[str, str]:
    """Return this process's variables without what is meant for a notebook alone."""
    env = {name: os.environ[name] for name in os.environ if name not in _NOTEBOOK_ONLY}
    if env.get("MPLBACKEND", "").startswith("module://matplotlib_inline"):
        del env["MPLBACKEND"]
    return env
