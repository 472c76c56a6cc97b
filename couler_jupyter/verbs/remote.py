"""remote: the latest runs where an engine runs them."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.engines import Remote
from couler_jupyter.errors import UsageFailed
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser
from couler_jupyter.verbs.run import read_options


class ListRemote:
    """List the latest runs where an engine runs them, those of others too."""

    name: ClassVar[str] = "remote"
    help: ClassVar[str] = (
        "list the latest runs on an engine's side, those of others too"
    )

    def declare(self, parser: Parser) -> None:
        """Add which engine, where it is, and how many."""
        add_place(parser)
        parser.add_argument("-n", "--limit", type=int, default=20)

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """List them, the latest first."""
        engine = remote_engine(session, given.engine)
        found = engine.listed(read_options(given.option), limit=given.limit)
        if not found:
            console.say("no runs there")
        width = max((len(one.name) for one in found), default=0)
        for one in found:
            mine = f"run {one.run}" if one.run else ""
            line = f"{one.name:<{width}}  {one.phase:<11}  {one.created}  {mine}"
            console.say(f"{line}  {one.message}".rstrip())
        return 0


def add_place(parser: Parser) -> None:
    """Add which engine is meant, and with what options it is reached."""
    parser.add_argument("--engine", default="", help="where; see the verb engines")
    add_options(parser)


def add_options(parser: Parser) -> None:
    """Add options of an engine."""
    parser.add_argument(
        "-o",
        "--option",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="an option of the engine, as namespace=argo; may be given more than once",
    )


def remote_engine(session: Session, name: str) -> Remote:
    """Return an engine whose runs go on elsewhere.

    Raises:
        UsageFailed: it runs on this machine, or not at all.
    """
    engine = session.engine_named(name)
    if not isinstance(engine, Remote):
        raise UsageFailed(f"{engine.name} runs nothing elsewhere; give --engine")
    return engine
