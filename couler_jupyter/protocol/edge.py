"""Why one step comes after another, as arrows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.ir import (
    After,
    AllOf,
    AnyOf,
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
    """Yield what is waited for that is not merely that a step is done."""
    for one in after:
        if isinstance(one, str):
            continue
        if _any(one):
            ends = (atom.step for atom in atoms(one) if isinstance(atom, Ended))
            yield from ((step, condition_text(one)) for step in ends)
        else:
            yield from _ends(one, "")


def _any(condition: Condition) -> bool:
    """Whether one of several ends is enough, so that only the whole can be told."""
    match condition:
        case AnyOf():
            return True
        case AllOf(terms=terms):
            return any(map(_any, terms))
        case Not(term=term):
            return _any(term) or isinstance(term, AllOf)
        case _:
            return False


def _ends(condition: Condition, negation: str) -> Iterator[tuple[str, str]]:
    match condition:
        case AllOf(terms=terms):
            for term in terms:
                yield from _ends(term, negation)
        case Not(term=term):
            yield from _ends(term, "" if negation else "not ")
        case Ended(step=step, how=how) if negation or not _WELL.issuperset(how):
            yield step, negation + " or ".join(one.value for one in how)
        case _:
            return


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
