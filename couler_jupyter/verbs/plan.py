"""plan: what a run would do and take, before anything is run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from couler_jupyter.errors import UsageFailed
from couler_jupyter.session import Session, read_pairs
from couler_jupyter.verbs.base import Console, Parser, add_target

if TYPE_CHECKING:
    from couler_jupyter.ir import Workflow
    from couler_jupyter.protocol import PlanView

_LAST = "last"


class Plan:
    """Say what a run would do and take; nothing is run."""

    name: ClassVar[str] = "plan"
    help: ClassVar[str] = (
        "say what a run would do and take, and what the engine cannot; nothing is run"
    )

    def declare(self, parser: Parser) -> None:
        """Add which workflow, for which engine, through which passes."""
        add_target(parser)
        parser.add_argument("--engine", default="", help="plan for this engine")
        parser.add_argument(
            "--passes",
            default="",
            metavar="TEXT",
            help="what it goes through before, as prune,split{max-steps=200}",
        )
        parser.add_argument(
            "--target",
            dest="targets",
            action="append",
            default=[],
            metavar="STEP",
            help="only what this step needs; may be given more than once",
        )
        parser.add_argument(
            "-p",
            "--param",
            action="append",
            default=[],
            metavar="NAME=VALUE",
            help="an input of the workflow; may be given more than once",
        )
        parser.add_argument("--json", action="store_true", help="as one JSON object")
        parser.add_argument(
            "--diff",
            nargs="?",
            const=_LAST,
            default="",
            metavar="WITH",
            help="only what differs from the last plan, from that for another engine, "
            "or from a file that --json was written to",
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show the plan; 1 where the engine cannot take the workflow."""
        workflow = session.find(given.target, given.workflow)
        other = _other(session, workflow, given) if given.diff else None
        plan = session.plan(
            workflow,
            engine=given.engine,
            passes=given.passes,
            targets=given.targets,
            arguments=read_pairs(workflow, given.param),
        )
        if given.json:
            from couler_jupyter.planning import plan_view

            console.say(json.dumps(plan_view(plan), ensure_ascii=False, indent=2))
        else:
            console.show_plan(plan, other)
        return 1 if plan.refused else 0


def _other(session: Session, workflow: Workflow, given: argparse.Namespace) -> PlanView:
    """Return the plan to compare with."""
    from couler_jupyter.planning import plan_view

    if Path(given.diff).suffix == ".json":
        return _read(Path(given.diff))
    if given.diff == _LAST:
        plan = session.last_plan(workflow.name)
        if plan is None:
            raise UsageFailed(
                f"there is no earlier plan of {workflow.name!r} to compare with; "
                "name an engine or a file that --json was written to"
            )
        return plan_view(plan)
    plan = session.plan(
        workflow,
        engine=given.diff,
        passes=given.passes,
        targets=given.targets,
        arguments=read_pairs(workflow, given.param),
    )
    return plan_view(plan)


def _read(file: Path) -> PlanView:
    from couler_jupyter.protocol import VERSION, is_plan

    try:
        found = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise UsageFailed(f"{file}: {error}") from None
    if not isinstance(found, dict) or found.get("type") != "plan":
        raise UsageFailed(f"{file}: it is no plan as --json writes it")
    if found.get("version") != VERSION or not is_plan(found):
        raise UsageFailed(f"{file}: it is a plan of another version; plan again")
    return cast("PlanView", found)
