"""Templates that run something: containers, scripts, resources, suspends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from couler_jupyter.engines.argo.importing.attempts import StepPart, read_step_part
from couler_jupyter.engines.argo.importing.function import function_of, shipped_in
from couler_jupyter.engines.argo.importing.home import without_home
from couler_jupyter.engines.argo.importing.job import read_job
from couler_jupyter.engines.argo.importing.lookup import Known
from couler_jupyter.engines.argo.importing.place import (
    read_env,
    read_labels,
    read_words,
)
from couler_jupyter.engines.argo.importing.pod import read_pod
from couler_jupyter.engines.argo.importing.ports import read_inputs, read_outputs
from couler_jupyter.engines.argo.reading.tags import read_text
from couler_jupyter.engines.argo.scalars import seconds_of
from couler_jupyter.engines.argo.templates.suspends import MESSAGE
from couler_jupyter.engines.kube.reading.containers import (
    read_env_from,
    read_mounts,
    read_pull_policy,
    read_resources,
)
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    object_at,
    objects_at,
    text_at,
    texts_at,
)
from couler_jupyter.ir import (
    Container,
    FromFile,
    FromStdout,
    Input,
    InputArtifact,
    InputParameter,
    Output,
    OutputArtifact,
    OutputParameter,
    Script,
    Suspend,
    Template,
    Text,
)

KINDS = ("container", "script", "resource", "suspend")


@dataclass(frozen=True, slots=True)
class Leaf:
    """A template that runs something, and what Argo says there but the IR of a step."""

    template: Template
    part: StepPart


def read_leaf(
    node: Object,
    parameters: Collection[str],
    volumes: Collection[str],
    *,
    at_end: bool = False,
) -> Leaf:
    """Return what a template of a manifest is.

    Args:
        node: the object of the template.
        parameters: names of the parameters of the whole workflow.
        volumes: names of its volumes; mounts of others are left out.
        at_end: whether an exit handler runs it, which knows how the run ended.

    Raises:
        NoWord: the IR has no such template.
    """
    kind = kind_of(node)
    if kind not in KINDS:
        raise NoWord(f"a template of kind {kind}")
    node = without_home(node)
    inputs = read_inputs(object_at(node, "inputs"), Known(parameters=parameters))
    declared = _declared(node)
    known = Known(
        parameters=parameters,
        inputs={one.name for one in inputs if isinstance(one, InputParameter)},
        files={one.name for one in inputs if isinstance(one, InputArtifact)},
        made={one.name for one in declared if _is_file(one)},
    )
    node = _mounting(node, kind, volumes)
    reader = _READERS[kind]
    outputs = tuple(read_outputs(object_at(node, "outputs"), known))
    inputs = read_inputs(object_at(node, "inputs"), known)
    template = reader(node, replace(known, at_end=at_end), inputs, outputs)
    return Leaf(template, read_step_part(node, known))


def _mounting(node: Object, kind: str, volumes: Collection[str]) -> Object:
    """Return a template whose container mounts only these volumes."""
    body = node[kind]
    if not isinstance(body, dict) or "volumeMounts" not in body:
        return node
    mounts = [
        one for one in objects_at(body, "volumeMounts") if one.get("name") in volumes
    ]
    return {**node, kind: {**body, "volumeMounts": mounts}}


def kind_of(node: Object) -> str:
    """Return what a template of a manifest is called for.

    Raises:
        NoWord: it is nothing, or several things.
    """
    every = (*KINDS, "dag", "steps", "containerSet", "http", "data", "plugin")
    found = [kind for kind in every if kind in node]
    if len(found) != 1:
        raise NoWord(f"it is {' and '.join(found) or 'nothing'}")
    return found[0]


def _declared(node: Object) -> tuple[Output, ...]:
    return tuple(read_outputs(object_at(node, "outputs"), Known()))


def _is_file(one: Output) -> bool:
    return isinstance(one, OutputArtifact) or isinstance(one.source, FromFile)


def _container(
    node: Object, known: Known, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
) -> Template:
    body = object_at(node, "container")
    return Container(
        image=text_at(body, "image"),
        command=read_words(body, "command", known),
        args=read_words(body, "args", known),
        **_boxed(node, body, known, inputs, outputs),
    )


def _script(
    node: Object, known: Known, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
) -> Template:
    body = object_at(node, "script")
    if "args" in body:
        raise NoWord("a script with arguments")
    boxed = _boxed(node, body, known, inputs, outputs)
    if (shipped := shipped_in(text_at(body, "source"))) is not None:
        return function_of(node, shipped, inputs, outputs, boxed)
    return Script(
        image=text_at(body, "image"),
        interpreter=texts_at(body, "command"),
        source=read_text(text_at(body, "source"), known),
        **boxed,
    )


def _boxed(
    node: Object,
    body: Object,
    known: Known,
    inputs: tuple[Input, ...],
    outputs: tuple[Output, ...],
) -> dict[str, Any]:
    return {
        "inputs": inputs,
        "outputs": _with_result(outputs),
        "env": read_env(body, known),
        "env_from": tuple(read_env_from(body)),
        "mounts": tuple(read_mounts(body)),
        "working_dir": text_at(body, "workingDir"),
        "resources": read_resources(body),
        "pull_policy": read_pull_policy(body),
        "pod": read_pod(node, known),
    }


def _with_result(outputs: tuple[Output, ...]) -> tuple[Output, ...]:
    """Return outputs with what is printed, which Argo always has as `result`."""
    if any(one.name == "result" for one in outputs):
        return outputs
    return (*outputs, OutputParameter(name="result", source=FromStdout()))


def _suspend(
    node: Object, known: Known, inputs: tuple[Input, ...], outputs: tuple[Output, ...]
) -> Template:
    given = object_at(node, "suspend").get("duration")
    message = read_labels(node, "annotations")
    return Suspend(
        seconds=None if given is None else _seconds(given, known),
        message=dict(message).get(MESSAGE, ""),
        inputs=inputs,
        outputs=outputs,
    )


def _seconds(given: object, known: Known) -> Text:
    if isinstance(given, str) and "{{" in given:
        return read_text(given.removesuffix("s"), known)
    seconds = seconds_of(given)
    if seconds is None:
        raise NoWord(f"{given!r} is no time to wait")
    return f"{Decimal(repr(seconds)).normalize():f}"


_READERS = MappingProxyType(
    {
        "container": _container,
        "script": _script,
        "resource": read_job,
        "suspend": _suspend,
    }
)
