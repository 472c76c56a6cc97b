"""passes: what workflows go through before they run."""

from __future__ import annotations

import argparse
from typing import ClassVar

from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser


class Passes:
    """Show or choose what workflows go through before they run."""

    name: ClassVar[str] = "passes"
    help: ClassVar[str] = "show or choose what workflows go through before they run"

    def declare(self, parser: Parser) -> None:
        """Add which."""
        parser.add_argument(
            "text",
            nargs="?",
            default="",
            metavar="PASSES",
            help="as prune,split{max-steps=200}; default for the usual ones, none for "
            "none; shows them if left out",
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Choose them for this session, or show them and all there are."""
        if given.text:
            session.passes = given.text
            console.say(f"passes: {session.passes}")
            return 0
        from couler_jupyter.passes import PASSES, parse_passes, passes_text

        usual = passes_text(parse_passes("default"))
        console.say(f"passes: {session.passes}")
        console.say(f"default: {usual}; an engine may have its own")
        for name in PASSES.names():
            doc = (PASSES.get(name).__doc__ or "").strip().partition("\n")[0]
            console.say(f"  {name:<10} {doc}")
        return 0
