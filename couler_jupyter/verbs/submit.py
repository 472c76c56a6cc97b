"""submit: hand a workflow over, by a form or as it is said on the line."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session, read_pairs
from couler_jupyter.verbs.base import Console, Parser, add_target
from couler_jupyter.verbs.run import add_how_to_run, place_of, start

_SAID = ("engine", "on", "param", "option", "no_cache", "refresh", "targets", "passes")
"""What says how to submit; without any of it a form asks for it."""


class Submit:
    """Submit a workflow by a form, or at once if the line says how."""

    name: ClassVar[str] = "submit"
    help: ClassVar[str] = (
        "open a form to submit a workflow; with options, or in a terminal, submit it "
        "and return at once"
    )

    def declare(self, parser: Parser) -> None:
        """Add which workflow, where, and with what."""
        add_target(parser)
        add_how_to_run(parser)
        parser.add_argument(
            "--passes", default="", metavar="TEXT", help="what it goes through before"
        )
        parser.add_argument(
            "--dry-run", action="store_true", help="go through all of it, start nothing"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Open the form, or submit."""
        workflow = session.find(given.target, given.workflow)
        if session.defining:
            return 0
        if given.dry_run:
            engine, options = place_of(given)
            for line in session.rehearse(
                workflow,
                arguments=read_pairs(workflow, given.param),
                engine=engine,
                options=options,
                passes=given.passes,
                targets=given.targets,
            ):
                console.say(line)
            return 0
        said = any(getattr(given, name) for name in _SAID)
        if not said and console.open_form(session, workflow):
            return 0
        given.detach = True
        return start(session, workflow, given, console)
