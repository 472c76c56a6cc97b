"""What texts refer to: parameters, results of tasks, workspaces."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from couler_jupyter.engines.finding import Rule
from couler_jupyter.engines.kube.fields import Fields
from couler_jupyter.engines.kube.places import Path
from couler_jupyter.engines.tekton.checking.fault import (
    PIPELINE,
    Fault,
    inner_spec,
    names_in,
    placed_tasks,
    texts_at,
)
from couler_jupyter.engines.tekton.references import references_in

UNKNOWN_PARAMETER = Rule(
    "TEKTON201", "unknown-parameter", "`params.*` names a parameter that is declared"
)
NOT_GIVEN = Rule(
    "TEKTON202", "parameter-not-given", "a task is given what it has no default for"
)
NOT_DECLARED = Rule(
    "TEKTON203", "parameter-not-declared", "a task is given what it declares"
)
UNKNOWN_RESULT = Rule(
    "TEKTON204", "unknown-result", "`tasks.*.results.*` names a result that is declared"
)
STATUS = Rule(
    "TEKTON205", "status-too-early", "only tasks of finally ask how others ended"
)
UNKNOWN_WORKSPACE = Rule(
    "TEKTON206", "unknown-workspace", "workspaces that are named are declared"
)
NO_WORKSPACE = Rule(
    "TEKTON207", "workspace-not-given", "a task is given each workspace it declares"
)
NO_RESULT = Rule(
    "TEKTON208", "result-of-nothing", "a pipeline's results are made of those of tasks"
)

SpecOf: TypeAlias = Callable[[Fields], Fields | None]
"""Returns the spec of a task as far as it is known."""


@dataclass(frozen=True, slots=True)
class Known:
    """What there is in a pipeline.

    Attributes:
        params: its parameters, and those that its run gives.
        results: of its tasks; None where a task stands elsewhere.
        spec_of: what a task of it runs.
    """

    params: Collection[str]
    results: Mapping[str, Collection[str] | None]
    spec_of: SpecOf


def reference_faults(
    spec: Fields, spec_of: SpecOf = inner_spec, more: Collection[str] = ()
) -> Iterator[Fault]:
    """Yield references to what is not there.

    Args:
        spec: of the pipeline.
        spec_of: what a task runs, if it is known.
        more: parameters that the run gives without their being declared.
    """
    known = Known(
        {*names_in(spec.get("params")), *more}, _results(spec, spec_of), spec_of
    )
    workspaces = set(names_in(spec.get("workspaces")))
    for path, task in placed_tasks(spec):
        name = task["name"]
        outer = {key: part for key, part in task.items() if key != "taskSpec"}
        yield from _outer(name, outer, path, known, at_end=path[1] == "finally")
        yield from _given(name, task, path, spec_of(task))
        if (inner := inner_spec(task)) is not None:
            yield from inner_faults(name, inner, (*path, "taskSpec"), known.params)
        for at, used in enumerate(task.get("workspaces") or ()):
            wanted = str(used.get("workspace") or used.get("name"))
            if wanted not in workspaces:
                what = f"workspace {wanted!r} is none of the pipeline"
                yield Fault(name, what, UNKNOWN_WORKSPACE, (*path, "workspaces", at))
    for at, result in enumerate(spec.get("results") or ()):
        path = (PIPELINE, "results", at, "value")
        value = result.get("value")
        yield from _outer("", value, path, known, at_end=True)
        refs = [ref for _, text in texts_at(value, path) for ref in references_in(text)]
        if not any("results" in ref.path for ref in refs):
            what = f"result {result['name']!r} must be made of results of tasks"
            yield Fault("", what, NO_RESULT, path)


def _results(spec: Fields, spec_of: SpecOf) -> dict[str, Collection[str] | None]:
    found: dict[str, Collection[str] | None] = {}
    for task in spec.get("tasks") or ():
        inner = spec_of(task)
        found[task["name"]] = None if inner is None else names_in(inner.get("results"))
    return found


def _outer(
    name: str, part: object, path: Path, known: Known, *, at_end: bool
) -> Iterator[Fault]:
    """Yield what texts of a task refer to in the pipeline that is not there."""
    for place, text in texts_at(part, path):
        for ref in references_in(text):
            match ref.path:
                case ("params", str(one), *_) if one not in known.params:
                    what = f"$(params.{one}) is no parameter of the pipeline"
                    yield Fault(name, what, UNKNOWN_PARAMETER, place)
                case ("tasks", "status") | ("tasks", _, "status" | "reason") if (
                    not at_end
                ):
                    what = (
                        "it asks how tasks ended, which only those in finally are told"
                    )
                    yield Fault(name, what, STATUS, place)
                case ("tasks", str(task), "results", str(one), *_):
                    what = _no_result(task, one, known)
                    if what:
                        yield Fault(name, what, UNKNOWN_RESULT, place)
                case _:
                    pass


def _no_result(task: str, name: str, known: Known) -> str:
    if task not in known.results:
        return f"it uses a result of {task!r}, which is no task"
    declared = known.results[task]
    if declared is None or name in declared:
        return ""
    return f"task {task!r} declares no result {name!r}"


def _given(
    name: str, task: Fields, path: Path, inner: Fields | None
) -> Iterator[Fault]:
    """Yield what a task is given and does not take, or takes and is not given."""
    if inner is None:
        return
    declared = inner.get("params") or ()
    given = {*names_in(task.get("params")), *_columns(task.get("matrix") or {})}
    place = (*path, "params")
    for param in declared:
        if "default" not in param and param["name"] not in given:
            what = f"parameter {param['name']!r} is not given, and must be"
            yield Fault(name, what, NOT_GIVEN, place)
    for other in sorted(given - set(names_in(declared))):
        what = f"parameter {other!r} is given, and the task has none such"
        yield Fault(name, what, NOT_DECLARED, place)
    bound = set(names_in(task.get("workspaces")))
    for one in inner.get("workspaces") or ():
        if one["name"] not in bound and not one.get("optional"):
            what = f"workspace {one['name']!r} is not given, and must be"
            yield Fault(name, what, NO_WORKSPACE, (*path, "workspaces"))


def inner_faults(
    name: str, inner: Fields, path: Path, outer: Collection[str]
) -> Iterator[Fault]:
    """Yield what texts of a task's own spec refer to that is not there.

    Args:
        name: of the task.
        inner: its spec, which stands at `path`.
        path: where it stands.
        outer: parameters that are carried into it.
    """
    params = {*names_in(inner.get("params")), *outer}
    workspaces = set(names_in(inner.get("workspaces")))
    results = set(names_in(inner.get("results")))
    for key, part in inner.items():
        for place, text in texts_at(part, (*path, key)):
            for ref in references_in(text):
                match ref.path:
                    case ("params", str(one), *_) if one not in params:
                        what = f"$(params.{one}) is no parameter of the task"
                        yield Fault(name, what, UNKNOWN_PARAMETER, place)
                    case ("workspaces", str(one), *_) if one not in workspaces:
                        what = f"workspace {one!r} is none that the task declares"
                        yield Fault(name, what, UNKNOWN_WORKSPACE, place)
                    case ("results", str(one), "path") if one not in results:
                        what = f"the task declares no result {one!r}"
                        yield Fault(name, what, UNKNOWN_RESULT, place)
                    case _:
                        pass


def _columns(matrix: Fields) -> list[str]:
    rows = matrix.get("include") or ()
    return [
        *names_in(matrix.get("params")),
        *(one for row in rows for one in names_in(row.get("params"))),
    ]
