"""A task of a pipeline as a step: what it runs, with what, after what, how often."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    only,
    text_at,
    texts_at,
    whole_at,
)
from couler_jupyter.engines.tekton.checking.runs import seconds_of
from couler_jupyter.engines.tekton.checking.tasks import DURATION
from couler_jupyter.engines.tekton.extras import ENGINE
from couler_jupyter.engines.tekton.importing.conditions import ends_of, when_of
from couler_jupyter.engines.tekton.importing.matrices import mapped_of
from couler_jupyter.engines.tekton.importing.ports import (
    read_params,
    result_type,
    type_of,
)
from couler_jupyter.engines.tekton.importing.scope import Scope, without
from couler_jupyter.engines.tekton.importing.task_spec import Around, template_of
from couler_jupyter.engines.tekton.importing.workspaces import Volumes, folders_of
from couler_jupyter.ir import (
    Argument,
    Constant,
    ExitHandler,
    Extra,
    Foreign,
    FromManifest,
    InputParameter,
    Json,
    Origin,
    OutputParameter,
    Raw,
    Retry,
    RetryPolicy,
    Step,
    Value,
    ValueType,
    atoms,
    leaves,
)

_AROUND = ("name", "params", "runAfter", "when", "retries", "timeout")
"""What the IR says of a task, whatever it runs."""
_WORDS = frozenset(
    {*_AROUND, "taskSpec", "taskRef", "workspaces", "matrix", "onError"}
    | {"displayName", "description"}
)
_OF_REF = frozenset({"name", "kind", "apiVersion"})
_KINDS = frozenset({"", "Task", "ClusterTask"})


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What is known of a pipeline while its tasks are read.

    Attributes:
        scope: what its texts refer to.
        bindings: what the run gives for its workspaces; those that tasks of Tekton's
            own use are not among them.
        task: finds a task that stands in the same texts, by its name.
        used: results that something uses, by task: names, and whether they are lists.
        origin: where a task was written.
        volumes: of the workflow.
    """

    scope: Scope
    bindings: Mapping[str, Object]
    task: Callable[[str], Object | None]
    used: Mapping[str, Mapping[str, bool]]
    origin: Callable[[Object], Origin | None]
    volumes: Volumes = field(default_factory=Volumes)

    def step(self, node: Object) -> Step:
        """Return the step that a task is.

        Raises:
            NoWord: something stands there that cannot be read at all.
        """
        name, scope = text_at(node, "name"), self.scope
        words = self._words(node)
        tests = [*objects_at(node, "when")]
        try:
            when = when_of(tests, scope)
        except NoWord as why:
            raise NoWord(f"task {name!r}: {why}") from None
        retries = whole_at(node, "retries")
        step = Step(
            name=name,
            template=words["template"],
            arguments=words["arguments"],
            when=when,
            loop=words["loop"],
            retry=Retry(limit=retries, policy=RetryPolicy.ALWAYS) if retries else None,
            extras=words["extras"],
            origin=self.origin(node),
        )
        if not scope.at_end:
            after = (*texts_at(node, "runAfter"), *scope.tasks_in([*_raw_in(step)]))
            step = replace(step, after=tuple(dict.fromkeys(after)))
        return _timed(step, node)

    def handler(self, node: Object) -> ExitHandler:
        """Return the exit handler that a task of `finally` is."""
        ends, others = ends_of([*objects_at(node, "when")], self.scope)
        return ExitHandler(step=self.step({**node, "when": others}), on=ends)

    def is_own(self, node: Object) -> bool:
        """Whether a task stays Tekton's own."""
        return isinstance(self._words(node)["template"], Foreign)

    def _words(self, node: Object) -> dict[str, Any]:
        spec = self.spec_of(node)
        if spec is not None:
            with suppress(NoWord):
                return self._in_words(node, spec)
        return self._own(node, spec)

    def spec_of(self, node: Object) -> Object | None:
        """Return the spec of a task, as far as it stands in the same texts."""
        if "taskSpec" in node:
            spec = object_at(node, "taskSpec")
            return None if "apiVersion" in spec or "kind" in spec else spec
        ref = object_at(node, "taskRef")
        known = not set(ref) - _OF_REF and text_at(ref, "kind") in _KINDS
        return self.task(text_at(ref, "name")) if known else None

    def _in_words(self, node: Object, spec: Object) -> dict[str, Any]:
        only(node, _WORDS)
        texts = {n for n, kind in self.scope.params.items() if kind is ValueType.STRING}
        outer = texts if "taskSpec" in node else set[str]()
        volumes = Volumes({**self.volumes.found})
        folders = folders_of(spec, node, self.bindings, volumes)
        template = template_of(spec, Around(folders, outer, volumes))
        given = self._given(node)
        loop = None
        if matrix := object_at(node, "matrix"):
            mapped = mapped_of(matrix, self.scope)
            loop, given = mapped.loop, {**given, **mapped.given}
        ports = {one.name for one in template.inputs}
        if unknown := sorted(given.keys() - ports):
            raise NoWord(f"parameter {unknown[0]!r} is none of the task")
        self.volumes.found.update(volumes.found)
        return {
            "template": template,
            "arguments": _arguments(given),
            "loop": loop,
            "extras": tuple(_extras(node, spec)),
        }

    def _given(self, node: Object) -> dict[str, Value]:
        return {
            text_at(one, "name"): self.scope.value(one.get("value"))
            for one in objects_at(node, "params")
        }

    def _own(self, node: Object, spec: Object | None) -> dict[str, Any]:
        """Return a task as Tekton's own, with what others may know of it."""
        name = text_at(node, "name")
        given = self._given(node)
        body = without(node, *_AROUND)
        kind = "taskRef" if "taskRef" in node else "taskSpec"
        template = Foreign(
            engine=ENGINE,
            kind=kind if kind in node else "pipeline",
            body=Constant.of(body),
            inputs=tuple(_own_inputs(node, spec)),
            outputs=tuple(self._own_outputs(name, spec)),
        )
        return {
            "template": template,
            "arguments": _arguments(given),
            "loop": None,
            "extras": (),
        }

    def _own_outputs(self, name: str, spec: Object | None) -> Iterable[OutputParameter]:
        found: dict[str, ValueType] = {}
        for one in objects_at(spec or {}, "results"):
            found[text_at(one, "name")] = result_type(text_at(one, "type"))
        for used, is_list in self.used.get(name, {}).items():
            found.setdefault(used, ValueType.LIST if is_list else ValueType.STRING)
        for result, kind in found.items():
            yield OutputParameter(name=result, source=FromManifest(), type=kind)


