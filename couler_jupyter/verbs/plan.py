"""plan: what a run would do, before anything is run."""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping
from typing import ClassVar

from couler_jupyter.engines import Engine
from couler_jupyter.errors import Unsupported
from couler_jupyter.ir import Workflow
from couler_jupyter.ir.graph import levels
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_target


class Plan:
    """Say what a run would do; nothing is run."""

    name: ClassVar[str] = "plan"
    help: ClassVar[str] = "say what a run would do, and on which engine; nothing is run"

    def declare(self, parser: Parser) -> None:
        """Add which workflow, and for which engine."""
        add_target(parser)
        parser.add_argument("--engine", default="", help="plan for this engine")
        parser.add_argument("--json", action="store_true", help="as one JSON object")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show the plan; 1 where the engine cannot express the workflow."""
        workflow = session.find(given.target, given.workflow)
        engine = session.engine_named(given.engine)
        plan = plan_of(workflow, engine)
        if given.json:
            console.say(json.dumps(plan, ensure_ascii=False, indent=2))
        else:
            for line in plan_lines(plan):
                console.say(line)
        return 1 if plan["problems"] else 0


def plan_of(workflow: Workflow, engine: Engine) -> Mapping[str, object]:
    """Return what a run of `workflow` on `engine` would be, as plain JSON."""
    waves = levels(workflow)
    try:
        documents = engine.compile(workflow).documents
        problems: list[str] = []
    except Unsupported as error:
        documents, problems = (), [str(problem) for problem in error.problems]
    return {
        "workflow": workflow.name,
        "engine": engine.name,
        "steps": len(workflow.steps),
        "waves": [list(wave) for wave in waves],
        "widest": max(len(wave) for wave in waves),
        "exit_handlers": [handler.step.name for handler in workflow.exit_handlers],
        "bytes": sum(len(document.text.encode()) for document in documents),
        "problems": problems,
        "notes": [str(note) for note in engine.notes(workflow)],
    }


def plan_lines(plan: Mapping[str, object]) -> list[str]:
    """Return a plan as lines for people."""
    waves, problems, notes = plan["waves"], plan["problems"], plan["notes"]
    assert isinstance(waves, list)
    assert isinstance(problems, list)
    assert isinstance(notes, list)
    head = f"{plan['workflow']} on {plan['engine']}: {plan['steps']} steps"
    lines = [f"{head} in {len(waves)} waves, up to {plan['widest']} at once"]
    for number, wave in enumerate(waves, 1):
        shown = ", ".join(wave[:_SHOWN]) + f" and {len(wave) - _SHOWN} more" * (
            len(wave) > _SHOWN
        )
        lines.append(f"  {number:>3}  {shown}")
    if handlers := plan["exit_handlers"]:
        assert isinstance(handlers, list)
        lines.append(f"  end  {', '.join(handlers)}")
    if not problems:
        lines.append(f"manifest: {plan['bytes']:,} bytes")
    lines += [f"cannot be expressed: {problem}" for problem in problems]
    lines += [f"no effect here: {note}" for note in notes]
    return lines


_SHOWN = 8
