"""Random values and conditions."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from couler_jupyter.ir import (
    AllOf,
    AnyOf,
    Compare,
    Condition,
    DictOf,
    Feature,
    FirstOf,
    Format,
    ItemRef,
    ListOf,
    Not,
    Operator,
    OutputRef,
    ParameterRef,
    Raw,
    RunField,
    RunRef,
    StepField,
    StepRef,
    TurnRef,
    Value,
)
from couler_jupyter.testing.strategies.known import Known, leaving
from couler_jupyter.testing.strategies.plain import constants, names, texts


def values(
    known: Known, *, mapped: bool = False, repeated: bool = False
) -> st.SearchStrategy[Value]:
    """Values that a step may be given; of items and turns only where there are some."""
    leaves: list[st.SearchStrategy[Value]] = [constants()]
    if known.parameters:
        leaves.append(st.sampled_from(known.parameters).map(ParameterRef))
    if Feature.RUN_PARAMETER in known.features and known.of_run:
        of_run = st.sampled_from(known.of_run)
        leaves.append(of_run.map(lambda name: ParameterRef(name, of_run=True)))
    if made := leaving(known):
        leaves.append(st.sampled_from(made).map(OutputRef))
    if mapped:
        leaves.append(
            st.builds(ItemRef, st.lists(st.integers(0, 3) | texts()).map(tuple))
        )
    if repeated:
        leaves.append(st.just(TurnRef()))
    if Feature.RUN_FACT in known.features:
        leaves.append(st.just(RunRef(RunField.ID)))
    if Feature.STEP_FACT in known.features and known.steps:
        names_ = st.sampled_from([step.name for step in known.steps])
        leaves.append(st.builds(StepRef, names_, st.just(StepField.PHASE)))
    if Feature.RAW in known.features:
        leaves.append(st.builds(Raw, names(), texts()))
    return st.recursive(st.one_of(leaves), _around(known), max_leaves=4)


def _around(known: Known) -> Any:
    def trees(inner: st.SearchStrategy[Value]) -> st.SearchStrategy[Value]:
        many = st.lists(inner, min_size=1, max_size=3).map(tuple)
        kinds: list[st.SearchStrategy[Value]] = [inner]
        if Feature.NESTED_VALUE in known.features:
            pairs = st.dictionaries(texts(), inner, max_size=3)
            kinds.append(many.map(ListOf))
            kinds.append(pairs.map(lambda found: DictOf(tuple(found.items()))))
        if Feature.FIRST_OF in known.features:
            kinds.append(many.map(FirstOf))
        if Feature.FORMAT in known.features:
            parts = st.lists(st.one_of(texts(), inner), max_size=3).map(tuple)
            kinds.append(parts.map(Format))
        return st.one_of(kinds)

    return trees


def conditions(given: st.SearchStrategy[Value]) -> st.SearchStrategy[Condition]:
    """Conditions that compare such values."""
    compares = st.builds(Compare, given, st.sampled_from(Operator), given)
    return st.recursive(compares, joined, max_leaves=4)


def joined(inner: st.SearchStrategy[Condition]) -> st.SearchStrategy[Condition]:
    """Conditions made of others."""
    many = st.lists(inner, min_size=1, max_size=3).map(tuple)
    return st.one_of(inner.map(Not), many.map(AllOf), many.map(AnyOf))
