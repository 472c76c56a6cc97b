"""publish: put a workflow where an engine runs it by name or by its schedule."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_target
from couler_jupyter.verbs.remote import add_place, remote_engine
from couler_jupyter.verbs.run import read_options


class Publish:
    """Put a workflow where it can be run by name, or runs by its schedule."""

    name: ClassVar[str] = "publish"
    help: ClassVar[str] = "put a workflow where it is run by name or by its schedule"

    def declare(self, parser: Parser) -> None:
        """Add which workflow, and where."""
        add_target(parser)
        add_place(parser)

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Put it there; what was there under its name is brought up to date."""
        workflow = session.find(given.target, given.workflow)
        engine = remote_engine(session, given.engine)
        for what in engine.publish(workflow, options=read_options(given.option)):
            console.say(what)
        return 0
