"""delete: remove a run."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.errors import SubmitFailed
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Delete:
    """Remove a run with its logs, and where it runs elsewhere, there too."""

    name: ClassVar[str] = "delete"
    help: ClassVar[str] = (
        "remove a run with its logs, and where it runs elsewhere, there"
    )

    def declare(self, parser: Parser) -> None:
        """Add which run; the last one is never meant by saying nothing."""
        parser.add_argument("run", metavar="ID")
        parser.add_argument(
            "--keep-record", action="store_true", help="only remove it elsewhere"
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Remove it."""
        run = session.run(given.run)
        record = run.record
        if record.remote:
            run.elsewhere.delete(run.run)
        elif not record.phase.ended:
            raise SubmitFailed(f"run {run.id} has not ended; cancel it first")
        if not given.keep_record:
            session.store.delete(run.id)
        console.say(f"run {run.id} is deleted")
        return 0
