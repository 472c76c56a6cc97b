"""show: the DAG of a workflow."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.ir import to_json, to_yaml
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_target
from couler_jupyter.verbs.kept import kept_lines


class Show:
    """Show the DAG of a workflow."""

    name: ClassVar[str] = "show"
    help: ClassVar[str] = "show the DAG of a workflow, or its IR"

    def declare(self, parser: Parser) -> None:
        """Add which workflow, and in what form."""
        add_target(parser)
        parser.add_argument(
            "--as",
            dest="form",
            choices=("dag", "yaml", "json"),
            default="dag",
            help="a picture, or the workflow as a document",
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show it."""
        workflow = session.find(given.target, given.workflow)
        if given.form == "yaml":
            console.say(to_yaml(workflow).rstrip())
        elif given.form == "json":
            console.say(to_json(workflow, indent=2))
        else:
            console.show_workflow(workflow)
            for line in kept_lines(workflow):
                console.say(line)
        return 0
