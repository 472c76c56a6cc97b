"""Starts a Python process that outlives this one and belongs to nobody."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from couler_jupyter.errors import SubmitFailed

_PACKAGE_FOLDER = str(Path(__file__).resolve().parents[3])
_PROGRAM = (
    f"import sys; sys.path.append({_PACKAGE_FOLDER!r}); "
    "from {module} import main; sys.exit(main(sys.argv[1:]))"
)
_NOTEBOOK_ONLY = ("JPY_PARENT_PID", "JPY_SESSION_NAME", "MPLBACKEND")
_IN_BACKGROUND = 'exec "$@" &'  # nobody has to wait for its end


def start_detached(module: str, arguments: tuple[str, ...], log: Path) -> None:
    """Start `main(arguments)` of a module of this package; what it says goes to `log`.

    Raises:
        SubmitFailed: no process can be started.
    """
    program = (sys.executable, "-P", "-c", _PROGRAM.format(module=module), *arguments)
    env = {name: os.environ[name] for name in os.environ if name not in _NOTEBOOK_ONLY}
    try:
        with log.open("ab") as out:
            subprocess.run(
                ("sh", "-c", _IN_BACKGROUND, "sh", *program),
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                check=True,
            )
    except (OSError, subprocess.CalledProcessError) as error:
        raise SubmitFailed(f"no process could start to follow: {error}") from None
