"""logs: what a step printed."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_run


class Logs:
    """Show what a step of a run printed."""

    name: ClassVar[str] = "logs"
    help: ClassVar[str] = "show what a step of a run printed"

    def declare(self, parser: Parser) -> None:
        """Add which step of which run."""
        parser.add_argument(
            "step", metavar="STEP", help="its path in the run: train[0]"
        )
        add_run(parser)
        parser.add_argument(
            "--attempt", type=int, default=None, help="not the last one"
        )
        parser.add_argument(
            "-f", "--follow", action="store_true", help="go on until the step has ended"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show it as it was printed."""
        run = session.run(given.run)
        chunks = run.log_chunks(given.step, attempt=given.attempt, live=given.follow)
        for chunk in chunks:
            console.write(chunk)
        return 0
