"""How a shell shows workflows and runs: a picture, with text for where there is none."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from couler_jupyter.drawing import bundle, plan_bundle
from couler_jupyter.dsl import WorkflowBlock
from couler_jupyter.ir import Workflow
from couler_jupyter.protocol import workflow_view
from couler_jupyter.session import RunHandle

if TYPE_CHECKING:
    from IPython.core.interactiveshell import InteractiveShell

    from couler_jupyter.planning import Plan


_PLAN = ("couler_jupyter.planning.plan", "Plan")
"""By name, so that planning is imported only by who plans."""


def workflow_bundle(workflow: Workflow) -> dict[str, str]:
    """Return the MIME bundle of a workflow."""
    return bundle(workflow_view(workflow))


def block_bundle(block: WorkflowBlock) -> dict[str, str] | None:
    """Return the MIME bundle of what a block has written; None if nothing yet."""
    return workflow_bundle(block.workflow) if block.is_written else None


def run_bundle(run: RunHandle) -> dict[str, str]:
    """Return the MIME bundle of a run as it stands now."""
    return bundle(workflow_view(run.workflow), run.view())


def plan_as_bundle(plan: Plan) -> dict[str, str]:
    """Return the MIME bundle of a plan."""
    from couler_jupyter.planning import plan_view

    return plan_bundle(plan_view(plan), workflow_view(plan.drawn))


def show_workflows_as_pictures(shell: InteractiveShell) -> None:
    """Have the shell draw a workflow or run that is the value of a cell."""
    formatter = _formatter(shell)
    formatter.for_type(Workflow, lambda one, **_: workflow_bundle(one))
    formatter.for_type(WorkflowBlock, lambda one, **_: block_bundle(one))
    formatter.for_type(RunHandle, lambda one, **_: run_bundle(one))
    formatter.for_type_by_name(*_PLAN, lambda one, **_: plan_as_bundle(one))


def show_workflows_as_text(shell: InteractiveShell) -> None:
    """Have the shell show workflows by their `repr` again."""
    formatter = _formatter(shell)
    formatter.pop(Workflow, None)
    formatter.pop(WorkflowBlock, None)
    formatter.pop(RunHandle, None)
    formatter.pop(".".join(_PLAN), None)


def _formatter(shell: InteractiveShell) -> Any:  # noqa: ANN401 (IPython types it loosely)
    formatter: Any = shell.display_formatter
    return formatter.mimebundle_formatter
