"""`couler.tune`: that hyper-parameters of a step are to be chosen before it runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

from couler_jupyter.dsl.node import Node
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.step_function import StepFunction
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.ir import DataCard, Dimension, Metric, ModelCard, Space, Tune

Tuned = TypeVar("Tuned", bound=StepFunction | StepOutput)


def tune(
    step: Tuned,
    space: Space | Mapping[str, Dimension],
    *,
    data_card: DataCard,
    model_card: ModelCard,
    metric: Metric | None = None,
    budget: str = "",
    log: str = "",
) -> Tuned:
    """Say that hyper-parameters of a step are to be chosen, and from what.

    Nothing is chosen here: `%couler tune` does that, and the pass `tune` puts what was
    chosen into the workflow. Until then the step runs with what it is given or, where
    that says nothing of a hyper-parameter, with the default of the space.

    Args:
        step: a `@couler.step` function, all of whose calls are then tuned, or what a
            call of one, of `run_container` or of `run_script` gave.
        space: what each hyper-parameter may be; they are inputs of the step.
        data_card: what the step learns from.
        model_card: what it trains.
        metric: what is to be good, instead of that of the data card.
        budget: the input of the step that says how many units it trains.
        log: the output of the step that holds its training log; without one, the step
            prints it, as `couler.report` does.

    Returns:
        The same step, to be tuned.

    Raises:
        BuildFailed: it is no step, or a step that is tuned already.
    """
    made = Tune(
        space=space if isinstance(space, Space) else Space.of(space),
        data=data_card,
        model=model_card,
        metric=metric,
        budget=budget,
        log=log,
    )
    if isinstance(step, StepFunction):
        return cast("Tuned", step.with_options(tune=made))
    node = _node_of(step)
    if node.tune is not None:
        raise misused(f"step {node.name!r} is tuned already")
    node.tune = made
    return step


def _node_of(given: object) -> Node:
    if isinstance(given, StepOutput):
        return given._node
    raise misused(
        f"couler.tune is given {given!r}; give a @couler.step function or what a call "
        "of a step gave"
    )
