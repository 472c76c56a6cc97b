"""All templates of a workflow, from the outermost inwards."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from couler_jupyter.engines.argo.scripts import moved_out
from couler_jupyter.engines.argo.structure.book import Book, Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.crossing import WHOLE, Crossing
from couler_jupyter.engines.argo.structure.dag import Dag
from couler_jupyter.engines.argo.structure.folding import MOST_TEMPLATES, fold
from couler_jupyter.engines.argo.structure.handlers import exit_template
from couler_jupyter.engines.argo.structure.root import Root
from couler_jupyter.engines.argo.templates import Around, Write
from couler_jupyter.engines.argo.whole import VolumeNames
from couler_jupyter.errors import Problem
from couler_jupyter.ir import Workflow


@dataclass(frozen=True, slots=True)
class Templates:
    """What a workflow is in Argo, but for what stands beside its templates.

    Attributes:
        entrypoint: name of the template that runs it.
        on_exit: name of the template that runs at its end; empty for none.
        templates: all of them, in the order of first use.
        problems: what could not be said.
        write: renders texts that stand outside of templates.
        maps: ConfigMaps with the scripts that were moved out.
    """

    entrypoint: str
    on_exit: str
    templates: tuple[Object, ...]
    problems: tuple[Problem, ...]
    write: Write
    maps: tuple[Object, ...] = ()


class Written:
    """The templates of a workflow that is run by itself, with all scripts in them."""

    def __init__(
        self,
        workflow: Workflow,
        around: Around,
        volumes: VolumeNames,
        *,
        crossing: Crossing = WHOLE,
        ended: Mapping[str, str] | None = None,
    ) -> None:
        """Write them.

        Args:
            workflow: the workflow.
            around: what surrounds its templates.
            volumes: what volumes are called.
            crossing: what goes to and comes from other parts of the workflow.
            ended: if only its exit handlers run, the tasks of the steps before them.
        """
        self._building = Building(Root.of(workflow, crossing), around, volumes)
        self._dag = Dag(workflow, self._building, outermost=True)
        if ended is None:
            self._entrypoint = self._dag.template()
            self._on_exit = exit_template(workflow, self._building, self._dag.task)
        else:
            self._entrypoint = exit_template(workflow, self._building, ended)
            self._on_exit = ""
        self._image = around.image

    def templates(self, excess: int = 0) -> Templates:
        """Return them; `excess`: bytes that scripts are to be moved out for."""
        book = self._building.book.copy()
        maps = _moved_out(book, excess, self._image) if excess else ()
        if len(book) > MOST_TEMPLATES:
            fold(book)
        return Templates(
            self._entrypoint,
            self._on_exit,
            tuple(book.in_order((self._entrypoint, self._on_exit))),
            tuple(self._building.problems),
            self._dag.text,
            maps,
        )


def _moved_out(book: Book, excess: int, image: str) -> tuple[Object, ...]:
    bodies, maps = moved_out({name: book[name] for name in book.names()}, excess, image)
    book.replace(bodies)
    return maps
