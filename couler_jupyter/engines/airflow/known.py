"""Outputs that are known to the whole run by a name."""

from __future__ import annotations

from collections.abc import Iterable

from couler_jupyter.ir import Step, SubWorkflow, Workflow
from couler_jupyter.ir.given import outputs_of

Known = dict[str, tuple[str, str]]
"""The path of a step and its output, by the name that the run knows it by."""


def globals_of(workflow: Workflow, prefix: str = "") -> Known:
    """Return which step and output makes each name known to the whole run."""
    handlers = (one.step for one in workflow.exit_handlers)
    return known_by((*workflow.steps, *handlers), prefix)


def known_by(steps: Iterable[Step], prefix: str = "") -> Known:
    """Return the same of some steps, and of what is in them."""
    found: Known = {}
    for step in steps:
        path = f"{prefix}{step.name}"
        for one in outputs_of(step):
            if one.global_name:
                found[one.global_name] = (path, one.name)
        if isinstance(step.template, SubWorkflow):
            found |= globals_of(step.template.workflow, f"{path}/")
    return found
