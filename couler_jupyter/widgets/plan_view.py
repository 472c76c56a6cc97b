"""A plan to sort, to filter and to look into; in a saved notebook a table and a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import anywidget
import traitlets

from couler_jupyter.drawing import plan_bundle, plan_drawing, plan_table_view
from couler_jupyter.protocol import PlanView, WorkflowView
from couler_jupyter.widgets.module import one_module
from couler_jupyter.widgets.style import style_of

_HERE: Final = Path(__file__).parent


class PlanWidget(anywidget.AnyWidget):
    """Shows what becomes of each step, and what the run takes; asks nothing back.

    Attributes:
        view: the table, as JSON; see `PlanTableView`.
        drawing: the DAG before and after, as JSON; see `DrawingView`.
    """

    _esm = one_module(_HERE / "plan_view.js")
    _css = style_of("plan", "dag/dag")

    view = traitlets.Dict().tag(sync=True)
    drawing = traitlets.Dict().tag(sync=True)

    def __init__(
        self, plan: PlanView, workflow: WorkflowView, whole: WorkflowView | None = None
    ) -> None:
        """Make a view of a plan.

        Args:
            plan: what is shown.
            workflow: what is drawn at first, and in the notebook that is saved.
            whole: the same workflow with all groups open, where that is another.
        """
        self._still = plan_bundle(plan, workflow)
        drawing = plan_drawing(plan, workflow, whole)
        super().__init__(view=plan_table_view(plan), drawing=drawing)

    def _repr_mimebundle_(
        self, **kwargs: dict[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        live = super()._repr_mimebundle_(**kwargs)
        data, metadata = live or ({}, {})
        return {**data, **self._still}, metadata
