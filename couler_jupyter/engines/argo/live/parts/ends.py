"""How steps ended, as gates pass it on from one child to another."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.argo.parts.children import Gate
from couler_jupyter.ir import StepField

SUCCEEDED, FAILED, ERROR = "Succeeded", "Failed", "Error"
SKIPPED, OMITTED = "Skipped", "Omitted"
BAD = frozenset({FAILED, ERROR})
OVER = frozenset({SUCCEEDED, SKIPPED, OMITTED, *BAD})


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """How a step ended.

    Attributes:
        phase: in Argo's words: Succeeded, Failed, Error, Skipped or Omitted.
        values: texts of its outputs, by their names in the workflow.
        facts: what else is known of it, as texts.
        message: why, as Argo says it.
        none_good: whether all items of a map failed.
        killed: whether it was ended from outside, and is no failure of its own.
    """

    phase: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    facts: Mapping[StepField, str] = field(default_factory=dict[StepField, str])
    message: str = ""
    none_good: bool = False
    killed: bool = False


NEVER_RAN = End(phase=OMITTED)
"""How a step ended that the run was over before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class GateEnd:
    """How a gate is to end.

    Attributes:
        task: what the gate is called in its child.
        phase: in Argo's words.
        values: texts by the names of the task's parameters.
        message: why, for people who look at the child.
    """

    task: str
    phase: str
    values: Mapping[str, str] = field(default_factory=dict[str, str])
    message: str = ""


def gate_end(gate: Gate, ends: Mapping[str, End], ports: Mapping[str, str]) -> GateEnd:
    """Return how a gate ends; all steps that it stands for have.

    Args:
        gate: the gate.
        ends: how steps ended, by name.
        ports: what outputs are called as parameters of tasks, where it is not their name.
    """
    if len(gate.steps) != 1:
        fine = all(ends[one].phase in (SUCCEEDED, SKIPPED) for one in gate.steps)
        return GateEnd(task=gate.task, phase=SUCCEEDED if fine else OMITTED)
    (step,) = gate.steps
    end = ends[step]
    values = {
        ports.get(name, name): end.values[name]
        for name in gate.outputs
        if name in end.values
    }
    facts = {name: end.facts[one] for one, name in gate.facts if one in end.facts}
    return GateEnd(
        task=gate.task,
        phase=end.phase,
        values=values | facts,
        message=f"as step {step!r} of part {gate.part}",
    )
