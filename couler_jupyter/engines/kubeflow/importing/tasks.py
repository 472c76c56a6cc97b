"""A task of a DAG as a step: what it runs, with what, after what, how often."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeAlias

from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    flag_at,
    object_at,
    only,
    text_at,
    texts_at,
    whole_at,
)
from couler_jupyter.engines.kubeflow.importing.cel import read_condition
from couler_jupyter.engines.kubeflow.importing.containers import container_of
from couler_jupyter.engines.kubeflow.importing.functions import function_of
from couler_jupyter.engines.kubeflow.importing.placeholders import Ports, read_text
from couler_jupyter.engines.kubeflow.importing.ports import TYPES, whole
from couler_jupyter.engines.kubeflow.importing.spec import Spec
from couler_jupyter.ir import (
    Argument,
    Backoff,
    Cache,
    Condition,
    Constant,
    Ended,
    Extra,
    Foreign,
    FromManifest,
    Input,
    InputArtifact,
    InputParameter,
    InputRef,
    ItemRef,
    Items,
    Json,
    Leaf,
    Map,
    Outcome,
    Output,
    OutputArtifact,
    OutputParameter,
    OutputRef,
    Over,
    ParameterRef,
    Raw,
    Retry,
    RetryPolicy,
    Step,
    SubWorkflow,
    Template,
    Value,
    ValueType,
    Workflow,
    inputs_of,
    substitute,
)

ENGINE = "kubeflow"
COMPLETED = "ALL_UPSTREAM_TASKS_COMPLETED"
_WORDS = frozenset(
    {"taskInfo", "componentRef", "dependentTasks", "inputs", "triggerPolicy"}
    | {"cachingOptions", "retryPolicy", "parameterIterator", "iteratorPolicy"}
)
_ANY_END = (
    *(Outcome.SUCCEEDED, Outcome.FAILED, Outcome.ERRORED),
    *(Outcome.SKIPPED, Outcome.OMITTED),
)
Part: TypeAlias = tuple[str, str]
"""An input of a DAG, and the key of a part of it."""
_PART = re.compile(
    r"""parseJson\(string_value\)\[(?P<quote>["'])(?P<key>[^"'\]]+)(?P=quote)\]"""
)
_INNER = frozenset({"dag", "inputDefinitions", "outputDefinitions"})


@dataclass(frozen=True, slots=True)
class TaskReader:
    """Reads the tasks of one DAG.

    Attributes:
        spec: the whole pipeline.
        inner: reads the DAG of a component as a workflow.
        parts_of: parts of items that the DAG of a component takes, by the names they
            have in it: of which of its inputs, and which.
        parts: those of this DAG, found while it is read; None for the outermost.
    """

    spec: Spec
    inner: Callable[[str], Workflow]
    parts_of: Callable[[str], Mapping[str, Part]]
    parts: dict[str, Part] | None

    def step(self, name: str, node: Object) -> Step:
        """Return the step that a task is.

        Raises:
            NoWord: the IR has no word for a part of it.
        """
        only(node, _WORDS)
        component = text_at(object_at(node, "componentRef"), "name")
        template = self._template(component)
        found = {**dict(self._parameters(node)), **dict(_artifacts(node))}
        given = _fitting(_filled(found), template)
        loop = _loop(node, given)
        given |= self._parts_of(component, given)
        inner = isinstance(template, SubWorkflow)
        trigger = object_at(node, "triggerPolicy")
        only(trigger, frozenset({"condition", "strategy"}))
        after = [*texts_at(node, "dependentTasks")]
        step = Step(
            name=name,
            template=template,
            arguments=tuple(_arguments(given, template)),
            when=_condition(trigger, given),
            loop=loop,
            retry=_retry(object_at(node, "retryPolicy")),
            cache=None if inner else _cache(object_at(node, "cachingOptions")),
            extras=tuple(_told(name, node, inner)),
            origin=self.spec.origin(name, node),
        )
        return replace(step, after=_after(after, text_at(trigger, "strategy")))

    def _parameters(self, node: Object) -> Iterator[tuple[str, Value]]:
        found = object_at(object_at(node, "inputs"), "parameters")
        for name in found:
            source = object_at(found, name)
            yield name, self._part(source) or _value(source)

    def _part(self, source: Object) -> Value | None:
        """Return a part of an item, which comes into this DAG as an input of its own."""
        outer, selector = map(
            source.get, ("componentInputParameter", "parameterExpressionSelector")
        )
        if self.parts is None or len(source) != 2 or not isinstance(outer, str):
            return None
        match = _PART.fullmatch(selector) if isinstance(selector, str) else None
        if match is None:
            return None
        name = f"{outer}-part-{match['key']}"
        self.parts[name] = (outer, match["key"])
        return ParameterRef(name)

    def _parts_of(
        self, component: str, given: Mapping[str, Value]
    ) -> Iterator[tuple[str, Value]]:
        """Yield the parts of what a task is given that the DAG it runs takes."""
        for name, (outer, key) in self.parts_of(component).items():
            match given.get(outer):
                case ItemRef(path=path):
                    yield name, ItemRef((*path, key))
                case Constant(value=dict() as known) if key in known:
                    yield name, Constant.of(known[key])
                case ParameterRef(name=above) if self.parts is not None:
                    own = f"{above}-part-{key}"
                    self.parts[own] = (above, key)
                    yield name, ParameterRef(own)
                case _:
                    raise NoWord(f"{outer!r} has no part {key!r} that is known here")

    def _template(self, name: str) -> Template:
        component = self.spec.component(name)
        if "dag" in component:
            only(component, _INNER)
            return SubWorkflow(workflow=self.inner(name))
        executor = self.spec.executor(text_at(component, "executorLabel"))
        if self.spec.platform(text_at(component, "executorLabel")) is None:
            for read in (container_of, function_of):
                with suppress(NoWord):
                    return read(component, executor)
        return self._own(component, executor)

    def _own(self, component: Object, executor: Object) -> Foreign:
        """Return a component that stays Kubeflow's own."""
        body: dict[str, Json] = {"component": {**component}, "executor": {**executor}}
        if more := self.spec.platform(text_at(component, "executorLabel")):
            body["platform"] = {**more}
        return Foreign(
            engine=ENGINE,
            kind=next(iter(executor), "executor"),
            body=Constant.of(body),
            inputs=tuple(_own_inputs(object_at(component, "inputDefinitions"))),
            outputs=tuple(_own_outputs(object_at(component, "outputDefinitions"))),
        )


def _own_inputs(definitions: Object) -> Iterator[Input]:
    found = object_at(definitions, "parameters")
    for name in found:
        body = object_at(found, name)
        kind = TYPES.get(text_at(body, "parameterType"), ValueType.JSON)
        needed = not body.get("isOptional") and "defaultValue" not in body
        default = None if needed else Constant.of(body.get("defaultValue"))
        if default is not None and not kind.admits(whole(default.value, kind)):
            kind = ValueType.JSON
        yield InputParameter(name=name, type=kind, default=default)
    for name in object_at(definitions, "artifacts"):
        yield InputArtifact(name=name)


def _own_outputs(definitions: Object) -> Iterator[Output]:
    found = object_at(definitions, "parameters")
    for name in found:
        kind = TYPES.get(
            text_at(object_at(found, name), "parameterType"), ValueType.JSON
        )
        yield OutputParameter(name=name, source=FromManifest(), type=kind)
    for name in object_at(definitions, "artifacts"):
        yield OutputArtifact(name=name, path=name)


def _value(source: Object) -> Value:
    match dict(source):
        case {"componentInputParameter": str(name), **rest} if not rest:
            return ParameterRef(name)
        case {"taskOutputParameter": dict() as of, **rest} if not rest:
            return OutputRef(
                text_at(of, "producerTask"), text_at(of, "outputParameterKey")
            )
        case {"runtimeValue": dict() as known, **rest} if not rest:
            return _constant(known)
        case other:
            return Raw(ENGINE, Constant.of(other).json)


def _constant(node: Object) -> Value:
    only(node, frozenset({"constant"}))
    return Constant.of(node.get("constant"))


def _artifacts(node: Object) -> Iterator[tuple[str, Value]]:
    found = object_at(object_at(node, "inputs"), "artifacts")
    for name in found:
        match dict(object_at(found, name)):
            case {"componentInputArtifact": str(outer), **rest} if not rest:
                yield name, ParameterRef(outer)
            case {"taskOutputArtifact": dict() as of, **rest} if not rest:
                yield (
                    name,
                    OutputRef(
                        text_at(of, "producerTask"), text_at(of, "outputArtifactKey")
                    ),
                )
            case _:
                raise NoWord(f"artifact {name!r} is put together from others")


def _filled(given: Mapping[str, Value]) -> dict[str, Value]:
    """Return what a task is given, its own inputs put into the texts that name them."""
    names = frozenset(name for name, one in given.items() if not isinstance(one, Raw))
    found: dict[str, Value] = {}
    for name, value in given.items():
        found[name] = value
        if isinstance(value, Constant) and "{{$" in value.json:
            found[name] = _text(value.value, names, given)
    return found


def _text(value: Json, names: frozenset[str], given: Mapping[str, Value]) -> Value:
    try:
        text = read_text(value, Ports(inputs=names)) if isinstance(value, str) else None
    except NoWord:
        text = None
    if text is None:
        return Raw(ENGINE, Constant.of({"runtimeValue": {"constant": value}}).json)
    if isinstance(text, str):
        return Constant.of(text)
    own: dict[Leaf, Value] = {InputRef(name): given[name] for name in names}
    return substitute(text, own)


def _arguments(given: Mapping[str, Value], template: Template) -> Iterator[Argument]:
    """Yield what a task's template takes of what the task is given.

    The others are there for its texts, its condition and its items.
    """
    names = {one.name for one in inputs_of(template)}
    return (Argument(name, one) for name, one in given.items() if name in names)


def _fitting(given: Mapping[str, Value], template: Template) -> dict[str, Value]:
    """Return what a task is given, whole numbers as such where its inputs are."""
    types = {
        one.name: one.type
        for one in inputs_of(template)
        if isinstance(one, InputParameter)
    }
    return {
        name: Constant.of(whole(value.value, types[name]))
        if isinstance(value, Constant) and name in types
        else value
        for name, value in given.items()
    }


def _loop(node: Object, given: dict[str, Value]) -> Map | None:
    """Return how often a task runs; what it is given of an item goes into `given`."""
    if not (iterator := object_at(node, "parameterIterator")):
        return None
    only(iterator, frozenset({"items", "itemInput"}))
    policy = object_at(node, "iteratorPolicy")
    only(policy, frozenset({"parallelismLimit"}))
    source = object_at(iterator, "items")
    if "raw" in source:
        over: Items | Over = Items(tuple(map(Constant.of, _items(source))))
    else:
        name = text_at(source, "inputParameter")
        if name not in given:
            raise NoWord(f"the task is given no {name!r} to map over")
        value = given[name]
        over = _over(value)
    given[text_at(iterator, "itemInput")] = ItemRef()
    return Map(over=over, parallelism=whole_at(policy, "parallelismLimit") or None)


def _over(value: Value) -> Items | Over:
    known: Json = value.value if isinstance(value, Constant) else None
    return (
        Items(tuple(map(Constant.of, known)))
        if isinstance(known, list)
        else Over(value)
    )


def _items(source: Object) -> list[Json]:
    try:
        found = json.loads(text_at(source, "raw"))
    except (ValueError, RecursionError):
        raise NoWord("items are no JSON") from None
    if not isinstance(found, list):
        raise NoWord("items are no list")
    return found


def _condition(trigger: Object, given: Mapping[str, Value]) -> Condition | None:
    text = text_at(trigger, "condition")
    if not text:
        return None
    try:
        found = read_condition(text, given.get)
    except NoWord:
        return Raw(ENGINE, text)
    return found


def _after(tasks: list[str], strategy: str) -> tuple[Any, ...]:
    if strategy == COMPLETED:
        return tuple(Ended(task, _ANY_END) for task in tasks)
    if strategy not in ("", "ALL_UPSTREAM_TASKS_SUCCEEDED"):
        raise NoWord(f"{strategy!r} is no strategy")
    return tuple(tasks)


def _retry(policy: Object) -> Retry | None:
    if not policy:
        return None
    only(
        policy,
        frozenset(
            {"maxRetryCount", "backoffDuration", "backoffFactor", "backoffMaxDuration"}
        ),
    )
    first = _seconds(policy, "backoffDuration")
    longest = _seconds(policy, "backoffMaxDuration")
    factor: Json = policy.get("backoffFactor", 1.0)
    if not isinstance(factor, int | float):
        raise NoWord("backoffFactor is no number")
    backoff = None
    if first or longest:
        backoff = Backoff(seconds=first, factor=float(factor), longest=longest or None)
    return Retry(
        limit=whole_at(policy, "maxRetryCount") or 0,
        policy=RetryPolicy.ON_FAILURE,
        backoff=backoff,
    )


def _seconds(policy: Object, key: str) -> float:
    text = text_at(policy, key)
    try:
        return float(text.removesuffix("s")) if text else 0.0
    except ValueError:
        raise NoWord(f"{key} is no number of seconds") from None


def _cache(options: Object) -> Cache | None:
    if not options:
        return None
    only(options, frozenset({"enableCache", "cacheKey"}))
    return Cache(
        enabled=flag_at(options, "enableCache"), key=text_at(options, "cacheKey")
    )


def _told(name: str, node: Object, inner: bool) -> Iterator[Extra]:
    """Yield what changes nothing of what runs; only tasks are cached, not their DAGs."""
    told: dict[str, Json] = {}
    own = text_at(object_at(node, "taskInfo"), "name")
    if own and own != name:
        told["task.taskInfo.name"] = own
    if inner and "cachingOptions" in node:
        told["task.cachingOptions"] = node["cachingOptions"]
    for path, value in told.items():
        yield Extra(engine=ENGINE, path=path, value=Constant.of(value), ignorable=True)
