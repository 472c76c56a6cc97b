"""engines: where workflows can run."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.engines import ENGINES, Submitter
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Engines:
    """List the engines and what they are good for."""

    name: ClassVar[str] = "engines"
    help: ClassVar[str] = "list the engines, and what one of them cannot express"

    def declare(self, parser: Parser) -> None:
        """Add which engine to say more of."""
        parser.add_argument("engine", nargs="?", default="", metavar="ENGINE")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """List them, or the gaps of one."""
        if given.engine:
            engine = session.engine_named(given.engine)
            console.say(f"{engine.name}: {len(engine.features)} features")
            for feature, gap in sorted(engine.gaps.items()):
                console.say(f"  {feature} ({gap.kind}): {gap.reason}")
            return 0
        for name in ENGINES.names():
            engine = session.engine_named(name)
            does = "compiles and runs" if isinstance(engine, Submitter) else "compiles"
            gaps = len(engine.gaps)
            mark = "*" if name == session.engine else " "
            doc = (type(engine).__doc__ or "").strip().partition("\n")[0]
            console.say(f"{mark} {name:<10} {does}; {gaps} gaps. {doc}")
        return 0
