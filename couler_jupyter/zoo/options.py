"""What can be said of every ready step."""

from __future__ import annotations

from typing import TypedDict

from couler_jupyter.dsl.duration import Duration
from couler_jupyter.dsl.options import StepOptions
from couler_jupyter.ir import Retry


class RunOptions(TypedDict, total=False):
    """Options of every ready step.

    Attributes:
        step_name: what the step is called.
        timeout: how long it may take.
        retry: how often it is tried again.
    """

    step_name: str
    timeout: Duration
    retry: int | Retry


def how_to_run(options: RunOptions) -> StepOptions:
    """Return the options of the step itself."""
    chosen = StepOptions()
    if "step_name" in options:
        chosen["step_name"] = options["step_name"]
    if "timeout" in options:
        chosen["timeout"] = options["timeout"]
    if "retry" in options:
        chosen["retry"] = options["retry"]
    return chosen
