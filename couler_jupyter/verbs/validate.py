"""validate: is the workflow well formed, and can the engine express it?"""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.errors import Unsupported
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_target


class Validate:
    """Say everything that is wrong with a workflow; nothing is run."""

    name: ClassVar[str] = "validate"
    help: ClassVar[str] = "say everything that is wrong with a workflow; nothing is run"

    def declare(self, parser: Parser) -> None:
        """Add which workflow, and for which engine."""
        add_target(parser)
        parser.add_argument(
            "--engine", default="", help="check for this engine as well"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Check; what is wrong is raised as one error."""
        workflow = session.find(given.target, given.workflow)
        engine = session.engine_named(given.engine)
        if problems := engine.problems(engine.lower(workflow)):
            raise Unsupported(engine.name, problems)
        notes = engine.notes(workflow)
        console.say(
            f"{workflow.name}: {len(workflow.steps)} steps, valid for {engine.name}"
        )
        for note in notes:
            console.say(f"  no effect here: {note}")
        return 0
