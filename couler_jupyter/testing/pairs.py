"""Pairs of workflows that differ in one field, for every field of the IR.

Two workflows that differ never compile to the same manifest: what an engine leaves out in
silence is found by the pair of the field that it forgot.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, dataclass
from enum import StrEnum
from functools import cache
from types import MappingProxyType
from typing import Any

from couler_jupyter.errors import InvalidWorkflow, TuningFault
from couler_jupyter.ir import (
    Constant,
    Feature,
    Workflow,
    features_of,
    outermost_problems,
)
from couler_jupyter.testing.corpus import CORPUS
from couler_jupyter.testing.places import Place, changed, places

_TEXTS = ("7", "0 8 * * *", "Europe/Paris", "/other", "merge", "workflow", "two")
_CONSTANTS = ("other", 7, False, ["other"], {"other": 7}, 0.25)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two workflows that differ in one field.

    Attributes:
        name: `Retry.limit changed`, or `Retry.limit unset` for its default.
        one: a workflow of the corpus; `other`: the same but for that field.
        features: what both use together.
    """

    name: str
    one: Workflow
    other: Workflow
    features: frozenset[Feature]


@cache
def pairs() -> dict[str, Pair]:
    """Return a pair for each field that can be changed, and that can be left unsaid.

    Each is made of the workflow with the fewest features that has the field, so that an
    engine which lacks much is still asked about what it has.
    """
    found: dict[str, Pair] = {}
    workflows = [case.make() for case in CORPUS.values()]
    for workflow in sorted(workflows, key=lambda one: len(features_of(one))):
        words = tuple(_words(workflow))
        for place in places(workflow):
            for how, values in _changes(place, words):
                name = f"{place.field} {how}"
                if name not in found and (other := _first(workflow, place, values)):
                    both = features_of(workflow) | features_of(other)
                    found[name] = Pair(
                        name=name, one=workflow, other=other, features=both
                    )
    return found


def _changes(
    place: Place, words: tuple[str, ...]
) -> Iterator[tuple[str, tuple[Any, ...]]]:
    if place.default is not MISSING and place.value != place.default:
        yield "unset", (place.default,)
    if place.field == "Parts.members":
        yield "changed", ((tuple(name for part in place.value for name in part),),)
    elif values := _others(place.value, words):
        yield "changed", values


def _others(value: object, words: tuple[str, ...]) -> tuple[Any, ...]:
    """Return values of the same kind, likely ones first."""
    match value:
        case StrEnum():
            return tuple(type(value))
        case bool():
            return (not value,)
        case str():
            return (f"{value}2", f"{value}\n", *_TEXTS, *words)
        case int() | float():
            return (value + 1, value * 2, value / 2)
        case Constant():
            return tuple(map(Constant.of, _CONSTANTS))
        case (str() | int() as first, *rest):
            return tuple((one, *rest) for one in _others(first, words))
        case ((str(key), str(text)), *rest):
            return (((key, f"{text}2"), *rest), ((f"{key}2", text), *rest))
        case ((str(key), Constant() | int() as inner), *rest):
            return tuple(((key, one), *rest) for one in _others(inner, words))
        case (first, _, *rest):
            return ((first, *rest),)
        case _:
            return ()


def _first(
    workflow: Workflow, place: Place, values: tuple[Any, ...]
) -> Workflow | None:
    for value in values:
        if value != place.value:
            try:
                other = changed(workflow, place.path, value)
            except (InvalidWorkflow, TuningFault):
                continue
            if not outermost_problems(other):
                return other
    return None


def _words(workflow: Workflow) -> Iterator[str]:
    """Yield the names and choices in a workflow, for references to lead elsewhere."""
    for place in places(workflow):
        if place.field == "Categorical.choices":
            yield from (one for one in place.value if isinstance(one, str))
        named = place.field.endswith((".name", ".global_name"))
        if named and isinstance(place.value, str):
            yield place.value


PAIRS = MappingProxyType(pairs())
