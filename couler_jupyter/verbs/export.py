"""export: a workflow as a document or as what an engine takes."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import ClassVar

from couler_jupyter.errors import UsageFailed
from couler_jupyter.ir import Document, Workflow, to_json, to_yaml
from couler_jupyter.session import Session
from couler_jupyter.verbs.base import Console, Parser, add_target


class Export:
    """Write a workflow as a document, or as what an engine takes."""

    name: ClassVar[str] = "export"
    help: ClassVar[str] = "write a workflow as YAML, JSON, or as what an engine takes"

    def declare(self, parser: Parser) -> None:
        """Add which workflow, in what form, and where to."""
        add_target(parser)
        parser.add_argument(
            "--to",
            default="yaml",
            metavar="FORM",
            help="yaml, json, or the name of an engine",
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
        """Show the documents or write them all."""
        workflow = session.find(given.target, given.workflow)
        documents = _documents(session, workflow, given.to)
        if not given.dir:
            for document in documents:
                console.say(document.text.rstrip())
            return 0
        for path in write_documents(Path(given.dir), documents):
            console.say(str(path))
        return 0


def _documents(session: Session, workflow: Workflow, form: str) -> tuple[Document, ...]:
    if form == "yaml":
        return (Document(f"{workflow.name}.yaml", to_yaml(workflow)),)
    if form == "json":
        return (Document(f"{workflow.name}.json", to_json(workflow, indent=2)),)
    return session.compile(workflow, form).documents


def write_documents(folder: Path, documents: tuple[Document, ...]) -> list[Path]:
    """Write each document whole or not at all, and return where they are.

    Raises:
        UsageFailed: the folder cannot be written, or a name would leave it.
    """
    written: list[Path] = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for document in documents:
            if Path(document.filename).name != document.filename:
                raise UsageFailed(f"{document.filename!r} is no name of a file")
            path = folder / document.filename
            part = path.with_name(f".{path.name}.part")
            part.write_text(document.text, "utf-8")
            part.replace(path)
            written.append(path)
    except OSError as error:
        raise UsageFailed(f"{folder}: cannot be written: {error.strerror}") from None
    return written
