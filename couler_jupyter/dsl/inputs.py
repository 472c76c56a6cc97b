"""What a workflow takes and leaves behind, as the user declares it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from couler_jupyter.dsl.annotations import Kind, type_named, type_of_value
from couler_jupyter.dsl.current import open_scope
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.known import Parameter
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.ports import ArtifactSpec
from couler_jupyter.dsl.scope import ScopeOutput
from couler_jupyter.dsl.values import constant, is_storage
from couler_jupyter.ir import (
    Input,
    InputArtifact,
    InputParameter,
    Storage,
    ValueType,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.scope import Scope

_NOTHING: Any = object()


def parameter(
    name: str,
    default: object = _NOTHING,
    *,
    type: object = None,  # noqa: A002 (as the word is)
    choices: Sequence[object] = (),
    description: str = "",
) -> Handle:
    """Return a parameter of the workflow, declaring it if it is new.

    Args:
        name: how it is called.
        default: what it is when a run gives nothing; without one it is required.
        type: a Python type, or a word as `number`; by default that of `default`.
        choices: the only values it may have.
        description: for people.

    Raises:
        BuildFailed: no workflow is being written, or it was declared otherwise.
    """
    scope = _workflow(open_scope("parameter"))
    known = scope.inputs.get(name)
    is_bare = default is _NOTHING and type is None and not choices and not description
    if known is None or not is_bare:
        given = _parameter(name, default, type, choices, description)
        known = _declare(scope, given)
    return _handle(scope, known)


def input_artifact(
    name: str,
    default: ArtifactSpec | Storage | None = None,
    *,
    path: str = "",
    optional: bool = False,
    mode: int | None = None,
    recurse_mode: bool = False,
    description: str = "",
) -> Handle:
    """Return a file or folder that the workflow takes, declaring it if it is new.

    Raises:
        BuildFailed: no workflow is being written, or it was declared otherwise.
    """
    scope = _workflow(open_scope("input_artifact"))
    storage = default.storage if isinstance(default, ArtifactSpec) else default
    given = InputArtifact(
        name=name,
        path=path or (default.path if isinstance(default, ArtifactSpec) else ""),
        default=storage if is_storage(storage) else None,
        optional=optional,
        mode=mode,
        recurse_mode=recurse_mode,
        description=description,
    )
    return _handle(scope, _declare(scope, given))


def set_output(
    name: str, value: object, *, global_name: str = "", description: str = ""
) -> None:
    """Have the workflow leave `value` behind under `name`.

    Raises:
        BuildFailed: no workflow is being written, or it has that output already.
    """
    scope = open_scope("set_output")
    if name in scope.outputs:
        raise misused(f"workflow {scope.title!r} has an output {name!r} already")
    scope.outputs[name] = ScopeOutput(
        value=scope.value(value),
        type=value._type() if isinstance(value, Handle) else ValueType.JSON,
        global_name=global_name,
        description=description,
    )


def declare_parameters(scope: Scope, given: Mapping[str, object]) -> None:
    """Add parameters by name: each a default, a type, or an `InputParameter`."""
    for name, what in given.items():
        if isinstance(what, InputParameter):
            _declare(scope, what)
        elif isinstance(what, type | ValueType):
            _declare(scope, _parameter(name, _NOTHING, what, (), ""))
        else:
            _declare(scope, _parameter(name, what, None, (), ""))


def _workflow(scope: Scope) -> Scope:
    """Return the workflow that bodies of maps and the like stand in."""
    while scope.parent is not None:
        scope = scope.parent
    return scope


def _declare(scope: Scope, given: Input) -> Input:
    known = scope.inputs.setdefault(given.name, given)
    if known != given:
        raise misused(
            f"workflow {scope.title!r} has another input {given.name!r} already"
        )
    return known


def _handle(scope: Scope, one: Input) -> Handle:
    kind = one.type if isinstance(one, InputParameter) else None
    return Parameter(scope, one.name, kind)


def _parameter(
    name: str,
    default: object,
    type: object,  # noqa: A002
    choices: Sequence[object],
    description: str,
) -> InputParameter:
    plain = None if default is _NOTHING else constant(default, f"parameter {name!r}")
    if type is not None:
        kind = type_named(type, f"parameter {name!r}")
    else:
        kind = Kind(ValueType.JSON if plain is None else type_of_value(plain.value))
    return InputParameter(
        name=name,
        type=_json_type(kind),
        default=plain,
        choices=tuple(constant(one) for one in choices) or kind.choices,
        description=description,
    )


def _json_type(kind: Kind) -> ValueType:
    """Return the type of a parameter that a person gives: JSON, never a pickle."""
    known = kind.type or ValueType.JSON
    return ValueType.JSON if known is ValueType.PYTHON else known
