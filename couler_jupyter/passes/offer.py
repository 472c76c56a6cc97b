"""What of stored outputs can be given to those who read them, and why not the rest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

from couler_jupyter.ir import (
    Constant,
    OutputArtifact,
    OutputRef,
    Over,
    Step,
    Storage,
    SubWorkflow,
    Workflow,
)
from couler_jupyter.ir.given import output_of
from couler_jupyter.passes.facts import Stored
from couler_jupyter.passes.fates import Reason
from couler_jupyter.passes.fitting import fitting
from couler_jupyter.passes.reading_back import can_read_back

STORAGES: tuple[type, ...] = get_args(Storage)


@dataclass(frozen=True, slots=True)
class Offer:
    """What the steps of a workflow have stored.

    Attributes:
        workflow: whose steps.
        stored: what is kept of them, by name.
        most_bytes: of a value that may stand in the workflow.
    """

    workflow: Workflow
    stored: Mapping[str, Stored]
    most_bytes: int

    def barrier(self, step: Step | None, port: str, ref: OutputRef) -> Reason:
        """Return why an output cannot be given to a step's input; empty if it can.

        Args:
            step: who reads it; None for the workflow itself.
            port: the input; empty for a use inside something else.
            ref: the output.
        """
        stored, what = self.stored[ref.step], f"output {ref.name!r}"
        if ref.name not in stored.outputs:
            return f"{what} cannot be read from where it is kept"
        value = stored.outputs[ref.name]
        if isinstance(value, STORAGES):
            if self.is_artifact(ref) or can_read_back(self.workflow[ref.step], ref):
                return ""
            return f"{what} is a value of Python, which only functions can read back"
        try:
            constant = Constant.of(value)
        except (TypeError, ValueError):
            return f"{what} is no value that a workflow can hold"
        if len(constant.json) > self.most_bytes:
            return f"{what} has more than {self.most_bytes:,} bytes"
        if step is not None and port and fitting(step, port, constant) is None:
            return f"{what} is not what its input {port!r} takes"
        if step is not None and not isinstance(value, list) and _maps(step, ref):
            return f"{what} is no list"
        return ""

    def is_artifact(self, ref: OutputRef) -> bool:
        """Whether an output is an artifact, in whichever inner workflow it is made."""
        step, name = self.workflow[ref.step], ref.name
        while isinstance(step.template, SubWorkflow):
            inner = step.template.workflow
            value = getattr(output_of(step, name), "value", None)
            if not isinstance(value, OutputRef):
                return True
            step, name = inner[value.step], value.name
        return isinstance(output_of(step, name), OutputArtifact)


def _maps(step: Step, ref: OutputRef) -> bool:
    over = step.loop.over if step.loop is not None else None
    return isinstance(over, Over) and over.value == ref
