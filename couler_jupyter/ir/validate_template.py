"""What can be wrong with a template, wherever it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import PurePosixPath
from typing import TypeAlias, assert_never

from couler_jupyter.ir.artifact import InputArtifact, OutputArtifact, SecretRef
from couler_jupyter.ir.name import name_fault, nearest
from couler_jupyter.ir.parameter import (
    FromFile,
    FromManifest,
    FromPerson,
    FromReturn,
    FromStdout,
    InputParameter,
    OutputParameter,
    ParameterSource,
)
from couler_jupyter.ir.pod import ConfigRef, EnvVar, FieldRef
from couler_jupyter.ir.step import storage_values
from couler_jupyter.ir.template import (
    Boxed,
    Container,
    Foreign,
    Function,
    Input,
    Job,
    Output,
    Script,
    SubWorkflow,
    Suspend,
    Template,
)
from couler_jupyter.ir.validate_place import boxed_faults, storage_faults
from couler_jupyter.ir.validate_python import function_fault
from couler_jupyter.ir.validate_tree import seconds_fault, twice, value_faults
from couler_jupyter.ir.value import (
    AttemptField,
    AttemptRef,
    InputRef,
    ItemRef,
    Leaf,
    OutputRef,
    ParameterRef,
    PathRef,
    RunRef,
    StepRef,
    Text,
    TurnRef,
    leaves,
)

Plain: TypeAlias = Container | Script | Function | Job | Suspend | Foreign
_SOURCES: Mapping[type[ParameterSource], tuple[type, ...]] = {
    FromFile: (Container, Script, Function, Foreign),
    FromStdout: (Container, Script, Foreign),
    FromReturn: (Function, Foreign),
    FromManifest: (Job, Foreign),
    FromPerson: (Suspend, Foreign),
}
_DELETED = ("", "run", "workflow")


def template_faults(
    template: Template,
    inputs: Mapping[str, Input],
    volumes: frozenset[str],
    *,
    at_end: bool = False,
) -> Iterator[str]:
    """Yield what is wrong with a template of a workflow with these inputs, volumes.

    With `at_end` an exit handler runs it.
    """
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
            if fault := function_fault(template.source, template.entrypoint):
                yield fault
        case Job():
            if not template.manifest:
                yield "its job has no manifest"
        case Suspend(seconds=seconds):
            if seconds is not None and (fault := seconds_fault("wait", seconds)):
                yield fault
        case Foreign():
            yield from _foreign_faults(template)
        case _ as never:
            assert_never(never)
    yield from _port_faults(template)
    yield from _text_faults(template, inputs, at_end=at_end)
    if isinstance(template, Boxed):
        yield from boxed_faults(template, volumes)


def _foreign_faults(template: Foreign) -> Iterator[str]:
    if fault := name_fault(template.engine):
        yield f"the name of its engine {template.engine!r} {fault}"
    if not template.kind.strip():
        yield f"it says not what {template.engine} calls it; write its kind"
    if not isinstance(template.body.value, dict):
        yield f"its body is {template.body.json}; it must be an object"


def input_faults(one: Input) -> Iterator[str]:
    """Yield what is wrong with one input of a template or a workflow."""
    if fault := name_fault(one.name):
        yield f"the name of input {one.name!r} {fault}"
    if isinstance(one, InputParameter):
        yield from _choice_faults("input", one)
        return
    yield from _path_faults(one.name, one.path)
    yield from _mode_faults("input", one)
    if one.default is not None:
        for fault in storage_faults(one.default, given=True):
            yield f"the default of input {one.name!r}: {fault}"


def _choice_faults(what: str, one: InputParameter | OutputParameter) -> Iterator[str]:
    a = one.type.with_article
    for choice in one.choices:
        if not one.type.admits(choice.value):
            yield f"{what} {one.name!r} is {a}; {choice.json} is no choice"
    if one.default is None:
        return
    if not one.type.admits(one.default.value):
        yield f"{what} {one.name!r} is {a}; its default is {one.default.json}"
    elif one.choices and one.default not in one.choices:
        some = ", ".join(choice.json for choice in one.choices)
        yield f"the default of {what} {one.name!r} is {one.default.json}, none of {some}"


def _mode_faults(what: str, one: InputArtifact | OutputArtifact) -> Iterator[str]:
    if one.mode is not None and not 0 <= one.mode <= 0o7777:
        yield f"{what} {one.name!r} has mode {one.mode}; it is 0 to 0o7777"


def _port_faults(template: Plain) -> Iterator[str]:
    yield from twice("input", (port.name for port in template.inputs))
    yield from twice("output", (port.name for port in template.outputs))
    for one in template.inputs:
        yield from input_faults(one)
    for output in template.outputs:
        if fault := name_fault(output.name):
            yield f"the name of output {output.name!r} {fault}"
        if isinstance(output, OutputArtifact):
            yield from _artifact_faults(template, output)
        else:
            yield from _parameter_faults(template, output)


def _artifact_faults(template: Plain, output: OutputArtifact) -> Iterator[str]:
    if not output.path and not isinstance(template, Function | Foreign):
        yield f"output {output.name!r} is an artifact without a path"
    if not isinstance(template, Boxed | Foreign):
        yield f"output {output.name!r}: a {_kind(template)} leaves no artifacts"
    yield from _path_faults(output.name, output.path)
    yield from _mode_faults("output", output)
    if output.delete_after not in _DELETED:
        when = f"deleted after {output.delete_after!r}"
        yield f"output {output.name!r} is {when}; write run or workflow"
    for fault in storage_faults(output.storage, given=False):
        yield f"output {output.name!r}: {fault}"


def _parameter_faults(template: Plain, output: OutputParameter) -> Iterator[str]:
    if not isinstance(template, _SOURCES[type(output.source)]):
        source = type(output.source).__name__.removeprefix("From").lower()
        yield f"output {output.name!r}: a {_kind(template)} has no {source} to take it from"
    if isinstance(output.source, FromFile):
        if not output.source.path:
            yield f"output {output.name!r} is taken from a file without a path"
        yield from _path_faults(output.name, output.source.path)
    yield from _choice_faults("output", output)


def _kind(template: Plain) -> str:
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
        case Function() | Foreign():
            pass
        case SubWorkflow():
            return
        case _ as never:
            assert_never(never)
    for one in template.inputs:
        if isinstance(one, InputArtifact) and one.default is not None:
            yield from storage_values(one.default)
    for output in template.outputs:
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


def _text_faults(
    template: Plain, inputs: Mapping[str, Input], *, at_end: bool
) -> Iterator[str]:
    own = {one.name: one for one in template.inputs}
    made = {one.name: one for one in template.outputs}
    for text in texts_of(template):
        yield from value_faults(text)
        for leaf in leaves(text):
            yield from _own_faults(leaf, own, made)
            yield from outer_faults(leaf, inputs, at_end=at_end)


def _own_faults(
    leaf: Leaf, own: Mapping[str, Input], made: Mapping[str, Output]
) -> Iterator[str]:
    match leaf:
        case InputRef(name=name) if name not in own:
            yield f"it has no input parameter {name!r}{nearest(name, own)}"
        case InputRef(name=name) if isinstance(own[name], InputArtifact):
            yield f"input {name!r} is an artifact; its text can name only its path"
        case PathRef(name=name, output=True):
            if name not in made:
                yield f"it has no output {name!r}{nearest(name, made)}"
            elif not _is_file(made[name]):
                yield f"output {name!r} is no file; it has no path"
        case PathRef(name=name):
            if name not in own:
                yield f"it has no input {name!r}{nearest(name, own)}"
            elif isinstance(own[name], InputParameter):
                yield f"input {name!r} is a parameter; it has no path"
        case _:
            return


def _is_file(output: Output) -> bool:
    return isinstance(output, OutputArtifact) or isinstance(output.source, FromFile)


def outer_faults(
    leaf: Leaf, inputs: Mapping[str, Input], *, at_end: bool
) -> Iterator[str]:
    """Yield what a text that belongs to no step may not name."""
    match leaf:
        case ParameterRef(name=name, of_run=False) if name not in inputs:
            yield f"the workflow has no input {name!r}{nearest(name, inputs)}"
        case OutputRef() | StepRef() | ItemRef() | TurnRef():
            yield "its text names another step; pass that in as an argument"
        case AttemptRef(field=field) if field is not AttemptField.NUMBER:
            yield f"the attempt's {field} is known only to retry conditions"
        case RunRef(field=field) if field.at_end and not at_end:
            yield f"the run's {field} is known only to exit handlers"
        case _:
            return
