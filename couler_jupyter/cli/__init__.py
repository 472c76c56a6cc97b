"""The `couler` command: the verbs of `%couler`, over files."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from couler_jupyter.cli.terminal import Terminal
from couler_jupyter.errors import CoulerError, UsageFailed
from couler_jupyter.session import LOADERS, Session
from couler_jupyter.verbs import VERBS, build_parser

USAGE, INTERRUPTED = 2, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command and return its exit status.

    0 is success, 1 a run that failed or a workflow that is wrong, 2 a command that
    was called wrongly, 130 an interrupt from the keyboard.
    """
    from couler_jupyter.cli.notebook import load_notebook
    from couler_jupyter.compat.loading import load_script

    terminal = Terminal(sys.stdout)
    parser = build_parser("couler", (VERBS.get(name)() for name in VERBS.names()))
    try:
        given = parser.parse_args(argv)
        loaders = {**LOADERS, ".py": load_script, ".ipynb": load_notebook}
        session = Session(loaders=loaders, notebook=str(Path.cwd()))
        return int(given.execute(session, given, terminal))
    except UsageFailed as error:
        return _fail(error, USAGE)
    except CoulerError as error:
        return _fail(error, 1)
    except BrokenPipeError:
        # whoever read our output has gone; let the exit be quiet
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        sys.stderr.write("\ninterrupted; a run that was started goes on by itself\n")
        return INTERRUPTED


def _fail(error: CoulerError, status: int) -> int:
    sys.stderr.write(f"couler: {error}\n")
    return status
