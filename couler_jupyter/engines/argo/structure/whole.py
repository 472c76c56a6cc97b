"""All templates of a workflow, from the outermost inwards."""

from __future__ import annotations

from dataclasses import dataclass

from couler_jupyter.engines.argo.structure.book import Object
from couler_jupyter.engines.argo.structure.building import Building
from couler_jupyter.engines.argo.structure.dag import Dag
from couler_jupyter.engines.argo.structure.handlers import exit_template
from couler_jupyter.engines.argo.structure.root import Root
from couler_jupyter.engines.argo.templates import Around
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
    """

    entrypoint: str
    on_exit: str
    templates: tuple[Object, ...]
    problems: tuple[Problem, ...]


def templates_of(workflow: Workflow, around: Around) -> Templates:
    """Return the templates of a workflow that is run by itself."""
    building = Building(Root.of(workflow), around)
    entrypoint = Dag(workflow, building, outermost=True).template()
    on_exit = exit_template(workflow, building)
    return Templates(
        entrypoint,
        on_exit,
        tuple(building.book.in_order((entrypoint, on_exit))),
        tuple(building.problems),
    )
