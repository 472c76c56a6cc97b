"""The template of a function step, and what its call gives it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath
from typing import TYPE_CHECKING

from couler_jupyter.dsl.anything import Given
from couler_jupyter.dsl.boxing import boxed, plain_text
from couler_jupyter.dsl.capture import Captured, capture
from couler_jupyter.dsl.function_outputs import outputs_of
from couler_jupyter.dsl.handle import Handle
from couler_jupyter.dsl.known import OfBody, Parameter
from couler_jupyter.dsl.location import local_path, storage_at
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.ports import ArtifactSpec
from couler_jupyter.dsl.signature import Signature, call_source
from couler_jupyter.dsl.values import a_kind, is_storage, storage_of, value_of
from couler_jupyter.ir import (
    Argument,
    Function,
    Input,
    InputParameter,
    LocalPath,
    Storage,
    Value,
)

if TYPE_CHECKING:
    from couler_jupyter.dsl.options import Options
    from couler_jupyter.dsl.scope import Scope


def function_template(
    function: Callable[..., object],
    signature: Signature,
    scope: Scope,
    options: Options,
    hidden: frozenset[str],
    **own: Given,
) -> Function:
    """Return the template that calls `function`.

    Args:
        function: what to call.
        signature: what it takes.
        scope: the workflow that gets its volumes.
        options: the options of the step.
        hidden: inputs of `signature.hidden` that are given all the same.
        own: further fields of the template.

    Raises:
        CannotTravel: the function uses what cannot go with it.
        BuildFailed: an option makes no sense for a function.
    """
    captured = _captured_once(function, signature.name, scope)
    source, entrypoint = captured.source, captured.entrypoint
    left_out = signature.hidden - hidden
    if signature.needs_call:
        call, entrypoint = call_source(entrypoint, signature, left_out)
        source += call
    return Function(
        source=source,
        entrypoint=entrypoint,
        inputs=tuple(
            one for name, one in signature.inputs.items() if name not in left_out
        ),
        outputs=outputs_of(function, options.outputs, signature.name),
        **boxed(options.box, scope, plain_text),
        **own,
    )


def arguments_of(
    bound: dict[str, object], signature: Signature, scope: Scope
) -> tuple[Argument, ...]:
    """Return what the inputs are given.

    Raises:
        BuildFailed: something cannot be given to a step.
    """
    found: list[Argument] = []
    for name, given in bound.items():
        title = f"argument {name!r} of {signature.name}"
        found += argument_of(given, signature.inputs[name], title, scope)
    return tuple(found)


def argument_of(
    given: object, one: Input, title: str, scope: Scope
) -> tuple[Argument, ...]:
    """Return what an input is given; nothing where an optional file is None.

    Raises:
        BuildFailed: it cannot be given to a step; `title` is what messages call it.
    """
    if isinstance(one, InputParameter):
        return (Argument(one.name, value_of(given, scope, title)),)
    if given is None and one.optional:
        return ()
    return (Argument(one.name, _file(given, title, scope)),)


def _file(given: object, title: str, scope: Scope) -> Value | Storage:
    match given:
        case OfBody() | Parameter() if given._type() is not None:
            return LocalPath(given._value(scope))
        case Handle():
            return given._value(scope)
        case list() | tuple() if given and all(isinstance(o, Handle) for o in given):
            return scope.value(given)
        case ArtifactSpec(storage=storage) if is_storage(storage):
            return storage_of(storage, scope)
        case str():
            return storage_at(given)
        case PurePath():
            return local_path(str(given))
        case _ if is_storage(given):
            return storage_of(given, scope)
        case _:
            raise misused(
                f"{title} is a file; give a path, couler.create_..._artifact or an output "
                f"of a step, not {a_kind(given)}"
            )


def _captured_once(
    function: Callable[..., object], name: str, scope: Scope
) -> Captured:
    known = scope.shared.remembered
    key = ("captured", id(function))
    if key not in known:
        known[key] = function, capture(function, name=name)
    captured: Captured = known[key][1]
    return captured
