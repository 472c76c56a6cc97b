"""Random wishes to have hyper-parameters chosen."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from couler_jupyter.ir import (
    Categorical,
    Classes,
    Constant,
    DataCard,
    Dimension,
    Direction,
    Float,
    InputRef,
    Int,
    Metric,
    ModelCard,
    Script,
    Space,
    Step,
    Tune,
    leaves,
)
from couler_jupyter.testing.strategies.plain import names


def tunes(step: Step) -> st.SearchStrategy[Tune | None]:
    """Draw what of a script's constant inputs is to be chosen; None where nothing is."""
    if not isinstance(step.template, Script):
        return st.none()
    read = {
        leaf.name for leaf in leaves(step.template.source) if isinstance(leaf, InputRef)
    }
    open_ = sorted(
        one.name
        for one in step.arguments
        if one.name in read and isinstance(one.value, Constant)
    )
    if not open_:
        return st.none()
    chosen = st.lists(st.sampled_from(open_), min_size=1, unique=True)
    return st.none() | chosen.flatmap(_tune)


def _tune(chosen: list[str]) -> st.SearchStrategy[Tune]:
    pairs = st.tuples(*(st.tuples(st.just(one), _dimensions()) for one in chosen))
    spaces = pairs.map(lambda some: Space(dimensions=some))
    return st.builds(Tune, space=spaces, data=_data(), model=_models())


@cache
def _dimensions() -> st.SearchStrategy[Dimension]:
    return st.one_of(
        st.integers(1, 9).map(lambda low: Float(low=low / 8, high=low * 2.0, log=True)),
        st.integers(-9, 9).map(lambda low: Int(low=low, high=low + 3, default=low)),
        st.just(Categorical(choices=("a", 2, 0.5, True, None))),
    )


@cache
def _data() -> st.SearchStrategy[DataCard]:
    metrics = st.builds(
        Metric, name=names(), direction=st.sampled_from(Direction), trivial=st.none()
    )
    return st.builds(
        DataCard,
        name=names(),
        input_type=names(),
        label_space=st.just(Classes(names=("yes", "no"))),
        metric=metrics,
        rows=st.none() | st.integers(0, 9**9),
    )


@cache
def _models() -> st.SearchStrategy[ModelCard]:
    return st.builds(
        ModelCard,
        name=names(),
        library=names(),
        structure=names(),
        description=names(),
        max_units=st.none() | st.integers(1, 999),
    )
