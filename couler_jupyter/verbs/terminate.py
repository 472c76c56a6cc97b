"""terminate: end a run elsewhere at once."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Terminate:
    """End a run elsewhere at once, without its exit handlers."""

    name: ClassVar[str] = "terminate"
    help: ClassVar[str] = "end a run elsewhere at once, without its exit handlers"

    def declare(self, parser: Parser) -> None:
        """Add which run."""
        parser.add_argument("run", nargs="?", default="last", metavar="ID")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Ask for it."""
        run = session.run(given.run)
        run.elsewhere.terminate(run.run)
        console.say(f"run {run.id} is being terminated")
        return 0
