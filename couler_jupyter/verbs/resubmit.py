"""resubmit: run the same workflow anew."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Resubmit:
    """Start a new run elsewhere of the same workflow, arguments and options."""

    name: ClassVar[str] = "resubmit"
    help: ClassVar[str] = "start a new run of the same workflow, arguments and options"

    def declare(self, parser: Parser) -> None:
        """Add which run, and whether to wait for the new one."""
        parser.add_argument("run", nargs="?", default="last", metavar="ID")
        parser.add_argument(
            "--detach", action="store_true", help="return at once; the run goes on"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Start it and follow it."""
        old = session.run(given.run)
        run = session.run(old.elsewhere.resubmit(old.run).id)
        console.follow(run, wait=not given.detach)
        return 0 if given.detach or run.phase.good else 1
