"""Search for hyper-parameters with Katib: an Experiment as a step.

Source: https://www.kubeflow.org/docs/components/katib/, kubeflow.org/v1beta1.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias, Unpack, assert_never

from couler_jupyter.dsl import StepOutput, run_job
from couler_jupyter.dsl.origin import misused
from couler_jupyter.ir import (
    Categorical,
    Dimension,
    Float,
    Int,
    Metric,
    Space,
    as_text,
)
from couler_jupyter.zoo.options import RunOptions, how_to_run

_END = "status.conditions.2.type"
"""What comes after Created and Running; Argo's conditions cannot search a list."""

Goal: TypeAlias = Literal["maximize", "minimize"]


@dataclass(frozen=True, slots=True)
class Range:
    """Numbers from `least` to `most`; whole ones if both are."""

    least: float
    most: float
    step: float | None = None

    def __post_init__(self) -> None:
        """Check the order.

        Raises:
            BuildFailed: there is no number in it.
        """
        if not self.least <= self.most:
            raise misused(f"a range from {self.least} to {self.most} has no numbers")


Values: TypeAlias = Range | Dimension | Sequence[str | float]
"""A range of numbers, what a hyper-parameter may be, or the values there are."""


def tune(
    trial: Mapping[str, Any],
    parameters: Space | Mapping[str, Values],
    *,
    metric: str | Metric,
    goal: Goal = "maximize",
    until: float | None = None,
    container: str = "main",
    algorithm: str = "random",
    trials: int = 12,
    parallel: int = 3,
    failed: int = 3,
    name: str = "katib",
    **options: Unpack[RunOptions],
) -> StepOutput:
    """Add a step that looks for the best parameters by trying many.

    Args:
        trial: the object that tries one set, such as a Job: where it says
            `${trialParameters.lr}` it gets the value of `lr`.
        parameters: their names and what they may be, or the same space that
            `couler.tune` is given; one with conditions Katib cannot say.
        metric: what is measured; a `couler.Metric` says its goal itself.
        goal: whether the metric is to be big or small.
        until: the value of the metric at which the search ends.
        container: which container of the trial prints the metric.
        algorithm: how sets are chosen: random, grid, bayesianoptimization, tpe, ...
        trials: sets that are tried at the most.
        parallel: how many of them at once.
        failed: how many of them may fail.
        name: how the object is called; the cluster adds some letters.
        options: see `RunOptions`.

    Returns:
        The step; `couler.from_manifest` reads the best parameters from its object.

    Raises:
        BuildFailed: no workflow is being written, or an argument makes no sense.
    """
    if not parameters:
        raise misused("tune is given no parameters; write {'lr': Range(0.01, 0.1)}")
    named = _named(parameters)
    objective: dict[str, Any] = {"type": goal, "objectiveMetricName": metric}
    if isinstance(metric, Metric):
        objective = {
            "type": metric.direction.value,
            "objectiveMetricName": metric.name,
        }
    if until is not None:
        objective["goal"] = until
    manifest = {
        "apiVersion": "kubeflow.org/v1beta1",
        "kind": "Experiment",
        "metadata": {"generateName": f"{name}-"},
        "spec": {
            "objective": objective,
            "algorithm": {"algorithmName": algorithm},
            "maxTrialCount": trials,
            "parallelTrialCount": parallel,
            "maxFailedTrialCount": failed,
            "parameters": [_parameter(*one) for one in named.items()],
            "trialTemplate": {
                "primaryContainerName": container,
                "trialParameters": [{"name": one, "reference": one} for one in named],
                "trialSpec": dict(trial),
            },
        },
    }
    return run_job(
        manifest,
        f"{_END} == Succeeded",
        f"{_END} == Failed",
        **how_to_run(options),
    )


def _named(parameters: Space | Mapping[str, Values]) -> Mapping[str, Values]:
    """Return what each parameter may be.

    Raises:
        BuildFailed: some go only with others, which Katib has no word for.
    """
    if not isinstance(parameters, Space):
        return parameters
    if parameters.conditions:
        names = ", ".join(
            dict.fromkeys(repr(one.name) for one in parameters.conditions)
        )
        raise misused(
            f"tune: {names} of the space go only with values of others, which Katib "
            "cannot say; run one search for each of those values, without the condition"
        )
    return parameters.by_name


def _dimension(name: str, one: Dimension) -> dict[str, Any]:
    """Return a dimension of a space in Katib's words."""
    match one:
        case Categorical():
            return {
                "name": name,
                "parameterType": "categorical",
                "feasibleSpace": {"list": [as_text(value) for value in one.choices]},
            }
        case Float() | Int():
            feasible = {"min": as_text(one.low), "max": as_text(one.high)}
            if one.step is not None and (isinstance(one, Float) or one.step != 1):
                feasible["step"] = as_text(one.step)
            if one.log:
                feasible["distribution"] = "logUniform"
            kind = "double" if isinstance(one, Float) else "int"
            return {"name": name, "parameterType": kind, "feasibleSpace": feasible}
        case _ as never:
            assert_never(never)


def _parameter(name: str, space: Values) -> dict[str, Any]:
    if isinstance(space, Float | Int | Categorical):
        return _dimension(name, space)
    if isinstance(space, Range):
        numbers = (space.least, space.most)
        whole = all(isinstance(one, int) for one in (*numbers, space.step or 0))
        feasible = {"min": str(space.least), "max": str(space.most)}
        if space.step is not None:
            feasible["step"] = str(space.step)
        kind = "int" if whole else "double"
        return {"name": name, "parameterType": kind, "feasibleSpace": feasible}
    values = [str(one) for one in space]
    if not values:
        raise misused(f"parameter {name!r} has no values to try")
    numeric = all(isinstance(one, int | float) for one in space)
    kind = "discrete" if numeric else "categorical"
    return {"name": name, "parameterType": kind, "feasibleSpace": {"list": values}}
