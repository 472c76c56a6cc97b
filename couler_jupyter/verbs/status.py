"""status: where a run and its steps stand."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Status:
    """Show where a run and each of its steps stand."""

    name: ClassVar[str] = "status"
    help: ClassVar[str] = "show where a run and each of its steps stand"

    def declare(self, parser: Parser) -> None:
        """Add which run."""
        parser.add_argument("run", nargs="?", default="last", metavar="ID")
        parser.add_argument(
            "--follow", action="store_true", help="go on showing until it has ended"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show it."""
        run = session.run(given.run)
        if given.follow and not run.phase.ended:
            console.follow(run, wait=True)
        else:
            console.show_run(run)
        return 1 if run.phase.bad else 0
