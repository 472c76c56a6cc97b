"""What a workflow that is one of several parts gets from the others, and leaves to them.

Values come through gates: suspended tasks whose outputs are supplied. Artifacts, and what
only Python can hold, lie at keys that are known before the run.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from couler_jupyter.engines.argo.names import port_name, task_name
from couler_jupyter.ir import (
    Format,
    Json,
    Managed,
    OutputRef,
    ParameterRef,
    RunField,
    Step,
    StepField,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Crossing:
    """What crosses the border of one part, either way.

    Attributes:
        run: the parameter that holds the name of the run; empty for a whole workflow.
        gates: names of the steps that are gates.
        makers: by the names of gates that stand for one step, that step.
        facts: the parameters of gates that hold facts of the step they stand for.
        told: the parameters that hold facts of the run which its parts know not.
        ends: the parameters that hold outputs of other parts, where they have no gate.
        known: the parameters that hold global outputs.
        beside: what is said, beside where it lies, of an artifact that a step takes, by
            step and input.
        pickled: outputs of other parts that have a pickle beside them.
        plain: outputs of steps that other parts use as plain data.
        kept: outputs of steps that others take from where they are kept.
    """

    run: str = ""
    gates: frozenset[str] = frozenset()
    makers: Mapping[str, Step] = field(
        default_factory=lambda: MappingProxyType(dict[str, Step]())
    )
    facts: Mapping[tuple[str, StepField], str] = field(
        default_factory=lambda: MappingProxyType(dict[tuple[str, StepField], str]())
    )
    told: Mapping[RunField, str] = field(
        default_factory=lambda: MappingProxyType(dict[RunField, str]())
    )
    ends: Mapping[OutputRef, str] = field(
        default_factory=lambda: MappingProxyType(dict[OutputRef, str]())
    )
    known: Mapping[str, str] = field(
        default_factory=lambda: MappingProxyType(dict[str, str]())
    )
    beside: Mapping[tuple[str, str], Mapping[str, Json]] = field(
        default_factory=lambda: MappingProxyType(
            dict[tuple[str, str], Mapping[str, Json]]()
        )
    )
    pickled: frozenset[OutputRef] = frozenset()
    plain: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType(dict[str, frozenset[str]]())
    )
    kept: Mapping[str, frozenset[str]] = field(
        default_factory=lambda: MappingProxyType(dict[str, frozenset[str]]())
    )

    def place(self, ref: OutputRef) -> Managed:
        """Return where an output of a step is kept that others take."""
        return kept_at(self.run, f"{task_name(ref.step)}/{port_name(ref.name)}")


def kept_at(run: str, path: str) -> Managed:
    """Return a place in the artifact repository that only one run has.

    Args:
        run: the parameter that holds its name.
        path: below that.
    """
    return Managed(key=Format((ParameterRef(run, of_run=True), f"/{path}")))


WHOLE = Crossing()
"""Of a workflow that is not cut: nothing crosses."""
