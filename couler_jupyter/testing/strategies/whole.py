"""Random well-formed workflows over most of what the IR can say."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import strategies as st

from couler_jupyter.ir import (
    ExitHandler,
    Feature,
    Outcome,
    PartMode,
    Parts,
    Script,
    Step,
    TimeToLive,
    Workflow,
    WorkflowOutput,
)
from couler_jupyter.testing.strategies.known import Known, some
from couler_jupyter.testing.strategies.plain import labels, names, seconds, texts
from couler_jupyter.testing.strategies.steps import extras, steps
from couler_jupyter.testing.strategies.templates import ports
from couler_jupyter.testing.strategies.values import values

ALL = frozenset(Feature)


@st.composite
def workflows(
    draw: st.DrawFn,
    max_steps: int = 6,
    features: frozenset[Feature] = ALL,
    depth: int = 1,
    of_run: tuple[str, ...] | None = None,
) -> Workflow:
    """Draw a well-formed workflow that uses only `features`.

    Args:
        draw: given by hypothesis.
        max_steps: steps at the most, those of sub-workflows not counted.
        features: what it may use; a script and a function it always may.
        depth: how deep sub-workflows nest.
        of_run: parameters of the workflow that it is a part of; None if of none.
    """
    known = Known(features=features)
    taken = draw(some(known, Feature.WORKFLOW_PARAMETER, ports(required=False), ()))
    parameters = tuple(port.name for port in taken)
    of_run = parameters if of_run is None else of_run
    known = replace(
        known,
        parameters=parameters,
        of_run=of_run,
        inner=workflows(3, features, depth - 1, of_run) if depth else None,
    )
    for name in draw(st.lists(names(), min_size=1, max_size=max_steps, unique=True)):
        known = replace(known, steps=(*known.steps, draw(steps(name, known))))
    handled = some(known, Feature.EXIT_HANDLER, _handlers(known), ())
    return Workflow(
        name=draw(names()),
        steps=known.steps,
        parameters=taken,
        outputs=draw(some(known, Feature.WORKFLOW_OUTPUT, _outputs(known), ())),
        exit_handlers=draw(handled),
        description=draw(texts()),
        parallelism=draw(some(known, Feature.PARALLELISM, st.integers(1, 9), None)),
        fail_fast=draw(some(known, Feature.FAIL_FAST, st.just(True), False)),
        timeout=draw(some(known, Feature.WORKFLOW_TIMEOUT, seconds(), None)),
        priority=draw(some(known, Feature.PRIORITY, st.integers(), None)),
        labels=draw(some(known, Feature.LABELS, labels(), ())),
        ttl=draw(some(known, Feature.TTL, _time_to_live(), None)),
        extras=draw(some(known, Feature.EXTRA, extras(), ())),
        parts=draw(some(known, Feature.PARTS, _parts(known), None)),
    )


def _parts(known: Known) -> st.SearchStrategy[Parts]:
    """Steps are drawn after all they wait for, so any cut of their row is in order."""
    row = tuple(step.name for step in known.steps)
    cuts = st.sets(st.integers(0, len(row))).map(
        lambda cut: sorted({0, *cut, len(row)})
    )
    members = cuts.map(lambda at: tuple(row[a:b] for a, b in pairwise(at)))
    return st.builds(
        Parts,
        members=members,
        mode=st.sampled_from(PartMode),
        live=st.integers(1, 99),
    )


def _time_to_live() -> st.SearchStrategy[TimeToLive]:
    return st.builds(TimeToLive, after_end=st.none() | st.integers(0, 10**9))


def _outputs(known: Known) -> st.SearchStrategy[tuple[WorkflowOutput, ...]]:
    output = st.builds(WorkflowOutput, name=names(), value=values(known))
    found = st.lists(output, max_size=2, unique_by=lambda one: one.name)
    return found.map(tuple)


def _handlers(known: Known) -> st.SearchStrategy[tuple[ExitHandler, ...]]:
    taken = {step.name for step in known.steps}
    free = names().filter(lambda name: name not in taken)
    step = free.flatmap(
        lambda name: st.just(Step(name=name, template=Script(source="")))
    )
    ends = st.sampled_from([Outcome.SUCCEEDED, Outcome.FAILED, Outcome.ERRORED])
    on = st.lists(ends, unique=True).map(tuple)
    if Feature.EXIT_HANDLER_STATUS not in known.features:
        on = st.just(())
    return st.builds(ExitHandler, step=step, on=on).map(lambda one: (one,))
