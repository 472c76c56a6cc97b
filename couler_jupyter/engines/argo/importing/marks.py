"""What was learnt of a manifest by compiling what had been read of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from couler_jupyter.engines.kube.path import Path
from couler_jupyter.engines.kube.placing import Clash, remove
from couler_jupyter.engines.kube.reading.fields import Object
from couler_jupyter.ir import Extra

WHOLE = ""
"""Stands for the manifest around the templates, where others are named."""


@dataclass(slots=True)
class Marks:
    """How templates are to be read, and what is to be added to them, by their names.

    Attributes:
        kept: templates that stay Argo's own.
        literal: graphs in which nothing is taken for what our own compiler adds.
        alone: whether the entrypoint is the one step of the workflow in any case.
        takes_back: whether anything at all is taken for what our own compiler adds.
        blind: fields that are not read, and so are left to extras.
        raw: tasks whose arguments are taken as they are, by template and task.
        leaves: extras of the steps that run a template.
        dags: extras of the workflow that a template is.
        tasks: extras of the steps that tasks are, by template and task.
        whole: extras of the outermost workflow.
    """

    kept: set[str] = field(default_factory=set)
    literal: set[str] = field(default_factory=set)
    alone: bool = False
    takes_back: bool = True
    blind: dict[str, set[Path]] = field(default_factory=dict)
    raw: set[tuple[str, str]] = field(default_factory=set)
    leaves: dict[str, tuple[Extra, ...]] = field(default_factory=dict)
    dags: dict[str, tuple[Extra, ...]] = field(default_factory=dict)
    tasks: dict[tuple[str, str], tuple[Extra, ...]] = field(default_factory=dict)
    whole: tuple[Extra, ...] = ()

    def readable(self, name: str, node: Object) -> Object:
        """Return the object of a template without what is not to be read of it."""
        for path in sorted(self.blind.get(name, ()), key=str, reverse=True):
            try:
                node = remove(node, path)
            except Clash:
                continue
        return node

    def reads_own(self, name: str) -> bool:
        """Whether a graph may hold what our own compiler adds."""
        return self.takes_back and name not in self.literal

    def of_leaf(self, name: str) -> tuple[Extra, ...]:
        """Return the extras of the steps that run a template."""
        return self.leaves.get(name, ())

    def of_dag(self, name: str) -> tuple[Extra, ...]:
        """Return the extras of the workflow that a template is."""
        return self.dags.get(name, ())

    def of_task(self, template: str, task: str) -> tuple[Extra, ...]:
        """Return the extras of the step that a task is."""
        return self.tasks.get((template, task), ())

    def forget_extras(self) -> None:
        """Drop what was to be added; it is worked out anew."""
        self.leaves.clear()
        self.dags.clear()
        self.tasks.clear()
        self.whole = ()

    def hide(self, name: str, paths: Iterable[Path]) -> bool:
        """Leave fields of a template to extras; return whether any was read before."""
        before = self.blind.setdefault(name, set())
        new = set(paths) - before
        before |= new
        return bool(new)
