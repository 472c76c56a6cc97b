"""import: an engine's own manifests as workflows."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from couler_jupyter.ir import Document, Workflow, to_json, to_yaml
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser
from couler_jupyter.verbs.export import write_documents
from couler_jupyter.verbs.kept import kept_lines


class Import:
    """Read an engine's own manifests as workflows, and remember them."""

    name: ClassVar[str] = "import"
    help: ClassVar[str] = "read manifests of an engine (Argo) as workflows"

    def declare(self, parser: Parser) -> None:
        """Add which files, in what form, and where to."""
        parser.add_argument("files", nargs="+", metavar="FILE", help="YAML or JSON")
        parser.add_argument(
            "--to",
            choices=("yaml", "json"),
            default="yaml",
            help="how the workflows are written",
        )
        parser.add_argument(
            "-d",
            "--dir",
            default="",
            help="write files into this folder, not to the screen",
        )

    def execute(
        self, session: Session, given: argparse.Namespace, console: Console
    ) -> int:
        """Show the workflows or write them all, and say what is kept as it was."""
        files: list[str] = given.files
        found = [w for file in files for w in session.load(Path(file)).values()]
        for workflow in found:
            session.define(workflow)
        if given.dir:
            documents = tuple(_document(workflow, given.to) for workflow in found)
            paths = write_documents(Path(given.dir), documents)
            for path, workflow in zip(paths, found, strict=True):
                console.say(str(path))
                for line in kept_lines(workflow):
                    console.say(line)
            return 0
        for index, workflow in enumerate(found):
            if given.to == "yaml":
                for line in (*(("---",) if index else ()), *_comments(workflow)):
                    console.say(line)
            console.say(_document(workflow, given.to).text.rstrip())
        return 0


def _comments(workflow: Workflow) -> list[str]:
    return [f"# {line}" for line in kept_lines(workflow)]


def _document(workflow: Workflow, form: str) -> Document:
    if form == "json":
        return Document(f"{workflow.name}.json", to_json(workflow, indent=2))
    return Document(f"{workflow.name}.yaml", to_yaml(workflow))
