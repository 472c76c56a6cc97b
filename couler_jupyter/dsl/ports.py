"""What the user asks a step to leave behind, before it has a name and a step."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePath, PurePosixPath
from typing import Any, TypeAlias

from couler_jupyter.dsl.annotations import type_named
from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.values import a_kind, constant
from couler_jupyter.ir import (
    Archive,
    Constant,
    FromFile,
    FromManifest,
    FromPerson,
    FromStdout,
    Managed,
    OutputArtifact,
    OutputParameter,
    ParameterSource,
    ValueType,
)

_NOTHING = object()
_NOT_A_NAME = re.compile(r"[^\w.-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class ParameterSpec:
    """An output parameter without a name; see `ir.OutputParameter`."""

    source: ParameterSource
    type: ValueType = ValueType.JSON
    default: Constant | None = None
    choices: tuple[Constant, ...] = ()
    name: str = ""
    is_global: bool = False
    global_name: str = ""
    description: str = ""

    def named(self, name: str) -> OutputParameter:
        """Return the output under its own name or, without one, under `name`."""
        name = self.name or name
        return OutputParameter(
            name=name,
            source=self.source,
            type=self.type,
            default=self.default,
            choices=self.choices,
            global_name=self.global_name or (name if self.is_global else ""),
            description=self.description,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ArtifactSpec:
    """A file or folder: an output where a step makes it, an argument where it is used.

    `storage` may hold handles; see `ir.OutputArtifact` for the rest.
    """

    path: str = ""
    storage: object = None
    optional: bool = False
    archive: Archive | None = None
    mode: int | None = None
    recurse_mode: bool = False
    name: str = ""
    is_global: bool = False
    global_name: str = ""
    delete_after: str = ""
    description: str = ""

    def named(
        self, name: str, storage: Given, part: tuple[str | int, ...] = ()
    ) -> OutputArtifact:
        """Return the output under its own name or, without one, under `name`."""
        name = self.name or name
        return OutputArtifact(
            name=name,
            path=self.path,
            part=part,
            storage=Managed() if storage is None else storage,
            optional=self.optional,
            archive=self.archive,
            mode=self.mode,
            recurse_mode=self.recurse_mode,
            global_name=self.global_name or (name if self.is_global else ""),
            delete_after=self.delete_after,
            description=self.description,
        )


Spec: TypeAlias = ParameterSpec | ArtifactSpec | OutputParameter | OutputArtifact


def from_file(
    path: str,
    type: object = Any,  # noqa: A002
    *,
    default: object = _NOTHING,
    choices: tuple[object, ...] = (),
    name: str = "",
    is_global: bool = False,
    global_name: str = "",
    description: str = "",
) -> ParameterSpec:
    """Return an output parameter: the text of a file that the step writes."""
    return ParameterSpec(
        source=FromFile(path),
        **_typed(type, default, choices, "from_file"),
        name=name,
        is_global=is_global,
        global_name=global_name,
        description=description,
    )


def from_stdout(
    type: object = Any,  # noqa: A002
    *,
    default: object = _NOTHING,
    choices: tuple[object, ...] = (),
    name: str = "",
    global_name: str = "",
    description: str = "",
) -> ParameterSpec:
    """Return an output parameter: what the step prints on standard output."""
    return ParameterSpec(
        source=FromStdout(),
        **_typed(type, default, choices, "from_stdout"),
        name=name,
        global_name=global_name,
        description=description,
    )


def from_manifest(
    path: str = "",
    type: object = Any,  # noqa: A002
    *,
    jq: str = "",
    default: object = _NOTHING,
    name: str = "",
    global_name: str = "",
    description: str = "",
) -> ParameterSpec:
    """Return an output parameter: a field of the object that a job made."""
    return ParameterSpec(
        source=FromManifest(path, jq),
        **_typed(type, default, (), "from_manifest"),
        name=name,
        global_name=global_name,
        description=description,
    )


def from_person(
    type: object = str,  # noqa: A002
    *,
    default: object = _NOTHING,
    choices: tuple[object, ...] = (),
    name: str = "",
    global_name: str = "",
    description: str = "",
) -> ParameterSpec:
    """Return an output parameter: what the person who resumes the step types in."""
    return ParameterSpec(
        source=FromPerson(),
        **_typed(type, default, choices, "from_person"),
        name=name,
        global_name=global_name,
        description=description,
    )


def create_parameter_artifact(path: str, is_global: bool = False) -> ParameterSpec:
    """Return an output parameter: the text of the file `path` that the step writes."""
    return from_file(path, is_global=is_global)


def given_outputs(given: object) -> Iterator[tuple[str, object]]:
    """Yield the outputs a user asks for, each with its name or an empty one."""
    if given is None:
        return
    if isinstance(given, Mapping):
        yield from ((str(name), one) for name, one in given.items())
    elif isinstance(given, list | tuple):
        yield from (("", one) for one in given)
    else:
        yield "", given


def spec_of(name: str, given: object) -> tuple[str, Spec]:
    """Return an output of a program: its name and what it is.

    Raises:
        BuildFailed: it says neither a path nor anything else to take it from.
    """
    if isinstance(given, str | PurePath):
        given = ArtifactSpec(path=str(given))
    if not isinstance(
        given, ParameterSpec | ArtifactSpec | OutputParameter | OutputArtifact
    ):
        kind = given.__name__ if isinstance(given, type) else a_kind(given)
        raise misused(
            f"output {name or given!r}: {kind} does not say where it is taken from; write "
            "a path for a file, couler.from_file(path, type) or couler.from_stdout(type)"
        )
    return name or given.name or _name_of(given), given


def _name_of(spec: object) -> str:
    """Return a name after the file; `result` where there is none."""
    path = getattr(spec, "path", "")
    if isinstance(spec, ParameterSpec) and isinstance(spec.source, FromFile):
        path = spec.source.path
    stem = PurePosixPath(path).name.partition(".")[0]
    return _NOT_A_NAME.sub("-", stem).strip("-") or "result"


def _typed(
    type: object,  # noqa: A002
    default: object,
    choices: tuple[object, ...],
    what: str,
) -> dict[str, Any]:
    kind = type_named(type, what)
    return {
        "type": kind.type or ValueType.JSON,
        "default": None if default is _NOTHING else constant(default),
        "choices": tuple(constant(one) for one in choices) or kind.choices,
    }
