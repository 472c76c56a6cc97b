"""A run again of what did not succeed: a PipelineRun without the tasks that did.

What they left is given to it as parameters, and their files are where they were, on the
volume of the run before, which stays as long as that PipelineRun does.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.live.objects import OF_TASK, condition_of
from couler_jupyter.engines.tekton.names import OWN
from couler_jupyter.ir import Json

_RESULT = re.compile(r"\$\(tasks\.([^.()]+)\.results\.([^()\[\]]+)((?:\[\*\])?)\)")
_NAME = f"{OWN}done"


@dataclass(slots=True)
class _Rest:
    """What is left of a pipeline, with the results that were there already.

    Attributes:
        done: results of tasks that succeeded, by task.
        first: number of the first parameter, behind those of times before.
        params: parameters that hold those that are referred to, by reference.
    """

    done: Mapping[str, Mapping[str, Json]]
    first: int = 0
    params: dict[str, tuple[str, Json]] = field(
        default_factory=dict[str, "tuple[str, Json]"]
    )

    def of(self, found: Json) -> Json:
        """Return a part of a pipeline in which nothing refers to what is done."""
        match found:
            case str():
                return _RESULT.sub(self._given, found)
            case list():
                return [self.of(one) for one in found]
            case dict():
                return {key: self.of(one) for key, one in found.items()}
            case _:
                return found

    def _given(self, reference: re.Match[str]) -> str:
        task, result, star = reference.groups()
        if task not in self.done or result not in self.done[task]:
            return reference[0]
        if reference[0] not in self.params:
            name = f"{_NAME}-{self.first + len(self.params)}"
            self.params[reference[0]] = (name, self.done[task][result])
        return f"$(params.{self.params[reference[0]][0]}{star})"


def done_in(task_runs: Mapping[str, Json], run: Json) -> dict[str, Fields]:
    """Return what tasks left that succeeded whole, by task and result.

    Those of `finally` are never done: they run behind whatever runs.
    """
    spec = (run.get("status") or {}).get("pipelineSpec") or {}
    own = {one["name"] for one in spec.get("tasks") or ()}
    references = (run.get("status") or {}).get("childReferences") or ()
    order: dict[str, int] = {
        one["name"]: number for number, one in enumerate(references)
    }
    found: dict[str, list[Json]] = {}
    for name in sorted(task_runs, key=lambda one: order.get(one, len(order))):
        one = task_runs[name]
        task = (one["metadata"].get("labels") or {}).get(OF_TASK) or ""
        found.setdefault(task, []).append(one)
    return {
        task: _results(runs)
        for task, runs in found.items()
        if task in own
        and all(condition_of(one).get("status") == "True" for one in runs)
    }


def _results(runs: list[Json]) -> Fields:
    found: dict[str, list[Json]] = {}
    for one in runs:
        for result in (one.get("status") or {}).get("results") or ():
            found.setdefault(result["name"], []).append(result.get("value"))
    return {n: texts if len(runs) > 1 else texts[0] for n, texts in found.items()}


def claims_in(task_runs: Mapping[str, Json]) -> dict[str, str]:
    """Return the volumes that were made for a run, by the name of the workspace."""
    found: dict[str, str] = {}
    for one in task_runs.values():
        for space in (one.get("spec") or {}).get("workspaces") or ():
            claim = (space.get("persistentVolumeClaim") or {}).get("claimName")
            if claim:
                found[space["name"]] = claim
    return found


def rest_of(
    pipeline: Fields,
    run: Fields,
    done: Mapping[str, Mapping[str, Json]],
    claims: Mapping[str, str],
) -> tuple[Fields, Fields]:
    """Return the Pipeline and the PipelineRun of what is left of a run.

    Args:
        pipeline: what was run.
        run: the PipelineRun, with neither a name nor a status of its own.
        done: results of tasks that need not run, by task.
        claims: the volumes of the run, by workspace.
    """
    spec = dict(pipeline["spec"])
    before = [one["name"] for one in spec.get("params") or ()]
    first = sum(name.startswith(f"{_NAME}-") for name in before)
    rest = _Rest(_as_references(spec, done), first)
    tasks = [one for one in spec.get("tasks") or () if one["name"] not in done]
    spec["tasks"] = [rest.of(_behind(one, done)) for one in tasks]
    for part in ("finally", "results"):
        if part in spec:
            spec[part] = rest.of(spec[part])
    declared = [
        {"name": name, "type": "array" if isinstance(value, list) else "string"}
        for name, value in rest.params.values()
    ]
    given = [{"name": name, "value": value} for name, value in rest.params.values()]
    if declared:
        spec["params"] = [*(spec.get("params") or ()), *declared]
    inner = dict(run["spec"])
    inner.pop("status", None)
    inner["params"] = [*(inner.get("params") or ()), *given]
    if not inner["params"]:
        del inner["params"]
    if "workspaces" in inner:
        inner["workspaces"] = [_kept(one, claims) for one in inner["workspaces"]]
    names = {one["name"] for one in (*spec["tasks"], *(spec.get("finally") or ()))}
    if own := inner.pop("taskRunSpecs", None):
        left = [one for one in own if one["pipelineTaskName"] in names]
        inner |= {"taskRunSpecs": left} if left else {}
    return {**pipeline, "spec": spec}, {**run, "spec": inner}


def _as_references(
    spec: Fields, done: Mapping[str, Mapping[str, Json]]
) -> dict[str, Mapping[str, Json]]:
    """Return results as references read them: of a matrix they are lists, even of one."""
    mapped = {one["name"] for one in spec.get("tasks") or () if "matrix" in one}
    return {
        task: {name: _listed(value) for name, value in results.items()}
        if task in mapped
        else results
        for task, results in done.items()
    }


def _listed(value: Json) -> Json:
    return value if isinstance(value, list) else [value]


def _behind(task: Fields, done: Collection[str]) -> Fields:
    if "runAfter" not in task:
        return task
    left = [name for name in task["runAfter"] if name not in done]
    rest = {key: one for key, one in task.items() if key != "runAfter"}
    return {**rest, "runAfter": left} if left else rest


def _kept(space: Fields, claims: Mapping[str, str]) -> Fields:
    if space["name"] not in claims or "volumeClaimTemplate" not in space:
        return space
    claim = {"claimName": claims[space["name"]]}
    return {"name": space["name"], "persistentVolumeClaim": claim}
