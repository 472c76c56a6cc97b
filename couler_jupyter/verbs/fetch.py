"""fetch: what was published under a name, as a workflow."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser
from couler_jupyter.verbs.remote import remote_engine
from couler_jupyter.verbs.run import add_how_to_run, place_of, start


class Fetch:
    """Get a workflow that was published where an engine runs, and run it by its name."""

    name: ClassVar[str] = "fetch"
    help: ClassVar[str] = "get a published workflow by its name, and run it there"

    def declare(self, parser: Parser) -> None:
        """Add which, where, and whether to run it."""
        parser.add_argument("published", metavar="NAME")
        parser.add_argument(
            "--run", action="store_true", help="run it by its name, where it is"
        )
        add_how_to_run(parser)

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Define it here and show it, or run it."""
        name, options = place_of(given)
        engine = remote_engine(session, name)
        workflow = engine.fetched(given.published, options=options)
        session.define(workflow)
        if not given.run:
            console.show_workflow(workflow)
            return 0
        given.option = [*given.option, f"template={given.published}"]
        return start(session, workflow, given, console)
