"""What a DAG must be told of the other templates of its manifest."""

from __future__ import annotations

from typing import Protocol

from couler_jupyter.engines.argo.importing.imported import Imported
from couler_jupyter.engines.kube.reading.fields import Object
from couler_jupyter.ir import Extra


class Resolver(Protocol):
    """Gives what the tasks of a DAG run."""

    def of_task(
        self, task: Object, dag: Object, *, keep: bool, at_end: bool = False
    ) -> Imported:
        """Return what a task runs, as Argo's own if it is to be kept.

        With `at_end` it runs when all else has ended.

        Raises:
            NoWord: there is no such template.
        """
        ...

    def extras_of(self, dag: str, task: str) -> tuple[Extra, ...]:
        """Return what is added to a task of a template."""
        ...

    def takes_raw(self, dag: str, task: str) -> bool:
        """Whether what a task is given is taken as it is written."""
        ...

    def reads_own(self, dag: str) -> bool:
        """Whether a graph may hold what our own compiler adds."""
        ...

    def node_of(self, name: str) -> Object:
        """Return the object of a template; an empty one if there is none."""
        ...
