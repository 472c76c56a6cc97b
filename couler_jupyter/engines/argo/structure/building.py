"""What is shared while one manifest is built."""

from __future__ import annotations

from dataclasses import dataclass, field

from couler_jupyter.engines.argo.structure.book import Book
from couler_jupyter.engines.argo.structure.root import Root
from couler_jupyter.engines.argo.templates import Around
from couler_jupyter.engines.argo.whole import VolumeNames
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Extra, Workflow


@dataclass(slots=True)
class Building:
    """A manifest that is being built.

    Attributes:
        root: the outermost workflow.
        around: what surrounds its templates.
        volumes: what volumes are called.
        book: the templates so far.
        subs: the templates of sub-workflows, by the identity of their steps' words.
        kept: sub-workflows that were made for the manifest, so that none is mistaken.
        problems: what cannot be said in Argo, found on the way.
    """

    root: Root
    around: Around
    volumes: VolumeNames
    book: Book = field(default_factory=Book)
    subs: dict[tuple[object, ...], str] = field(default_factory=dict)
    kept: list[Workflow] = field(default_factory=list["Workflow"])
    problems: list[Problem] = field(default_factory=list)

    def problem(self, where: str, what: str) -> None:
        """Note something that Argo has no word for."""
        problem = Problem(where, what)
        if problem not in self.problems:
            self.problems.append(problem)

    def report(self, where: str, extra: Extra, why: str) -> None:
        """Note an extra that cannot be used as it is."""
        self.problem(where, f"extra {extra.path!r}: {why}")
