"""import: an engine's own manifests as workflows."""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from couler_jupyter.dsl.writing import Written, to_python
from couler_jupyter.engines import Importer, Source
from couler_jupyter.errors import InvalidDocument, UsageFailed
from couler_jupyter.ir import Document, Workflow, to_json, to_yaml
from couler_jupyter.session import Session
from couler_jupyter.session.load import importer_of
from couler_jupyter.verbs.base import Console, Parser
from couler_jupyter.verbs.export import write_documents
from couler_jupyter.verbs.files import SUFFIXES, expanded, manifest_text
from couler_jupyter.verbs.kept import kept_lines


class Import:
    """Read an engine's own manifests as workflows, and remember them."""

    name: ClassVar[str] = "import"
    help: ClassVar[str] = "read manifests of Argo, Tekton or Kubeflow as workflows"

    def declare(self, parser: Parser) -> None:
        """Add which files, in what form, and where to."""
        parser.add_argument(
            "files",
            nargs="+",
            metavar="FILE",
            help="YAML or JSON, or a folder with such files; what one refers to is "
            "looked for in all of them",
        )
        parser.add_argument(
            "--to",
            choices=("yaml", "json", "python"),
            default="yaml",
            help="how the workflows are written; python is code for a cell",
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
        found = [*_workflows(session, given.files)]
        for workflow in found:
            session.define(workflow)
        made = [_Made.of(workflow, given.to) for workflow in found]
        if given.dir:
            documents = tuple(one.document for one in made)
            paths = write_documents(Path(given.dir), documents)
            for path, one in zip(paths, made, strict=True):
                console.say(str(path))
                for line in one.said:
                    console.say(line)
            return 0
        for index, one in enumerate(made):
            if given.to != "json":
                apart = _APART[given.to] if index else ()
                for line in (*apart, *(f"# {line}" for line in one.said)):
                    console.say(line)
            console.say(one.document.text.rstrip())
        return 0


_APART = {"yaml": ("---",), "python": ("", "")}
"""What stands between two workflows on the screen."""


@dataclass(frozen=True, slots=True)
class _Made:
    """A workflow as it is written, and what is said of it."""

    document: Document
    said: tuple[str, ...]

    @classmethod
    def of(cls, workflow: Workflow, form: str) -> _Made:
        kept = tuple(kept_lines(workflow))
        if form == "json":
            document = Document(f"{workflow.name}.json", to_json(workflow, indent=2))
        elif form == "yaml":
            document = Document(f"{workflow.name}.yaml", to_yaml(workflow))
        else:
            written = to_python(workflow)
            document = Document(f"{workflow.name}.py", written.code)
            kept = (*kept, *_without_words(written))
        return cls(document, kept)


def _without_words(written: Written) -> Iterator[str]:
    """Yield what has no word in the unified interface, one line for each step."""
    if written.in_ir_words:
        yield "for which the interface has no word; written by couler.run_step:"
    for workflow, step in written.in_ir_words:
        yield f"  step {step!r} of workflow {workflow!r}"


def _workflows(session: Session, targets: Iterable[str]) -> Iterable[Workflow]:
    """Return the workflows of files, each of a name of its own.

    Raises:
        InvalidDocument: two have the same name, or a file holds no workflow.
    """
    found: dict[str, Workflow] = {}
    places: dict[str, str] = {}
    for place, workflow in _with_places(session, targets):
        if workflow.name in found:
            raise InvalidDocument(
                f"{place}: a workflow of {places[workflow.name]} is named "
                f"{workflow.name!r} too"
            )
        found[workflow.name], places[workflow.name] = workflow, place
    return found.values()


def _with_places(
    session: Session, targets: Iterable[str]
) -> Iterator[tuple[str, Workflow]]:
    manifests: list[tuple[Importer, Source]] = []
    others: list[str] = []
    for file, in_folder in expanded(targets):
        text = manifest_text(Path(file)) if Path(file).suffix in SUFFIXES else ""
        if (importer := importer_of(text)) is not None:
            manifests.append((importer, Source(file, text)))
        elif not in_folder:
            others.append(file)
    if not manifests and not others:
        raise UsageFailed("there are no manifests of an engine in it")
    for file in others:
        for workflow in session.load(Path(file)).values():
            yield file, workflow
    yield from _together(manifests)


def _together(
    manifests: Sequence[tuple[Importer, Source]],
) -> Iterator[tuple[str, Workflow]]:
    """Yield the workflows of manifests, those of one engine read together."""
    for kind in dict.fromkeys(type(one) for one, _ in manifests):
        own = [(one, source) for one, source in manifests if type(one) is kind]
        sources = [source for _, source in own]
        read = own[0][0].import_together(sources)
        for source, workflows in zip(sources, read, strict=True):
            for workflow in workflows:
                yield source.file, workflow
