"""resume: let a suspended step go on."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.errors import UsageFailed
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_run
from couler_jupyter.verbs.run import read_options


class Resume:
    """Let a suspended step go on."""

    name: ClassVar[str] = "resume"
    help: ClassVar[str] = "let a suspended step go on, with what it should leave behind"

    def declare(self, parser: Parser) -> None:
        """Add which step of which run, and its outputs."""
        parser.add_argument("step", nargs="?", default="", metavar="STEP")
        parser.add_argument(
            "output", nargs="*", metavar="NAME=VALUE", help="an output of the step"
        )
        parser.add_argument(
            "--all", action="store_true", help="the whole run, where it runs elsewhere"
        )
        add_run(parser)

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Tell the run."""
        if not (given.all or given.step):
            raise UsageFailed("resume: name a STEP, or give --all")
        run = session.run(given.run)
        if given.all:
            run.elsewhere.resume_all(run.run)
            console.say(f"run {run.id} goes on")
            return 0
        run.resume(given.step, read_options(given.output))
        console.say(f"{given.step} goes on")
        return 0
