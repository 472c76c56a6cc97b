"""Normal forms of fields of which parts belong together; see `sameness`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeAlias, cast

from couler_jupyter.engines.argo.order_form import ordered_tasks, waits_for_nothing
from couler_jupyter.engines.argo.scalars import sequence_of
from couler_jupyter.ir import Json, as_text

Object: TypeAlias = Mapping[str, Json]


def _dag(made: Object) -> Object:
    if not isinstance(tasks := made.get("tasks"), list):
        return made
    if waits_for_nothing(tasks):
        made = {key: value for key, value in made.items() if key != "failFast"}
    return {**made, "tasks": ordered_tasks(tasks)}


def _template(made: Object) -> Object:
    """Return a template whose steps let others go on without saying so themselves.

    Nobody waits for one to be ready that is no daemon.
    """
    for kind in ("container", "script") if not made.get("daemon") else ():
        if "readinessProbe" in (box := cast("Object", made.get(kind) or {})):
            rest = {key: one for key, one in box.items() if key != "readinessProbe"}
            made = {**made, kind: rest}
    if not isinstance(groups := made.get("steps"), list) or not groups:
        return made
    silent = [
        [{k: v for k, v in step.items() if k != "continueOn"} for step in group]
        for group in groups[:-1]
    ]
    return {**made, "steps": [*silent, groups[-1]]}


def _mapped(task: Object) -> Object:
    """Return a task whose sequence of known bounds is a list of items."""
    if (items := sequence_of(task.get("withSequence"))) is not None:
        rest = {key: value for key, value in task.items() if key != "withSequence"}
        return {**rest, "withItems": items}
    items = task.get("withItems")
    if isinstance(items, list) and not any(isinstance(i, dict | list) for i in items):
        return {**task, "withItems": [as_text(item) for item in items]}
    return task


def _parameter(made: Object) -> Object:
    """Return a parameter; a value is what it is when nothing is given."""
    if "value" not in made or "default" in made:
        return made
    return {"default" if key == "value" else key: one for key, one in made.items()}


def _resources(made: Object) -> Object:
    """Return resources; what is asked for beyond limits only says where it runs."""
    limits = cast("Object", made.get("limits", {}))
    asked = cast("Object", made.get("requests", {}))
    kept = {k: v for k, v in asked.items() if k in limits and limits[k] != v}
    rest = {key: value for key, value in made.items() if key != "requests"}
    return {**rest, "requests": kept} if kept else rest


def _arguments(made: Object) -> Object:
    """Return arguments without parameters that are given nothing."""
    given = [one for one in made.get("parameters", ()) if one.keys() != {"name"}]
    rest = {key: value for key, value in made.items() if key != "parameters"}
    return {**rest, "parameters": given} if given else rest


def _container(made: Object) -> Object:
    """Return a container without resources, if it asks for nothing that counts."""
    if made.get("resources") == {}:
        return {key: value for key, value in made.items() if key != "resources"}
    return made


def _retry(made: Object) -> Object:
    """Return a retry with its policy, which is another where there is an expression."""
    return {"retryPolicy": "Always" if made.get("expression") else "OnFailure", **made}


def _spec(made: Object) -> Object:
    """Return a spec whose one schedule stands in a list, its exit handler in the hooks."""
    made = _with_exit_hook(made)
    if "schedule" not in made or "schedules" in made:
        return made
    rest = {key: value for key, value in made.items() if key != "schedule"}
    return {**rest, "schedules": [made["schedule"]]}


def _with_exit_hook(made: Object) -> Object:
    if "onExit" not in made:
        return made
    rest = {key: value for key, value in made.items() if key != "onExit"}
    hooks = cast("Object", made.get("hooks") or {})
    return {**rest, "hooks": {**hooks, "exit": {"template": made["onExit"]}}}


REWORKED: Mapping[str, Callable[[Object], Object]] = MappingProxyType(
    {
        "template": _template,
        "templates": _template,
        "tasks": _mapped,
        "steps": _mapped,
        "spec": _spec,
        "workflowSpec": _with_exit_hook,
        "retryStrategy": _retry,
        "dag": _dag,
        "parameters": _parameter,
        "resources": _resources,
        "arguments": _arguments,
        "container": _container,
        "script": _container,
    }
)
"""Fields whose normal form is not made of those of what is in them alone."""
