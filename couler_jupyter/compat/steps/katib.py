"""`couler.steps.katib` of the open SDK: experiments of Katib's version v1alpha3.

New workflows use `couler_jupyter.zoo.katib`, for the versions of today.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from couler_jupyter.compat.job import run_job
from couler_jupyter.compat.result import StepResult
from couler_jupyter.dsl.origin import misused

_OBJECTIVE = ("type", "goal", "metric_name")
_PARAMETER = ("name", "type", "range")


def run(
    raw_template: str | None = None,
    tuning_params: Sequence[Mapping[str, Any]] = (),
    objective: Mapping[str, Any] | None = None,
    success_condition: str | None = None,
    failure_condition: str | None = None,
    algorithm: str = "random",
    parallel_trial_count: int = 3,
    max_trial_count: int = 12,
    max_failed_trial_count: int = 3,
) -> StepResult:
    """Add a step that looks for the best parameters by trying many.

    Args:
        raw_template: a Go template of the object that tries one set.
        tuning_params: `{"name": ..., "type": ..., "range": [least, most]}` each.
        objective: `{"type": ..., "goal": ..., "metric_name": ...}`.
        success_condition: when it is done; without one, as soon as it is made.
        failure_condition: when it has failed.
        algorithm: how sets are chosen.
        parallel_trial_count: how many are tried at once.
        max_trial_count: how many are tried at the most.
        max_failed_trial_count: how many may fail.

    Raises:
        BuildFailed: an argument is missing or makes no sense.
    """
    if raw_template is None:
        raise misused("katib.run has no raw_template; give the object of a trial")
    wanted = _with(objective, _OBJECTIVE, "objective")
    manifest = {
        "apiVersion": "kubeflow.org/v1alpha3",
        "kind": "Experiment",
        "metadata": {
            "labels": {"controller-tools.k8s.io": "1.0"},
            "generateName": "katib-",
        },
        "spec": {
            "parallelTrialCount": parallel_trial_count,
            "maxTrialCount": max_trial_count,
            "maxFailedTrialCount": max_failed_trial_count,
            "objective": {
                "type": wanted["type"],
                "goal": wanted["goal"],
                "objectiveMetricName": wanted["metric_name"],
            },
            "algorithm": {"algorithmName": algorithm},
            "parameters": [_parameter(one) for one in tuning_params],
            "trialTemplate": {"goTemplate": {"rawTemplate": raw_template}},
        },
    }
    return run_job(manifest, success_condition, failure_condition)


def _parameter(given: Mapping[str, Any]) -> dict[str, Any]:
    wanted = _with(given, _PARAMETER, "each of tuning_params")
    try:
        least, most = wanted["range"]
    except (TypeError, ValueError):
        raise misused(f"range={wanted['range']!r} is no [least, most]") from None
    return {
        "name": f"--{wanted['name']}",
        "parameterType": wanted["type"],
        "feasibleSpace": {"min": str(least), "max": str(most)},
    }


def _with(
    given: Mapping[str, Any] | None, keys: Sequence[str], what: str
) -> Mapping[str, Any]:
    missing = [key for key in keys if key not in (given or {})]
    if given is None or missing:
        raise misused(
            f"{what} needs {', '.join(keys)}; {', '.join(missing)} is missing"
        )
    return given
