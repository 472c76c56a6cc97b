"""why: what changed since a step last ran, and why it was not reused."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.engines import ENGINES
from couler_jupyter.ir import Step, SubWorkflow, Workflow
from couler_jupyter.reusing import load_config, open_store
from couler_jupyter.reusing.why import last_engine, why_lines
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Why:
    """Say what changed since a step last ran, as a diff, and why it was not reused."""

    name: ClassVar[str] = "why"
    help: ClassVar[str] = "say what changed since a step last ran, and why it ran again"

    def declare(self, parser: Parser) -> None:
        """Add which step, and of which workflow."""
        parser.add_argument(
            "step", metavar="STEP", help="its path, as in %%couler status"
        )
        parser.add_argument(
            "target",
            nargs="?",
            default="",
            metavar="NAME|FILE",
            help="the workflow as it is now; the last one defined if left out",
        )
        parser.add_argument(
            "--workflow",
            default="",
            metavar="NAME",
            help="which one of several in a file",
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Say it."""
        workflow = None
        if given.target or session.workflows:
            workflow = session.find(given.target, given.workflow)
        name = workflow.name if workflow else given.workflow
        store = open_store(load_config())
        try:
            engine = last_engine(store, name, given.step)
            if workflow and engine in ENGINES.names():
                workflow = session.engine_named(engine).filled(workflow)
            step = _step_at(workflow, given.step) if workflow else None
            for line in why_lines(store, name, given.step, step):
                console.say(line)
        finally:
            store.close()
        return 0


def _step_at(workflow: Workflow, path: str) -> Step | None:
    """Return the step at a path, numbers of items and turns left out."""
    found: Step | None = None
    steps = workflow.steps
    for part in path.split("/"):
        name = part.partition("[")[0].partition("#")[0]
        found = next((one for one in steps if one.name == name), None)
        if found is None:
            return None
        template = found.template
        steps = template.workflow.steps if isinstance(template, SubWorkflow) else ()
    return found
