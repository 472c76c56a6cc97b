"""runs: the latest runs of all notebooks."""

from __future__ import annotations

import argparse
import json
from datetime import datetime
from typing import ClassVar

from couler_jupyter.runs import RunRecord
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Runs:
    """List the latest runs, of all notebooks."""

    name: ClassVar[str] = "runs"
    help: ClassVar[str] = "list the latest runs, of all notebooks"

    def declare(self, parser: Parser) -> None:
        """Add how many, and of which workflow."""
        parser.add_argument("name", nargs="?", default=None, metavar="WORKFLOW")
        parser.add_argument("-n", "--limit", type=int, default=20)
        parser.add_argument(
            "--json", action="store_true", help="one JSON object a line"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """List them, the latest first."""
        records = session.runs(limit=given.limit, workflow=given.name)
        if given.json:
            for record in records:
                console.say(json.dumps(_plain(record), ensure_ascii=False))
            return 0
        if not records:
            console.say("no runs yet")
        width = max((len(record.id) for record in records), default=0)
        for record in records:
            at = datetime.fromtimestamp(record.created).astimezone()
            line = f"{record.id:<{width}}  {record.phase:<11}  {at:%Y-%m-%d %H:%M:%S}"
            console.say(f"{line}  {record.engine}  {record.message}".rstrip())
        return 0


def _plain(record: RunRecord) -> dict[str, object]:
    return {
        "id": record.id,
        "workflow": record.workflow,
        "engine": record.engine,
        "phase": str(record.phase),
        "message": record.message,
        "created": record.created,
        "started": record.started,
        "finished": record.finished,
    }
