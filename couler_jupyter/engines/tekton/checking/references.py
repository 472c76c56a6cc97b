"""What texts refer to: parameters, results of tasks, workspaces."""

from __future__ import annotations

import re
from collections.abc import Iterator

from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.tekton.checking.fault import (
    Fault,
    names_in,
    tasks_of,
    texts_in,
)

_PARAM = re.compile(r"\$\(params\.([^()\[\]]+)(?:\[[^()]*\])?\)")
_RESULT = re.compile(r"\$\(tasks\.([^.()]+)\.results\.([^()\[\]]+)(?:\[[^()]*\])?\)")
_STATUS = re.compile(r"\$\(tasks\.(?:[^.()]+\.)?(?:status|reason)\)")
_WORKSPACE = re.compile(r"\$\(workspaces\.([^.()]+)\.[^()]*\)")


def reference_faults(spec: Fields) -> Iterator[Fault]:
    """Yield references to what is not there."""
    params = set(names_in(spec.get("params")))
    results = {
        one["name"]: names_in(one.get("taskSpec", {}).get("results"))
        for one in spec.get("tasks") or ()
    }
    for task in tasks_of(spec):
        name = task["name"]
        outer = {key: part for key, part in task.items() if key != "taskSpec"}
        yield from _unknown(name, outer, params, "the pipeline")
        yield from _results(name, outer, results)
        yield from _inner(name, task)
        for used in task.get("workspaces") or ():
            if used.get("workspace") not in names_in(spec.get("workspaces")):
                what = f"workspace {used.get('workspace')!r} is none of the pipeline"
                yield Fault(name, what)
    for task in spec.get("tasks") or ():
        if any(map(_STATUS.search, texts_in(task))):
            what = "it asks how tasks ended, which only those in finally are told"
            yield Fault(task["name"], what)
    for result in spec.get("results") or ():
        yield from _results("", result, results)
        if not any(map(_RESULT.search, texts_in(result.get("value")))):
            what = f"result {result['name']!r} must be made of results of tasks"
            yield Fault("", what)


def _inner(name: str, task: Fields) -> Iterator[Fault]:
    inner = task.get("taskSpec", {})
    declared = inner.get("params") or ()
    yield from _unknown(name, inner, set(names_in(declared)), "the task")
    given = {*names_in(task.get("params")), *_columns(task.get("matrix") or {})}
    for param in declared:
        if "default" not in param and param["name"] not in given:
            yield Fault(name, f"parameter {param['name']!r} is not given, and must be")
    for other in sorted(given - set(names_in(declared))):
        yield Fault(name, f"parameter {other!r} is given, and the task has none such")
    workspaces = set(names_in(inner.get("workspaces")))
    for text in texts_in(inner):
        for one in _WORKSPACE.findall(text):
            if one not in workspaces:
                yield Fault(name, f"workspace {one!r} is none that the task declares")
    bound = set(names_in(task.get("workspaces")))
    for one in sorted(workspaces - bound):
        yield Fault(name, f"workspace {one!r} is not given, and must be")


def _columns(matrix: Fields) -> list[str]:
    rows = matrix.get("include") or ()
    return [
        *names_in(matrix.get("params")),
        *(one for row in rows for one in names_in(row.get("params"))),
    ]


def _unknown(name: str, part: Fields, params: set[str], where: str) -> Iterator[Fault]:
    for text in texts_in(part):
        for one in _PARAM.findall(text):
            if one not in params:
                yield Fault(name, f"$(params.{one}) is no parameter of {where}")


def _results(name: str, part: Fields, results: dict[str, list[str]]) -> Iterator[Fault]:
    for text in texts_in(part):
        for task, result in _RESULT.findall(text):
            if task not in results:
                yield Fault(name, f"it uses a result of {task!r}, which is no task")
            elif result not in results[task]:
                yield Fault(name, f"task {task!r} declares no result {result!r}")
