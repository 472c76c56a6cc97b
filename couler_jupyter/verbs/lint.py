"""lint: what an engine would refuse, said without it."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterable
from pathlib import Path
from typing import ClassVar

from couler_jupyter.engines import LINTERS, Linter
from couler_jupyter.engines.finding import Severity, Source
from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Workflow
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser
from couler_jupyter.verbs.files import SUFFIXES, expanded, manifest_text
from couler_jupyter.verbs.finding_formats import FORMATS, Looked

_OWN = re.compile(r"""(?m)^\s*\{?\s*["']?format["']?\s*:\s*["']?couler-workflow\b""")


class Lint:
    """Say what an engine would refuse, without asking it."""

    name: ClassVar[str] = "lint"
    help: ClassVar[str] = "say what an engine would refuse, without a cluster"

    def declare(self, parser: Parser) -> None:
        """Add what to look at, for which engine, and how to say it."""
        parser.add_argument(
            "target",
            nargs="*",
            metavar="NAME|FILE",
            help="manifests (.yaml, .json) or folders of them, or workflows: names in "
            "this notebook and .py or .ipynb files, which are compiled first; the last "
            "one defined if left out",
        )
        parser.add_argument(
            "--engine", default="", help="whose rules; argo if left out"
        )
        parser.add_argument(
            "--argo",
            default="",
            metavar="VERSION",
            help="of Argo, as 3.6, whose fields and rules count; 4 if left out",
        )
        parser.add_argument("--format", choices=tuple(FORMATS), default="text")

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show the findings; 1 if one is an error."""
        engine = given.engine or _default(session)
        linter = _linter(engine, given.argo)
        targets = [one for one, _ in expanded(given.target or [""])]
        sources = [one for t in targets for one in _sources(session, t, engine)]
        findings = linter.lint(sources)
        looked = Looked(findings, linter.rules, len(sources))
        for line in FORMATS[given.format](looked):
            console.say(line)
        return int(any(one.severity is Severity.ERROR for one in findings))


def _linter(engine: str, version: str) -> Linter:
    """Return the linter of an engine, for a version of Argo if one is given.

    Raises:
        UsageFailed: it is the linter of another engine, or no version that is known.
    """
    if not version:
        return LINTERS.get(engine)()
    if engine != "argo":
        raise UsageFailed(f"--argo is for the rules of argo, not for those of {engine}")
    from couler_jupyter.engines.argo.linting import ArgoLinter

    try:
        return ArgoLinter(version)
    except ValueError as error:
        raise UsageFailed(f"--argo: {error}") from None


def _default(session: Session) -> str:
    return session.engine if session.engine in LINTERS.names() else "argo"


def _sources(session: Session, target: str, engine: str) -> Iterable[Source]:
    """Return the texts that a name or a file stands for."""
    path = Path(target)
    if path.suffix not in SUFFIXES or target in session.workflows:
        if path.suffix and session.can_load(path):
            found: Iterable[Workflow] = session.load(path).values()
        else:
            found = (session.find(target),)
        return _compiled(session, found, engine)
    text = manifest_text(path)
    if _OWN.search(text):
        return _compiled(session, session.load(path).values(), engine)
    return (Source(target, text),)


def _compiled(
    session: Session, workflows: Iterable[Workflow], engine: str
) -> list[Source]:
    return [
        Source(document.filename, document.text)
        for workflow in workflows
        for document in session.compile(workflow, engine).documents
    ]