def _own_inputs(node: Object, spec: Object | None) -> Iterable[InputParameter]:
    """Return the parameters that a task of Tekton's own is given, or may be."""
    given = {text_at(p, "name"): p.get("value") for p in objects_at(node, "params")}
    declared: dict[str, InputParameter] = {}
    with suppress(NoWord):  # what is given tells enough of them
        declared = {one.name: one for one in read_params(spec or {})}
    for name, value in given.items():
        yield declared.get(name) or InputParameter(name=name, type=_given_type(value))


def _given_type(value: Json) -> ValueType:
    whole = isinstance(value, str) and value.endswith("[*])")
    return ValueType.LIST if whole else type_of(value)


def _arguments(given: Mapping[str, Value]) -> tuple[Argument, ...]:
    return tuple(Argument(name, value) for name, value in given.items())


def _extras(node: Object, spec: Object) -> Iterable[Extra]:
    if "onError" in node:
        yield Extra(
            engine=ENGINE, path="task.onError", value=Constant.of(node["onError"])
        )
    for key in ("displayName", "description"):
        if key in node:
            yield _told(f"task.{key}", node[key])
        if key in spec:
            yield _told(f"task.taskSpec.{key}", spec[key])


def _told(path: str, value: Json) -> Extra:
    """Return what is told to people alone."""
    return Extra(engine=ENGINE, path=path, value=Constant.of(value), ignorable=True)


def _raw_in(step: Step) -> Iterable[Json]:
    """Yield what Tekton alone can read in a step."""
    if isinstance(step.template, Foreign):
        yield step.template.body.value
    for value in step.values():
        yield from (leaf.text for leaf in leaves(value) if isinstance(leaf, Raw))
    for condition in step.conditions():
        yield from (one.text for one in atoms(condition) if isinstance(one, Raw))


def _timed(step: Step, node: Object) -> Step:
    """Return a step with its timeout; kept as it is written if only the run knows it."""
    text: Json = node.get("timeout")
    if text is None:
        return step
    if isinstance(text, str) and DURATION.fullmatch(text):
        return replace(step, timeout=seconds_of(text) or None)
    extra = Extra(engine=ENGINE, path="task.timeout", value=Constant.of(text))
    return replace(step, extras=(*step.extras, extra))
