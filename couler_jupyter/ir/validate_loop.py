"""What can be wrong with a map or a repeat."""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.ir.condition import Ended, atoms
from couler_jupyter.ir.constant import Constant, as_number
from couler_jupyter.ir.given import given_by
from couler_jupyter.ir.loop import Items, Map, Over, Range, Repeat
from couler_jupyter.ir.parameter import ValueType, fits
from couler_jupyter.ir.step import Step
from couler_jupyter.ir.validate_tree import seconds_fault
from couler_jupyter.ir.validate_use import Surroundings
from couler_jupyter.ir.value import ItemRef, OutputRef, ParameterRef, Value, leaves

_PRINTF = re.compile(r"(?:[^%]|%%)*%[-+ 0#]*\d{0,3}[dioxX](?:[^%]|%%)*")


def loop_faults(step: Step, around: Surroundings) -> Iterator[str]:
    """Yield what is wrong with how a step is mapped or repeated."""
    if step.loop is not None and step.repeat is not None:
        yield "it is both mapped and repeated; put one of them in a sub-workflow"
    if step.loop is not None:
        yield from _map_faults(step.loop, around)
    if step.repeat is not None:
        yield from _repeat_faults(step.repeat)


def _repeat_faults(repeat: Repeat) -> Iterator[str]:
    if repeat.limit < 1:
        yield f"its repeat may run {repeat.limit} times; the bound must be 1 or more"
    if any(isinstance(atom, Ended) for atom in atoms(repeat.condition)):
        yield "a repeat compares values; ask how steps ended in `after`"
    if fault := seconds_fault("pause", repeat.pause):
        yield fault


def _map_faults(loop: Map, around: Surroundings) -> Iterator[str]:
    if loop.parallelism is not None and loop.parallelism < 1:
        yield f"its map runs {loop.parallelism} at once; it must be 1 or more"
    match loop.over:
        case Items():
            return
        case Range():
            yield from _range_faults(loop.over, around)
            used: tuple[Value, ...] = (loop.over.start, loop.over.end)
        case Over(value=value):
            yield from _over_faults(value, around)
            used = (value,)
    if any(isinstance(leaf, ItemRef) for value in used for leaf in leaves(value)):
        yield "it maps over its own items"


def _range_faults(over: Range, around: Surroundings) -> Iterator[str]:
    if over.step == 0:
        yield "its range has step 0"
    if over.format is not None and _PRINTF.fullmatch(over.format) is None:
        yield f"its range has format {over.format!r}; write one number, as %02d"
    for value in (over.start, over.end):
        if isinstance(value, Constant):
            number = as_number(value.value)
            if number is None or number != number // 1:
                yield f"its range has the bound {value.json}, which is no whole number"
        kind = given_by(value, around.steps, around.inputs)
        if kind == "artifact" or (kind and not fits(kind, ValueType.INTEGER)):
            a = kind.with_article if isinstance(kind, ValueType) else "an artifact"
            yield f"its range has a bound that is {a}, no whole number"


def _over_faults(value: Value, around: Surroundings) -> Iterator[str]:
    if isinstance(value, Constant):
        if not isinstance(value.value, list):
            yield f"it maps over {value.json}, which is no list"
        return
    kind = given_by(value, around.steps, around.inputs)
    if isinstance(kind, ValueType) and not fits(kind, ValueType.LIST):
        what = (
            repr(value.name) if isinstance(value, OutputRef | ParameterRef) else "that"
        )
        yield f"it maps over {what}, which is {kind.with_article}, no list"
