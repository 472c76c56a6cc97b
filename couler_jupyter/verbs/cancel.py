"""cancel: stop a run."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Cancel:
    """Stop a run and all that it started."""

    name: ClassVar[str] = "cancel"
    help: ClassVar[str] = "stop a run and all that it started"

    def declare(self, parser: Parser) -> None:
        """Add which run."""
        parser.add_argument("run", nargs="?", default="last", metavar="ID")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Ask for it and wait until it is so."""
        run = session.run(given.run)
        if run.phase.ended:
            console.say(f"run {run.id} has ended: {run.phase}")
            return 0
        run.cancel()
        run.wait()
        console.say(f"run {run.id} {run.phase}")
        return 0
