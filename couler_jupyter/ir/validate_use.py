"""What can be wrong with the outputs that are used: they may not be there in time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from couler_jupyter.ir.condition import AllOf, AnyOf, Condition, Ended, Outcome, atoms
from couler_jupyter.ir.condition import conjuncts as conjuncts_of
from couler_jupyter.ir.given import AnyOutput
from couler_jupyter.ir.name import nearest
from couler_jupyter.ir.step import Step, condition_values
from couler_jupyter.ir.template import Input
from couler_jupyter.ir.value import (
    DictOf,
    FirstOf,
    Format,
    ItemRef,
    ListOf,
    OutputRef,
    Text,
    leaves,
)

_WELL = frozenset({Outcome.SUCCEEDED, Outcome.READY, Outcome.ANY_SUCCEEDED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a step can name: the other steps, the workflow's inputs, its volumes.

    Attributes:
        outputs: what each template leaves behind, by the template's identity.
        ports: what each template takes, likewise.
        handlers: names of the exit handlers, which no step can wait for.
    """

    steps: Mapping[str, Step]
    inputs: Mapping[str, Input]
    volumes: frozenset[str]
    outputs: Mapping[int, Mapping[str, AnyOutput]]
    ports: Mapping[int, Mapping[str, Input]]
    handlers: frozenset[str] = frozenset()

    def output(self, maker: Step, name: str) -> AnyOutput | None:
        """Return the output `name` of a step, or None."""
        return self.outputs[id(maker.template)].get(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Who uses outputs: what holds when it runs, and what it can do without.

    Attributes:
        name: of the step; empty for the workflow's own outputs.
        conditions: what must hold for it to run.
        unsure: steps that may have failed when it runs.
        at_end: whether it is an exit handler, which runs whatever was made.
    """

    name: str = ""
    conditions: frozenset[Condition] = frozenset()
    unsure: frozenset[str] = frozenset()
    at_end: bool = False


def user_of(step: Step, *, at_end: bool = False) -> User:
    """Return a step as one who uses outputs."""
    trees = [one for one in step.after if not isinstance(one, str)]
    if not trees and step.when is None:
        return User(name=step.name, at_end=at_end)
    named = {a.step for tree in trees for a in atoms(tree) if isinstance(a, Ended)}
    return User(
        name=step.name,
        conditions=conjuncts_of(step.when),
        unsure=frozenset(named).difference(*map(_surely_well, trees)),
        at_end=at_end,
    )


def use_faults(value: Text, user: User, around: Surroundings) -> Iterator[str]:
    """Yield the outputs used in `value` that may not be there when they are needed."""
    for ref, spared in _uses(value, spared=user.at_end):
        if ref.step != user.name:
            yield from ref_faults(ref, user, around, spared=spared)


def unknown_step(name: str, around: Surroundings) -> str:
    """Return the fault of naming a step that is not there."""
    if name in around.handlers:
        return f"it waits for {name!r}, an exit handler, which runs after all steps"
    hint = nearest(name, around.steps)
    return f"it waits for step {name!r}, which is not there{hint}"


def _uses(value: Text, *, spared: bool) -> Iterator[tuple[OutputRef, bool]]:
    match value:
        case OutputRef():
            yield value, spared
        case Format(parts=parts) | ListOf(items=parts):
            for part in parts:
                yield from _uses(part, spared=spared)
        case DictOf(items=pairs):
            for _, part in pairs:
                yield from _uses(part, spared=spared)
        case FirstOf(options=options):
            for option in options:
                yield from _uses(option, spared=True)
        case _:
            return


def ref_faults(
    ref: OutputRef, user: User, around: Surroundings, *, spared: bool
) -> Iterator[str]:
    """Yield why an output may not be there; `spared` if the user can do without."""
    maker = around.steps.get(ref.step)
    if maker is None:
        yield unknown_step(ref.step, around)
        return
    output = around.output(maker, ref.name)
    if output is None:
        hint = nearest(ref.name, around.outputs[id(maker.template)])
        yield f"step {ref.step!r} has no output {ref.name!r}{hint}"
        return
    if maker.daemon:
        yield f"step {ref.step!r} is a daemon; it has no outputs while it runs"
    if spared or getattr(output, "default", None) is not None:
        return
    if maker.when is not None and not _implied(maker.when, user):
        yield (
            f"it takes output {ref.name!r} of step {ref.step!r}, which may be skipped; "
            "give it the same condition, a default, or use first_of"
        )
    if ref.step in user.unsure:
        yield (
            f"it takes output {ref.name!r} of step {ref.step!r} and may also run when "
            "that did not succeed; give the output a default or use first_of"
        )


def _implied(condition: Condition, user: User) -> bool:
    if any(
        isinstance(leaf, ItemRef)
        for value in condition_values(condition)
        for leaf in leaves(value)
    ):
        return True
    return conjuncts_of(condition) <= user.conditions


def _surely_well(tree: Condition) -> frozenset[str]:
    """Return the steps that ended well wherever `tree` holds."""
    match tree:
        case Ended(step=step, how=how) if how and _WELL.issuperset(how):
            return frozenset({step})
        case AllOf(terms=terms):
            return frozenset().union(*map(_surely_well, terms))
        case AnyOf(terms=terms) if terms:
            first, *others = map(_surely_well, terms)
            return first.intersection(*others)
        case _:
            return frozenset()
