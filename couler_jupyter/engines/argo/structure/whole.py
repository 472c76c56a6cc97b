"""All templates of a workflow, from the outermost inwards."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.engines.argo.scripts import moved_out
from couler_jupyter.engines.argo.structure.book import Book, Object
from couler_jupyter.engines.argo.structure.building import Building
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


def templates_of(
    workflow: Workflow, around: Around, volumes: VolumeNames, excess: int = 0
) -> Templates:
    """Return the templates of a workflow that is run by itself.

    Args:
        workflow: the workflow.
        around: what surrounds its templates.
        volumes: what volumes are called.
        excess: bytes that scripts are to be moved out for.
    """
    building = Building(Root.of(workflow), around, volumes)
    dag = Dag(workflow, building, outermost=True)
    entrypoint = dag.template()
    on_exit = exit_template(workflow, building, dag.task)
    maps = _moved_out(building.book, excess, around.image) if excess else ()
    if len(building.book) > MOST_TEMPLATES:
        fold(building.book)
    return Templates(
        entrypoint,
        on_exit,
        tuple(building.book.in_order((entrypoint, on_exit))),
        tuple(building.problems),
        dag.text,
        maps,
    )


def _moved_out(book: Book, excess: int, image: str) -> tuple[Object, ...]:
    bodies, maps = moved_out({name: book[name] for name in book.names()}, excess, image)
    book.replace(bodies)
    return maps
