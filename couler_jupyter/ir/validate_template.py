"""What can be wrong with a template, wherever it stands."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import PurePosixPath
from typing import assert_never

from couler_jupyter.ir.artifact import InputArtifact, OutputArtifact, SecretRef
from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.parameter import (
    FromFile,
    FromManifest,
    FromPerson,
    FromReturn,
    FromStdout,
    InputParameter,
    ParameterSource,
)
from couler_jupyter.ir.pod import ConfigRef, EnvVar, FieldRef, Sidecar
from couler_jupyter.ir.resources import Resources
from couler_jupyter.ir.step import storage_values
from couler_jupyter.ir.template import (
    Boxed,
    Container,
    Function,
    Input,
    Job,
    Output,
    Script,
    SubWorkflow,
    Suspend,
    Template,
)
from couler_jupyter.ir.value import (
    InputRef,
    ItemRef,
    OutputRef,
    ParameterRef,
    PathRef,
    StepRef,
    Text,
    TurnRef,
    leaves,
)

_ENV_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
_SOURCES: Mapping[type[ParameterSource], tuple[type, ...]] = {
    FromFile: (Container, Script, Function),
    FromStdout: (Container, Script),
    FromReturn: (Function,),
    FromManifest: (Job,),
    FromPerson: (Suspend,),
}
_LIMITED = ("cpu", "memory", "ephemeral")


def template_faults(
    template: Template, inputs: Mapping[str, Input], volumes: frozenset[str]
) -> Iterator[str]:
    """Yield what is wrong with a template of a workflow with these inputs, volumes."""
    match template:
        case SubWorkflow():
            return
        case Container():
            if not template.image.strip():
                yield "it has no image"
        case Script():
            if not template.interpreter:
                yield "its script has no interpreter"
        case Function():
            yield from _function_faults(template)
        case Job():
            if not template.manifest:
                yield "its job has no manifest"
        case Suspend():
            pass
        case _ as never:
            assert_never(never)
    yield from _port_faults(template)
    yield from _text_faults(template, inputs)
    if isinstance(template, Boxed):
        yield from _boxed_faults(template, volumes)


def input_faults(one: Input) -> Iterator[str]:
    """Yield what is wrong with one input of a template or a workflow."""
    if fault := name_fault(one.name):
        yield f"the name of input {one.name!r} {fault}"
    if isinstance(one, InputArtifact):
        yield from _path_faults(one.name, one.path)
        return
    default = one.default
    if default is None:
        return
    if not one.type.admits(default.value):
        yield f"input {one.name!r} is a {one.type}; its default is {default.json}"
    elif one.choices and default not in one.choices:
        some = ", ".join(choice.json for choice in one.choices)
        yield f"the default of input {one.name!r} is {default.json}, none of {some}"


def _function_faults(template: Function) -> Iterator[str]:
    if not template.entrypoint.isidentifier():
        yield f"{template.entrypoint!r} is no name of a Python function"
        return
    try:
        module = ast.parse(template.source)
    except (SyntaxError, ValueError) as error:
        yield f"its Python source cannot be read: {error}"
        return
    names = {
        node.name
        for node in module.body
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
    }
    assigned = {
        target.id
        for node in module.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    if template.entrypoint not in names | assigned:
        yield f"its Python source has no function {template.entrypoint!r}"


def _port_faults(template: Boxed | Job | Suspend) -> Iterator[str]:
    for what, ports in (("input", template.inputs), ("output", template.outputs)):
        for name, count in Counter(port.name for port in ports).items():
            if count > 1:
                yield f"{count} {what}s are named {name!r}"
    for one in template.inputs:
        yield from input_faults(one)
    for output in template.outputs:
        yield from _output_faults(template, output)


def _output_faults(template: Boxed | Job | Suspend, output: Output) -> Iterator[str]:
    if fault := name_fault(output.name):
        yield f"the name of output {output.name!r} {fault}"
    if isinstance(output, OutputArtifact):
        if not output.path and not isinstance(template, Function):
            yield f"output {output.name!r} is an artifact without a path"
        if not isinstance(template, Boxed):
            yield f"output {output.name!r}: a {_kind(template)} leaves no artifacts"
        yield from _path_faults(output.name, output.path)
        return
    if not isinstance(template, _SOURCES[type(output.source)]):
        source = type(output.source).__name__.removeprefix("From").lower()
        yield f"output {output.name!r}: a {_kind(template)} has no {source} to take it from"
    if isinstance(output.source, FromFile):
        yield from _path_faults(output.name, output.source.path)
    if output.default is not None and not output.type.admits(output.default.value):
        yield f"output {output.name!r} is a {output.type}, not {output.default.json}"


def _kind(template: Boxed | Job | Suspend) -> str:
    return type(template).__name__.lower()


def _path_faults(name: str, path: str) -> Iterator[str]:
    if ".." in PurePosixPath(path).parts or "\0" in path:
        yield f"the path of {name!r} leaves its folder: {path!r}"


def texts_of(template: Template) -> Iterator[Text]:
    """Yield every text of a template that may hold references.

    Where artifacts lie is among them.
    """
    match template:
        case Container():
            yield from (*template.command, *template.args)
        case Script():
            yield template.source
        case Job():
            yield template.manifest
            yield from template.flags
        case Suspend():
            if template.seconds is not None:
                yield template.seconds
        case Function() | SubWorkflow():
            pass
        case _ as never:
            assert_never(never)
    for one in _inputs(template):
        if isinstance(one, InputArtifact) and one.default is not None:
            yield from storage_values(one.default)
    for output in _outputs(template):
        if isinstance(output, OutputArtifact):
            yield from storage_values(output.storage)
    if isinstance(template, Boxed):
        yield from _env_texts(template.env)
        for beside in (*template.pod.init, *template.pod.sidecars):
            yield from (*beside.command, *beside.args)
            yield from _env_texts(beside.env)


def _env_texts(env: tuple[EnvVar, ...]) -> Iterator[Text]:
    for variable in env:
        if not isinstance(variable.value, SecretRef | ConfigRef | FieldRef):
            yield variable.value


def _text_faults(template: Template, inputs: Mapping[str, Input]) -> Iterator[str]:
    own = {one.name: one for one in _inputs(template)}
    ports = {*own, *(output.name for output in _outputs(template))}
    for text in texts_of(template):
        for leaf in leaves(text):
            match leaf:
                case InputRef(name=name):
                    if not isinstance(own.get(name), InputParameter):
                        yield f"it has no input parameter {name!r}{nearest(name, own)}"
                case PathRef(name=name):
                    if name not in ports:
                        yield f"it has no input or output {name!r}{nearest(name, ports)}"
                case ParameterRef(name=name):
                    if name not in inputs:
                        hint = nearest(name, inputs)
                        yield f"the workflow has no input {name!r}{hint}"
                case OutputRef() | StepRef() | ItemRef() | TurnRef():
                    yield "its text names another step; pass that in as an argument"
                case _:
                    pass


def _inputs(template: Template) -> tuple[Input, ...]:
    return () if isinstance(template, SubWorkflow) else template.inputs


def _outputs(template: Template) -> tuple[Output, ...]:
    return () if isinstance(template, SubWorkflow) else template.outputs


def _boxed_faults(template: Boxed, volumes: frozenset[str]) -> Iterator[str]:
    yield from _env_faults(template.env)
    yield from _resource_faults(template.resources)
    beside = (*template.pod.init, *template.pod.sidecars)
    for name, count in Counter(one.name for one in beside).items():
        if count > 1:
            yield f"{count} sidecars are named {name!r}"
    for one in beside:
        yield from _sidecar_faults(one)
    for mount in (*template.mounts, *(m for one in beside for m in one.mounts)):
        if mount.volume not in volumes:
            hint = nearest(mount.volume, volumes)
            yield f"it mounts volume {mount.volume!r}, which the workflow has not{hint}"
        if not mount.path.startswith("/"):
            yield f"it mounts {mount.volume!r} at {mount.path!r}; the path must start with /"


def _sidecar_faults(sidecar: Sidecar) -> Iterator[str]:
    if not sidecar.image.strip():
        yield f"sidecar {sidecar.name!r} has no image"
    for fault in (*_env_faults(sidecar.env), *_resource_faults(sidecar.resources)):
        yield f"sidecar {sidecar.name!r}: {fault}"


def _env_faults(env: Iterable[EnvVar]) -> Iterator[str]:
    for name, count in Counter(variable.name for variable in env).items():
        if _ENV_NAME.fullmatch(name) is None:
            yield f"{name!r} is no name of an environment variable"
        if count > 1:
            yield f"environment variable {name!r} is set {count} times"


def _resource_faults(resources: Resources) -> Iterator[str]:
    for name in _LIMITED:
        wanted = getattr(resources, name)
        limit = getattr(resources, f"{name}_limit")
        if (wanted is not None and wanted < 0) or (limit is not None and limit <= 0):
            yield f"its {name} is not more than 0"
        if wanted is not None and limit is not None and wanted > limit:
            yield f"it asks for {wanted} {name} but may use only {limit}"
    if resources.gpu < 0:
        yield f"it asks for {resources.gpu} GPUs"
