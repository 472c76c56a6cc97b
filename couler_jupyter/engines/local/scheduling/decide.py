"""Whether a step may run, once all it waits for has ended."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, assert_never

from couler_jupyter.engines.local.scheduling.names import has_default, knows
from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    DictOf,
    Ended,
    FirstOf,
    Format,
    ListOf,
    Not,
    Outcome,
    OutputRef,
    Phase,
    Raw,
    Step,
    StepRef,
    Value,
    leaves,
)
from couler_jupyter.ir.condition import atoms

if TYPE_CHECKING:
    from couler_jupyter.engines.local.scheduling.node import Node

_FAILED = (Phase.FAILED, Phase.ERRORED)


def obstacle(step: Step, nodes: Mapping[str, Node]) -> str:
    """Return why `step` cannot run, in one line; empty if it can."""
    for one in step.after:
        if isinstance(one, str):
            if not _passable(nodes[one]):
                return ended_as(nodes[one])
        elif not after_holds(one, nodes):
            return _why_not(one, nodes)
    by_tree = {
        atom.step
        for one in step.after
        if not isinstance(one, str)
        for atom in atoms(one)
        if isinstance(atom, Ended)
    }
    for name in step.data_dependencies:
        node = nodes[name]
        if not (node.phase.good or node.up or name in by_tree) and _needs(step, node):
            return ended_as(node)
    return next(_dead_choices(step, nodes), "")


def after_holds(condition: Condition, nodes: Mapping[str, Node]) -> bool:
    """Return whether a condition on how steps ended holds."""
    match condition:
        case Ended(step=name, how=how):
            return any(_ended_so(nodes[name], outcome) for outcome in how)
        case AllOf(terms=terms):
            return all(after_holds(term, nodes) for term in terms)
        case AnyOf(terms=terms):
            return any(after_holds(term, nodes) for term in terms)
        case Not(term=term):
            return not after_holds(term, nodes)
        case Compare() | Raw():
            return False  # no workflow that was checked has one here
        case _ as never:
            assert_never(never)


def ended_as(node: Node) -> str:
    """Return how a step ended, as messages say it.

    A step that nobody has run is named by what kept it from running.
    """
    words = {
        Phase.FAILED: "failed",
        Phase.ERRORED: "failed",
        Phase.SKIPPED: "was skipped",
        Phase.OMITTED: "did not run",
        Phase.CANCELLED: "was cancelled",
    }
    return f"{node.name} {words.get(node.phase, node.phase.value)}"


def _passable(node: Node) -> bool:
    return node.phase.good or node.phase is Phase.SKIPPED or node.up


def _ended_so(node: Node, outcome: Outcome) -> bool:
    match outcome:
        case Outcome.SUCCEEDED:
            return node.phase.good
        case Outcome.FAILED:
            return node.phase is Phase.FAILED
        case Outcome.ERRORED:
            return node.phase is Phase.ERRORED
        case Outcome.SKIPPED:
            return node.phase is Phase.SKIPPED
        case Outcome.OMITTED:
            return node.phase is Phase.OMITTED
        case Outcome.READY:
            return node.up
        case Outcome.ANY_SUCCEEDED:
            return any(phase.good for phase in node.item_phases())
        case Outcome.ALL_FAILED:
            phases = node.item_phases()
            return bool(phases) and all(phase in _FAILED for phase in phases)
        case _ as never:
            assert_never(never)


def _why_not(condition: Condition, nodes: Mapping[str, Node]) -> str:
    if isinstance(condition, Ended):
        how = " or ".join(condition.how)
        return f"{ended_as(nodes[condition.step])}; it runs only after: {how}"
    names = dict.fromkeys(a.step for a in atoms(condition) if isinstance(a, Ended))
    ends = ", ".join(ended_as(nodes[name]) for name in names)
    return f"what it runs after does not hold: {ends}"


def _needs(step: Step, node: Node) -> bool:
    """Whether `step` uses something of `node` that is there only if it succeeded."""
    return any(_hard_use(value, node) for value in step.values())


def _hard_use(value: Value, node: Node) -> bool:
    match value:
        case OutputRef(step=name, name=output):
            return name == node.name and not has_default(node, output)
        case StepRef(step=name):
            return name == node.name
        case Format(parts=parts):
            return any(not isinstance(p, str) and _hard_use(p, node) for p in parts)
        case ListOf(items=items):
            return any(_hard_use(item, node) for item in items)
        case DictOf(items=pairs):
            return any(_hard_use(item, node) for _, item in pairs)
        case _:
            return False


def _dead_choices(step: Step, nodes: Mapping[str, Node]) -> Iterator[str]:
    """Yield why of each `FirstOf` in the step that has nothing to choose."""
    for value in step.values():
        for choice in _choices(value):
            if not any(_available(option, nodes) for option in choice.options):
                names = dict.fromkeys(
                    leaf.step
                    for option in choice.options
                    for leaf in leaves(option)
                    if isinstance(leaf, OutputRef | StepRef)
                )
                ends = ", ".join(ended_as(nodes[name]) for name in names)
                yield f"there is nothing to choose from: {ends}"


def _choices(value: Value) -> Iterator[FirstOf]:
    match value:
        case FirstOf():
            yield value
        case Format(parts=parts):
            for part in parts:
                if not isinstance(part, str):
                    yield from _choices(part)
        case ListOf(items=items):
            for item in items:
                yield from _choices(item)
        case DictOf(items=pairs):
            for _, item in pairs:
                yield from _choices(item)
        case _:
            return


def _available(value: Value, nodes: Mapping[str, Node]) -> bool:
    match value:
        case OutputRef(step=name, name=output):
            return output in nodes[name].outputs or has_default(nodes[name], output)
        case StepRef(step=name, field=field):
            return knows(nodes[name], field)
        case FirstOf(options=options):
            return any(_available(option, nodes) for option in options)
        case Format(parts=parts):
            return all(isinstance(p, str) or _available(p, nodes) for p in parts)
        case ListOf(items=items):
            return all(_available(item, nodes) for item in items)
        case DictOf(items=pairs):
            return all(_available(item, nodes) for _, item in pairs)
        case _:
            return True
