"""outputs: what the steps of a run left behind."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_run


class Outputs:
    """Show what the steps of a run left behind."""

    name: ClassVar[str] = "outputs"
    help: ClassVar[str] = "show what the steps of a run left behind"

    def declare(self, parser: Parser) -> None:
        """Add which step of which run."""
        parser.add_argument("step", nargs="?", default="", metavar="STEP")
        add_run(parser)

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show them, one a line."""
        run = session.run(given.run)
        made = {given.step: run.left_by(given.step)} if given.step else run.outputs
        for step, outputs in made.items():
            for name, value in outputs.items():
                where = f"{step}.{name}" if step else name
                console.say(f"{where} = {_short(value)}")
        return 0


def _short(value: object, longest: int = 200) -> str:
    text = repr(value)
    return text if len(text) <= longest else text[: longest - 3] + "..."
