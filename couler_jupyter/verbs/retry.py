"""retry: run again what had not succeeded, or from a step on."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Retry:
    """Run again, under the same id, what had not succeeded, or from a step on."""

    name: ClassVar[str] = "retry"
    help: ClassVar[str] = "run again what had not succeeded, or from a step on"

    def declare(self, parser: Parser) -> None:
        """Add which run, and from where."""
        parser.add_argument("run", nargs="?", default="last", metavar="ID")
        parser.add_argument(
            "--from",
            dest="step",
            default="",
            metavar="STEP",
            help="run this step again, and all behind it, whatever came of them",
        )
        parser.add_argument(
            "--detach", action="store_true", help="return at once; the run goes on"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Start it again and follow it."""
        run = session.run(given.run)
        run = run.retry_from(given.step) if given.step else run.retry()
        console.follow(run, wait=not given.detach)
        return 0 if given.detach or run.phase.good else 1
