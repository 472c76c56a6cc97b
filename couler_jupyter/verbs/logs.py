"""logs: what a step printed, or all of them."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.errors import UsageFailed
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_run


class Logs:
    """Show what a step of a run printed, or all of them."""

    name: ClassVar[str] = "logs"
    help: ClassVar[str] = "show what a step of a run printed, or all of them"

    def declare(self, parser: Parser) -> None:
        """Add which step of which run."""
        parser.add_argument(
            "step",
            nargs="?",
            default="",
            metavar="STEP",
            help="its path in the run: train[0]",
        )
        parser.add_argument(
            "--all", action="store_true", help="every step, its path before each line"
        )
        add_run(parser)
        parser.add_argument(
            "--attempt", type=int, default=None, help="not the last one"
        )
        parser.add_argument(
            "-f", "--follow", action="store_true", help="go on until it has ended"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show it as it was printed."""
        if not (given.all or given.step):
            raise UsageFailed("logs: name a STEP, or give --all")
        run = session.run(given.run)
        if given.all:
            for step, lines in run.all_log_chunks(live=given.follow):
                for line in lines.splitlines():
                    console.say(f"{step} | {line}")
            return 0
        chunks = run.log_chunks(given.step, attempt=given.attempt, live=given.follow)
        for chunk in chunks:
            console.write(chunk)
        return 0
