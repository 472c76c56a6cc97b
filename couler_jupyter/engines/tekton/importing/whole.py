"""A pipeline, with the run that stands beside it if there is one, as a workflow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from couler_jupyter.engines.as_read import whole, with_documents
from couler_jupyter.engines.kube.path import path_text
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    only,
    pairs_at,
    text_at,
)
from couler_jupyter.engines.tekton.checking.runs import seconds_of
from couler_jupyter.engines.tekton.checking.tasks import DURATION
from couler_jupyter.engines.tekton.extras import BESIDE, ENGINE
from couler_jupyter.engines.tekton.importing.pods import pod_of
from couler_jupyter.engines.tekton.importing.ports import plain, read_params, type_of
from couler_jupyter.engines.tekton.importing.scope import Scope, results_used
from couler_jupyter.engines.tekton.importing.tasks import Pipeline
from couler_jupyter.engines.tekton.importing.workspaces import Volumes, bound
from couler_jupyter.errors import InvalidWorkflow
from couler_jupyter.ir import (
    Constant,
    Extra,
    Foreign,
    InputParameter,
    Json,
    Labels,
    Origin,
    Workflow,
    WorkflowOutput,
)

_SPEC = frozenset(
    {
        *("params", "workspaces", "tasks", "finally", "results", "description"),
        "displayName",
    }
)
_RESULT = frozenset({"name", "type", "value", "description"})
_RUN = frozenset(
    {
        *("pipelineRef", "pipelineSpec", "params", "workspaces", "timeouts"),
        "taskRunTemplate",
    }
)
_NAMES = frozenset({"name", "generateName", "labels", "annotations"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """What one workflow is read from.

    Attributes:
        name: how it is called.
        spec: of the pipeline.
        metadata: of the pipeline; `run_metadata`: of its run.
        run: the spec of the run; None if there is none.
        documents: all objects that it is, as they stand in the text.
        beside: those among them that are neither the pipeline nor its run.
        task: finds a task that stands in the same texts, by its name.
        origin: where a task of the pipeline was written.
    """

    name: str
    spec: Object
    metadata: Object
    run: Object | None
    run_metadata: Object
    documents: tuple[dict[str, Json], ...]
    beside: tuple[dict[str, Json], ...]
    task: Callable[[str], Object | None]
    origin: Callable[[Object], Origin | None]


def workflow_of(bundle: Bundle) -> Workflow:
    """Return the workflow that was written; compiled, it is that again."""
    try:
        made = _in_words(bundle)
    except (NoWord, InvalidWorkflow, ValueError):
        return whole(bundle.name, ENGINE, bundle.documents)
    return with_documents(made, ENGINE, bundle.documents)


def _in_words(bundle: Bundle) -> Workflow:
    spec, run = bundle.spec, bundle.run or {}
    only(spec, _SPEC)
    params = tuple(_params(spec, run, inline="pipelineSpec" in run))
    pipeline = _pipeline(bundle, params)
    at_end = replace(
        pipeline,
        scope=replace(pipeline.scope, at_end=True, ends_plainly=_ends_plainly(spec)),
    )
    steps = tuple(pipeline.step(one) for one in objects_at(spec, "tasks"))
    handlers = tuple(at_end.handler(one) for one in objects_at(spec, "finally"))
    pod, kept = pod_of(run)
    shared = [*(one.step for one in handlers), *steps]
    if any(isinstance(one.template, Foreign) for one in shared):
        kept += _workspaces(bundle, pipeline)
    timeout, more = _timeout(run)
    kept += [*more, *_rest(run)]
    told = [*_told(bundle)]
    return Workflow(
        name=bundle.name,
        steps=steps,
        parameters=params,
        outputs=tuple(_outputs(spec, pipeline.scope)),
        exit_handlers=handlers,
        fail_fast=True,
        timeout=timeout,
        labels=_labels(bundle, "labels"),
        annotations=_labels(bundle, "annotations"),
        pod=pod,
        volumes=tuple(pipeline.volumes.all()),
        description=text_at(spec, "description"),
        extras=(*_extras(kept, ignorable=False), *_extras(told, ignorable=True)),
    )


def _params(spec: Object, run: Object, *, inline: bool) -> Iterator[InputParameter]:
    """Yield the parameters, each with what the run gives it, if it does."""
    given = {
        text_at(one, "name"): one.get("value") for one in objects_at(run, "params")
    }
    for one in read_params(spec):
        value = given.pop(one.name, None)
        known = None if value is None else Constant.of(plain(value))
        yield one if known is None else replace(one, default=known)
    if given and not inline:
        raise NoWord("the run gives parameters that the pipeline does not declare")
    for name, value in given.items():
        default = Constant.of(plain(value))
        yield InputParameter(name=name, type=type_of(value), default=default)


def _pipeline(bundle: Bundle, params: tuple[InputParameter, ...]) -> Pipeline:
    """Return what tasks are read in; workspaces of Tekton's own tasks stay Tekton's."""
    spec = bundle.spec
    names = frozenset(text_at(one, "name") for one in objects_at(spec, "tasks"))
    scope = Scope({one.name: one.type for one in params}, names)
    bindings = bound(bundle.run or {})
    used: dict[str, dict[str, bool]] = {}
    for task, result, is_list in results_used([*spec.values()]):
        used.setdefault(task, {})[result] = is_list
    tasks = [*objects_at(spec, "tasks"), *objects_at(spec, "finally")]
    while True:
        found = Pipeline(
            scope=scope,
            bindings=bindings,
            task=bundle.task,
            used=used,
            origin=bundle.origin,
        )
        own = {name for one in tasks if found.is_own(one) for name in _claimed(one)}
        left = {name: one for name, one in bindings.items() if name not in own}
        if left.keys() == bindings.keys():
            return replace(found, volumes=Volumes())
        bindings = left


def _claimed(task: Object) -> Iterator[str]:
    for one in objects_at(task, "workspaces"):
        yield text_at(one, "workspace") or text_at(one, "name")


def _ends_plainly(spec: Object) -> bool:
    return not any("when" in one for one in objects_at(spec, "tasks"))


def _outputs(spec: Object, scope: Scope) -> Iterator[WorkflowOutput]:
    for one in objects_at(spec, "results"):
        only(one, _RESULT)
        yield WorkflowOutput(
            name=text_at(one, "name"),
            value=scope.value(one.get("value")),
            description=text_at(one, "description"),
        )


def _labels(bundle: Bundle, key: str) -> Labels:
    """Return labels; a run has those of its pipeline, and its own before them."""
    own = dict(pairs_at(bundle.metadata, key)) | dict(
        pairs_at(bundle.run_metadata, key)
    )
    return tuple(sorted(own.items()))


def _timeout(run: Object) -> tuple[float | None, list[tuple[str, Json]]]:
    whole = object_at(run, "timeouts")
    rest = [
        (f"run.spec.timeouts.{key}", value)
        for key, value in whole.items()
        if key != "pipeline"
    ]
    text: Json = whole.get("pipeline", "0")
    if not isinstance(text, str) or not DURATION.fullmatch(text):
        raise NoWord("a timeout is no duration")
    return seconds_of(text) or None, rest


def _workspaces(bundle: Bundle, pipeline: Pipeline) -> list[tuple[str, Json]]:
    """Return workspaces that tasks of Tekton's own need, by their paths."""
    found: list[tuple[str, Json]] = []
    taken = pipeline.volumes.found
    sides = (("pipeline", bundle.spec), ("run", bundle.run or {}))
    for head, spec in sides:
        own = [o for o in objects_at(spec, "workspaces") if o.get("name") not in taken]
        found += [(f"{head}.spec.workspaces[{at}]", {**o}) for at, o in enumerate(own)]
    return found


def _rest(run: Object) -> Iterator[tuple[str, Json]]:
    for key, value in run.items():
        if key not in _RUN:
            yield path_text(("run", "spec", key)), value


def _told(bundle: Bundle) -> Iterator[tuple[str, Json]]:
    """Yield what changes nothing of what runs: where it stands, what is told of it."""
    if "displayName" in bundle.spec:
        yield "pipeline.spec.displayName", bundle.spec["displayName"]
    for head, metadata in (("pipeline", bundle.metadata), ("run", bundle.run_metadata)):
        for key, value in metadata.items():
            if key not in _NAMES or (head, key) == ("run", "name"):
                yield path_text((head, "metadata", key)), value
    if bundle.beside:
        yield BESIDE, [*bundle.beside]


def _extras(kept: list[tuple[str, Json]], *, ignorable: bool) -> Iterator[Extra]:
    for path, value in kept:
        yield Extra(
            engine=ENGINE, path=path, value=Constant.of(value), ignorable=ignorable
        )
