"""What tags name where a template that runs itself asks whether to."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from couler_jupyter.engines.argo.reading.expressions import read_expression
from couler_jupyter.engines.argo.reading.tags import Tag
from couler_jupyter.ir import (
    Compare,
    Condition,
    Constant,
    Operator,
    OutputRef,
    Value,
    as_number,
    condition_values,
    leaves,
)

BOUNDS = {Operator.SMALLER: 0, Operator.SMALLER_EQUAL: 1}
"""How a counter may be bounded, and how many turns that is more."""
_COUNTER = "counter "
"""Begins what stands for a counter; no output is named so, with a space."""


class Anything:
    """Takes any tag for a value, and remembers which it was asked for."""

    def __init__(self) -> None:
        self.seen: dict[tuple[str, ...], None] = {}

    def __call__(self, tag: Tag) -> Value | None:
        """Return what a tag stands for."""
        if tag.expression:
            return read_expression(tag.name, self.named)
        return self.named(tuple(tag.name.split(".")))

    def named(self, path: tuple[str, ...]) -> Value | None:
        """Return what a variable stands for."""
        self.seen[path] = None
        return OutputRef("-".join(path))


@dataclass(frozen=True, slots=True)
class Between:
    """What tags name between two turns of a step.

    Attributes:
        step: the step.
        outputs: what it leaves, by what that was in the turn.
        counters: inputs that count.
    """

    step: str
    outputs: Mapping[tuple[str, ...], str]
    counters: Collection[str]

    def __call__(self, tag: Tag) -> Value | None:
        """Return what a tag stands for."""
        if tag.expression:
            return read_expression(tag.name, self.named)
        return self.named(tuple(tag.name.split(".")))

    def named(self, path: tuple[str, ...]) -> Value | None:
        """Return what a variable stands for."""
        if path in self.outputs:
            return OutputRef(self.step, self.outputs[path])
        match path:
            case ("inputs", "parameters", name) if name in self.counters:
                return OutputRef(self.step, f"{_COUNTER}{name}")
            case _:
                return None

    def counted(self, term: Condition) -> tuple[str, Operator, int] | None:
        """Return the counter that a term bounds, how, and by what."""
        match term:
            case Compare(
                left=OutputRef(name=name), operator=operator, right=Constant() as right
            ) if name.startswith(_COUNTER) and operator in BOUNDS:
                bound = as_number(right.value)
                if isinstance(bound, int):
                    return name.removeprefix(_COUNTER), operator, bound
                return None
            case _:
                return None

    def counts(self, terms: list[Condition]) -> bool:
        """Whether a counter stands in one of these."""
        return any(
            isinstance(leaf, OutputRef) and leaf.name.startswith(_COUNTER)
            for term in terms
            for value in condition_values(term)
            for leaf in leaves(value)
        )
