"""Random steps: what they take, when and how often they run."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import Any

from hypothesis import strategies as st

from couler_jupyter.ir import (
    After,
    Argument,
    AtLimit,
    Backoff,
    Cache,
    Compare,
    Constant,
    Ended,
    Extra,
    Feature,
    Items,
    Map,
    Operator,
    Origin,
    Outcome,
    OutputRef,
    Over,
    Range,
    Repeat,
    Retry,
    RetryPolicy,
    Step,
    Template,
    inputs_of,
)
from couler_jupyter.testing.strategies.known import Known, leaving, some
from couler_jupyter.testing.strategies.plain import constants, names, seconds, texts
from couler_jupyter.testing.strategies.templates import templates
from couler_jupyter.testing.strategies.tuning import tunes
from couler_jupyter.testing.strategies.values import conditions, joined, values


@st.composite
def steps(draw: st.DrawFn, name: str, known: Known) -> Step:
    """Draw a step that may use what is known."""
    template = draw(templates(known))
    loop = draw(_loops(known))
    repeat = None
    if loop is None:
        repeat = draw(some(known, Feature.REPEAT, _repeats(name, template), None))
    given = values(known, mapped=loop is not None, repeated=repeat is not None)
    names_ = [port.name for port in inputs_of(template)]
    arguments = tuple(Argument(name, draw(given)) for name in names_)
    step = Step(
        name=name,
        template=template,
        arguments=arguments,
        loop=loop,
        repeat=repeat,
        when=draw(some(known, Feature.WHEN, conditions(given), None)),
        retry=draw(some(known, Feature.RETRY, _retries(known), None)),
        timeout=draw(some(known, Feature.TIMEOUT, seconds(), None)),
        cache=draw(some(known, Feature.CACHE, st.builds(Cache, key=texts()), None)),
        extras=draw(some(known, Feature.EXTRA, extras(), ())),
        origin=draw(st.none() | st.builds(Origin, texts(), st.integers(1, 99))),
    )
    tune = draw(some(known, Feature.TUNE, tunes(step), None))
    return replace(step, after=draw(_orders(known, step)), tune=tune)


def _loops(known: Known) -> st.SearchStrategy[Map | None]:
    sources: list[st.SearchStrategy[Any]] = []
    if Feature.MAP_ITEMS in known.features:
        sources.append(st.lists(constants(), max_size=3).map(tuple).map(Items))
    if Feature.MAP_RANGE in known.features:
        ends = st.integers(-5, 5).map(Constant.of)
        sources.append(st.builds(Range, start=ends, end=ends, step=st.integers(1, 3)))
    made = leaving(known)
    if Feature.MAP_OUTPUT in known.features and made:
        sources.append(st.sampled_from(made).map(OutputRef).map(Over))
    if not sources:
        return st.none()
    most = some(known, Feature.MAP_PARALLELISM, st.integers(1, 5), None)
    return st.one_of(
        st.none(), st.builds(Map, over=st.one_of(sources), parallelism=most)
    )


def _repeats(name: str, template: Template) -> st.SearchStrategy[Repeat | None]:
    if not any(one.name == "result" for one in getattr(template, "outputs", ())):
        return st.none()
    again = st.builds(
        Compare, st.just(OutputRef(name)), st.sampled_from(Operator), constants()
    )
    return st.builds(
        Repeat,
        condition=again,
        limit=st.integers(1, 9),
        at_limit=st.sampled_from(AtLimit),
        pause=st.integers(0, 9).map(str),
    )


def _retries(known: Known) -> st.SearchStrategy[Retry | None]:
    waits = st.floats(0, 1e6, allow_nan=False)
    backoff = st.builds(Backoff, seconds=waits, factor=waits, longest=st.none() | waits)
    policies = st.sampled_from(RetryPolicy)
    return st.builds(
        Retry,
        limit=st.integers(0, 9),
        policy=some(known, Feature.RETRY_POLICY, policies, RetryPolicy.ON_FAILURE),
        backoff=some(known, Feature.RETRY_BACKOFF, backoff, None),
    )


@st.composite
def _orders(draw: st.DrawFn, known: Known, step: Step) -> tuple[After, ...]:
    """Draw what a step waits for; trees never name what it takes outputs of."""
    names_ = [one.name for one in known.steps]
    if not names_:
        return ()
    after: list[After] = draw(st.lists(st.sampled_from(names_), max_size=2))
    free = [name for name in names_ if name not in step.data_dependencies]
    if free and Feature.AFTER_PHASES in known.features and draw(st.booleans()):
        plain = [Outcome.SUCCEEDED, Outcome.FAILED, Outcome.SKIPPED, Outcome.OMITTED]
        how = st.lists(st.sampled_from(plain), min_size=1, max_size=3).map(tuple)
        ended = st.builds(Ended, st.sampled_from(free), how)
        after.append(draw(st.recursive(ended, joined, max_leaves=3)))
    return tuple(after)


@cache
def extras() -> st.SearchStrategy[tuple[Extra, ...]]:
    """Words that only one engine has."""
    extra = st.builds(
        Extra, engine=names(), path=texts(), value=constants(), ignorable=st.booleans()
    )
    return st.lists(extra, max_size=2).map(tuple)
