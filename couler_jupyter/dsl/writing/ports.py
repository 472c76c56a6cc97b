"""What a step takes and leaves behind, as options of the call that adds it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import cast, get_args

from couler_jupyter.dsl.writing.code import (
    Code,
    call,
    dict_of,
    list_of,
    literal,
    quoted,
    text,
)
from couler_jupyter.dsl.writing.plain import source_of
from couler_jupyter.dsl.writing.values import Known, NoWord
from couler_jupyter.ir import (
    Argument,
    Constant,
    Extra,
    FromFile,
    FromManifest,
    FromPerson,
    FromReturn,
    FromStdout,
    Input,
    InputArtifact,
    InputParameter,
    Managed,
    Output,
    OutputArtifact,
    OutputParameter,
    Step,
    Value,
    ValueType,
)

_VALUES = get_args(Value)


def inputs_code(
    inputs: Sequence[Input], step: Step, known: Known, *, plain: bool
) -> Code:
    """Return the inputs of a step with what they are given.

    Args:
        inputs: those of its template.
        step: the step.
        known: what variables hold.
        plain: whether values are written in words of the IR.

    Raises:
        NoWord: an input says more than how it is called and what it is given.
    """
    given = {one.name: one for one in step.arguments}
    if given.keys() - {one.name for one in inputs}:
        raise NoWord("something is given that is no input")
    return dict_of(
        (one.name, _input(one, given.get(one.name), known, plain=plain))
        for one in inputs
    )


def _input(one: Input, given: Argument | None, known: Known, *, plain: bool) -> Code:
    if one.default is not None or one.description:
        raise NoWord(f"input {one.name!r} has a default or a description")
    if isinstance(one, InputArtifact):
        return _file(one, given, known)
    if one.choices or given is None:
        raise NoWord(f"input {one.name!r} has choices, or is not given")
    return given_code(given, known, plain=plain)


def given_code(given: Argument, known: Known, *, plain: bool = False) -> Code:
    """Return what an input is given.

    Raises:
        NoWord: it names something that no variable holds.
    """
    value = given.value
    if not isinstance(value, _VALUES) or (plain and not isinstance(value, Constant)):
        return source_of(value)
    return known.value(cast("Value", value))


def _file(one: InputArtifact, given: Argument | None, known: Known) -> Code:
    value: Code = "None" if given is None else given_code(given, known)
    more: dict[str, Code] = {}
    if one.optional:
        more["optional"] = "True"
    if one.mode is not None:
        more["mode"] = oct(one.mode)
    if one.recurse_mode:
        more["recurse_mode"] = "True"
    return call("couler.at", value, quoted(one.path), **more)


def outputs_code(outputs: Sequence[Output]) -> Code:
    """Return the outputs of a step, by their names."""
    return dict_of((one.name, _output(one)) for one in outputs)


def _output(one: Output) -> Code:
    if isinstance(one, OutputArtifact):
        return _artifact(one)
    more = dict(_parameter_options(one))
    match one.source:
        case FromFile(path=path):
            return call("couler.from_file", quoted(path), **more)
        case FromStdout():
            return call("couler.from_stdout", **more)
        case FromManifest(path=path, jq=jq) if not one.choices:
            own = [quoted(path)] if path else []
            more = {"jq": quoted(jq), **more} if jq else more
            return call("couler.from_manifest", *own, **more)
        case FromPerson():
            return call("couler.from_person", **{"type": _type(one), **more})
        case FromManifest() | FromReturn():
            return source_of(one)


def _parameter_options(one: OutputParameter) -> Iterator[tuple[str, Code]]:
    if one.type is not ValueType.JSON:
        yield "type", _type(one)
    if one.default is not None:
        yield "default", literal(one.default.value)
    if one.choices:
        yield "choices", f"({', '.join(repr(c.value) for c in one.choices)},)"
    if one.global_name:
        yield "global_name", quoted(one.global_name)
    if one.description:
        yield "description", text(one.description)


def _type(one: OutputParameter | InputParameter) -> str:
    return f"ir.ValueType.{one.type.name}"


def _artifact(one: OutputArtifact) -> Code:
    if one.part:
        return source_of(one)
    parts: list[Code] = [quoted(one.path)]
    if one.storage != Managed():
        parts.append(source_of(one.storage))
    more: dict[str, Code] = {}
    if one.optional:
        more["optional"] = "True"
    if one.archive is not None:
        more["archive"] = quoted(str(one.archive))
    if one.mode is not None:
        more["mode"] = oct(one.mode)
    if one.recurse_mode:
        more["recurse_mode"] = "True"
    if one.global_name:
        more["global_name"] = quoted(one.global_name)
    if one.delete_after:
        more["delete_after"] = quoted(one.delete_after)
    if one.description:
        more["description"] = text(one.description)
    return call("couler.create_artifact", *parts, **more)


def extras_code(extras: Sequence[Extra]) -> Code:
    """Return what only one engine has a word for."""
    return list_of(
        call(
            "couler.extra",
            quoted(one.engine),
            quoted(one.path),
            literal(one.value.value),
            **({"ignorable": "True"} if one.ignorable else {}),
        )
        for one in extras
    )
