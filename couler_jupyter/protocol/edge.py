"""Why one step comes after another, as arrows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.ir import (
    After,
    Condition,
    Ended,
    Not,
    Outcome,
    OutputRef,
    Step,
    StepRef,
    atoms,
    condition_values,
    leaves,
)
from couler_jupyter.protocol.condition import condition_text
from couler_jupyter.protocol.view import EdgeKind

_WELL = {Outcome.SUCCEEDED, Outcome.SKIPPED}


@dataclass(frozen=True, slots=True)
class Link:
    """One arrow between two steps of the same workflow."""

    source: Step
    target: Step
    kind: EdgeKind
    label: str


def links_of(step: Step, steps: Mapping[str, Step]) -> Iterator[Link]:
    """Yield one link for each step that `step` waits for.

    Where there are several reasons the most telling one is drawn: a phase waited
    for, then a condition, then data, then mere order.
    """
    phases = dict(_phases(step.after))
    asked = _asked(step)
    data = _data(step)
    condition = condition_text(step.when) if step.when is not None else ""
    for name in step.dependencies:
        if name in phases:
            yield Link(steps[name], step, "phase", phases[name])
        elif name in asked:
            yield Link(steps[name], step, "condition", condition)
        elif name in data:
            yield Link(steps[name], step, "data", data[name])
        else:
            yield Link(steps[name], step, "order", "")


def _phases(after: tuple[After, ...]) -> Iterator[tuple[str, str]]:
    for one in after:
        if isinstance(one, str):
            continue
        ends = [atom for atom in atoms(one) if isinstance(atom, Ended)]
        if any(not _WELL.issuperset(end.how) for end in ends) or isinstance(one, Not):
            yield from ((end.step, _how(one)) for end in ends)


def _how(condition: Condition) -> str:
    """What is waited for: `failed` by itself, all of it where it is a tree."""
    if isinstance(condition, Ended):
        return " or ".join(how.value for how in condition.how)
    return condition_text(condition)


def _asked(step: Step) -> frozenset[str]:
    """Names of the steps that decide whether `step` runs."""
    if step.when is None:
        return frozenset()
    return frozenset(
        leaf.step
        for value in condition_values(step.when)
        for leaf in leaves(value)
        if isinstance(leaf, OutputRef | StepRef)
    )


def _data(step: Step) -> dict[str, str]:
    """Names of the outputs used, by step; those called `result` go without saying."""
    used: dict[str, dict[str, None]] = {}
    for ref in step.references():
        names = used.setdefault(ref.step, {})
        if isinstance(ref, OutputRef) and ref.name != "result":
            names[ref.name] = None
    return {name: ", ".join(outputs) for name, outputs in used.items()}
