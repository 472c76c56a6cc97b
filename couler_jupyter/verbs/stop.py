"""stop: end a run elsewhere, its exit handlers still run."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Stop:
    """End a run elsewhere; its exit handlers still run."""

    name: ClassVar[str] = "stop"
    help: ClassVar[str] = "end a run elsewhere; its exit handlers still run"

    def declare(self, parser: Parser) -> None:
        """Add which run."""
        parser.add_argument("run", nargs="?", default="last", metavar="ID")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Ask for it."""
        run = session.run(given.run)
        run.elsewhere.stop(run.run)
        console.say(f"run {run.id} is being stopped")
        return 0
