"""suspend: let a run elsewhere start nothing more."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Suspend:
    """Let a run elsewhere start nothing more until resume."""

    name: ClassVar[str] = "suspend"
    help: ClassVar[str] = "let a run elsewhere start nothing more until resume"

    def declare(self, parser: Parser) -> None:
        """Add which run."""
        parser.add_argument("run", nargs="?", default="last", metavar="ID")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Ask for it."""
        run = session.run(given.run)
        run.elsewhere.suspend(run.run)
        console.say(f"run {run.id} starts nothing more; resume --all lets it go on")
        return 0
