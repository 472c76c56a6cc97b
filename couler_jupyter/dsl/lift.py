"""Lifting values out of a template, so that equal steps have equal templates.

A handle in a command, an argument, a variable or a manifest becomes an input of the
template, and what it stands for an argument of the step.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.of_step import Output
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.ports import ArtifactSpec
from couler_jupyter.dsl.step_output import StepOutput
from couler_jupyter.dsl.values import (
    a_kind,
    has_handle,
    is_storage,
    storage_of,
    value_of,
)
from couler_jupyter.ir import (
    Argument,
    AttemptRef,
    Constant,
    Format,
    Input,
    InputArtifact,
    InputParameter,
    InputRef,
    OutputArtifact,
    PathRef,
    Raw,
    Storage,
    Text,
    Value,
    ValueType,
    as_text,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_IN_PLACE = (InputRef, PathRef, AttemptRef, Raw)


@dataclass(frozen=True, slots=True, kw_only=True)
class At:
    """A value and where a step finds it; made by `at`."""

    value: object
    path: str
    optional: bool = False
    mode: int | None = None
    recurse_mode: bool = False


def at(
    value: object,
    path: str,
    *,
    optional: bool = False,
    mode: int | None = None,
    recurse_mode: bool = False,
) -> At:
    """Return an input file for a program, and where the program finds it.

    Args:
        value: an artifact: an output of a step, or `couler.create_..._artifact`.
        path: where the program finds it.
        optional: whether the step runs without it; `value` may then be None.
        mode: permission bits it gets.
        recurse_mode: whether all in a folder gets them.
    """
    return At(
        value=value, path=path, optional=optional, mode=mode, recurse_mode=recurse_mode
    )


@dataclass(slots=True)
class Lift:
    """The inputs that a template turns out to have, and what they are given."""

    scope: Scope
    inputs: list[Input] = field(default_factory=list)
    arguments: list[Argument] = field(default_factory=list)
    _known: dict[Value, InputRef | PathRef] = field(default_factory=dict)

    def declare(self, given: object) -> None:
        """Add the inputs the user named: a mapping, or artifacts in a list.

        Raises:
            BuildFailed: something is no input.
        """
        if given is None:
            return
        if isinstance(given, Mapping):
            for name, one in given.items():
                self._input(str(name), one)
            return
        for one in given if isinstance(given, list | tuple) else [given]:
            if isinstance(one, str | int | float) or one is None:
                raise misused(
                    f"inputs: {one!r} has no name; write inputs={{'name': value}}"
                )
            self._input(self._free(_artifact_name(one)), one)

    def text(self, given: object) -> Text:
        """Return `given` as a text of the template.

        Raises:
            BuildFailed: it has no text.
        """
        if isinstance(given, str):
            return given
        if isinstance(given, Handle):
            return self._lifted(given)
        if isinstance(given, ArtifactSpec) or is_storage(given):
            return PathRef(self._input(self._free(_artifact_name(given)), given))
        if isinstance(given, PurePath):
            return str(given)
        value = value_of(given, self.scope)
        if isinstance(value, Constant):
            return as_text(value.value)
        if isinstance(value, _IN_PLACE) or not has_handle(given):
            return value
        return self._numbered(value, ValueType.JSON)

    def texts(self, given: object, what: str) -> tuple[Text, ...]:
        """Return one text, or a list of them, as texts of the template.

        Raises:
            BuildFailed: something in it has no text.
        """
        if given is None:
            return ()
        many = given if isinstance(given, list | tuple) else (given,)
        for one in many:
            if one is None:
                raise misused(f"{what} holds None")
        return tuple(map(self.text, many))

    def storage(self, given: Storage) -> Storage:
        """Return the storage of an output, with the values in its texts lifted."""
        changed: dict[str, Any] = {
            one.name: self.text(part)
            for one in fields(given)
            if isinstance(part := getattr(given, one.name), Handle)
        }
        return replace(given, **changed) if changed else given

    def _lifted(self, given: Handle) -> Text:
        given = given._itself()
        value = given._value(self.scope)
        match value:
            case InputRef() | PathRef() | AttemptRef() | Raw():
                return value
            case Format(parts=parts):
                return Format(tuple(self._part(part) for part in parts))
            case _:
                return self._numbered(value, given._type())

    def _part(self, part: str | Value) -> str | Value:
        match part:
            case str() | InputRef() | PathRef() | AttemptRef() | Raw():
                return part
            case Constant():
                return as_text(part.value)
            case _:
                return self._numbered(part, ValueType.JSON)

    def _numbered(self, value: Value, kind: ValueType | None) -> InputRef | PathRef:
        """Return the input that has this value, a new one if none has."""
        known = self._known.get(value)
        if known is None:
            name = f"para-{len(self._known)}"
            if kind is None:
                self.inputs.append(InputArtifact(name=name))
                known = PathRef(name)
            else:
                self.inputs.append(InputParameter(name=name, type=kind))
                known = InputRef(name)
            self._known[value] = known
            self.arguments.append(Argument(name, value))
        return known

    def _input(self, name: str, given: object) -> str:
        """Add an input that the user named; return its name."""
        placed = given if isinstance(given, At) else At(value=given, path="")
        if isinstance(placed.value, ArtifactSpec):
            spec = placed.value
            placed = replace(placed, value=spec.storage, path=placed.path or spec.path)
        value = placed.value
        is_file = isinstance(value, Handle) and value._type() is None
        if is_file or is_storage(value) or isinstance(given, At):
            self._artifact(name, placed)
        else:
            kind = value._type() if isinstance(value, Handle) else None
            self.inputs.append(InputParameter(name=name, type=kind or ValueType.JSON))
            self.arguments.append(Argument(name, value_of(value, self.scope)))
        return name

    def _free(self, name: str) -> str:
        taken = {one.name for one in self.inputs}
        number, free = 2, name
        while free in taken:
            number, free = number + 1, f"{name}-{number}"
        return free

    def _artifact(self, name: str, placed: At) -> None:
        self.inputs.append(
            InputArtifact(
                name=name,
                path=placed.path or _made_at(placed.value),
                optional=placed.optional,
                mode=placed.mode,
                recurse_mode=placed.recurse_mode,
            )
        )
        if is_storage(placed.value):
            stored = storage_of(placed.value, self.scope)
            self.arguments.append(Argument(name, stored))
        elif isinstance(placed.value, Handle):
            value = placed.value._value(self.scope)
            self.arguments.append(Argument(name, value))
            self._known[value] = PathRef(name)
        elif placed.value is not None or not placed.optional:
            raise misused(
                f"input {name!r}: {a_kind(placed.value)} is no artifact; give an output of "
                "a step or couler.create_..._artifact(...)"
            )


def _artifact_name(given: object) -> str:
    value = given.value if isinstance(given, At) else given
    if isinstance(value, Handle):
        return value._hint()
    name = getattr(value, "name", "") or type(getattr(value, "storage", value)).__name__
    return str(name).lower()


def _made_at(value: object) -> str:
    """Return the path at which the step that made an artifact left it."""
    if isinstance(value, StepOutput):
        value = value._default()
    if not isinstance(value, Output):
        return ""
    template = value._node.template
    for output in () if template is None else getattr(template, "outputs", ()):
        if output.name == value._name and isinstance(output, OutputArtifact):
            return output.path
    return ""
