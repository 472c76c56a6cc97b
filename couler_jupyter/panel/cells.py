"""Which cell of the notebook each workflow and step was written in."""

from __future__ import annotations

import re
from collections.abc import Mapping

from couler_jupyter.ir import Origin, Step, SubWorkflow, Workflow
from couler_jupyter.protocol import PlaceView, place_view

_NUMBER = re.compile(r"^cell \[(\d+)\]$")


class Cells:
    """The ids of the cells that were run, by the number that `In [ ]` showed."""

    def __init__(self) -> None:
        self._ids: dict[int, str] = {}

    def ran(self, number: int | None, cell: str | None) -> None:
        """Remember a cell that is run; those of other front ends have no id."""
        if number is not None and cell:
            self._ids[number] = cell

    def place(self, origin: Origin | None) -> PlaceView:
        """Return where something was written."""
        if origin is None:
            return place_view()
        found = _NUMBER.match(origin.place)
        number = int(found[1]) if found else None
        cell = "" if number is None else self._ids.get(number, "")
        return place_view(cell=cell, number=number, line=origin.line, text=str(origin))

    def of_workflow(self, workflow: Workflow) -> PlaceView:
        """Return where the first of its steps was written."""
        origins = [step.origin for step in workflow if step.origin is not None]
        return self.place(min(origins, key=lambda one: one.line, default=None))

    def of_steps(self, workflow: Workflow, prefix: str = "") -> Mapping[str, PlaceView]:
        """Return where each step was written, by its path in the workflow."""
        places: dict[str, PlaceView] = {}
        for step in _steps(workflow):
            path = prefix + step.name
            if step.origin is not None:
                places[path] = self.place(step.origin)
            if isinstance(step.template, SubWorkflow):
                places |= self.of_steps(step.template.workflow, f"{path}/")
        return places


def _steps(workflow: Workflow) -> tuple[Step, ...]:
    handlers = (handler.step for handler in workflow.exit_handlers)
    return (*workflow.steps, *handlers)
