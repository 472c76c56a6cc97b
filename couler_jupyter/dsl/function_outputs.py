"""What a function leaves behind: its value, or parts of it, by annotation or by name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, cast, get_type_hints, is_typeddict

from couler_jupyter.dsl.annotations import PYTHON, Kind, hints_of, kind_of
from couler_jupyter.dsl.origin import misused
from couler_jupyter.dsl.ports import ArtifactSpec, ParameterSpec, given_outputs
from couler_jupyter.dsl.values import is_storage
from couler_jupyter.ir import (
    FromReturn,
    Managed,
    Output,
    OutputArtifact,
    OutputParameter,
)

Part = tuple[str | int, ...]


def outputs_of(
    function: Callable[..., object], given: object, name: str
) -> tuple[Output, ...]:
    """Return what a function leaves behind.

    Args:
        function: the function; its return annotation says what it returns.
        given: the option `outputs`: names of the parts of what it returns (a tuple,
            or keys), each with what it is if that should be said.
        name: what messages call the function.

    Raises:
        BuildFailed: an output is nothing that a function gives.
    """
    if given is None:
        return tuple(_annotated(hints_of(function).get("return")))
    named = [_named(one, position) for position, one in enumerate(given_outputs(given))]
    is_whole = len(named) == 1 and named[0][0] == "result"
    return tuple(
        _output(output, () if is_whole else part, what, name)
        for output, part, what in named
    )


def _annotated(hint: object) -> Iterator[Output]:
    if isinstance(hint, type) and issubclass(hint, tuple) and hasattr(hint, "_fields"):
        hints = get_type_hints(hint, include_extras=True)
        for position, field in enumerate(cast("Any", hint)._fields):
            yield _port(field, (position,), kind_of(hints.get(field)))
    elif is_typeddict(hint):
        for field, inner in get_type_hints(hint, include_extras=True).items():
            yield _port(field, (field,), kind_of(inner))
    else:
        is_any = hint is None or hint is type(None)
        yield _port("result", (), PYTHON if is_any else kind_of(hint))


def _named(one: tuple[str, object], position: int) -> tuple[str, Part, object]:
    """Return an output's name, which part of the value it is, and what it is."""
    name, what = one
    if name:
        return name, (name,), what
    if isinstance(what, str):
        return what, (position,), PYTHON
    own = getattr(what, "name", "") or "result"
    return own, (position,), what


def _output(name: str, part: Part, what: object, function: str) -> Output:
    match what:
        case ArtifactSpec(path=path, storage=storage):
            kept = storage if is_storage(storage) else Managed()
            return what.named(name, kept, () if path else part)
        case OutputArtifact() | OutputParameter():
            return what
        case ParameterSpec():
            raise misused(
                f"output {name!r} of {function}: a function gives what it returns; write "
                "its type, as outputs={'loss': float}"
            )
        case Kind():
            return _port(name, part, what)
        case _:
            return _port(name, part, kind_of(what))


def _port(name: str, part: Part, kind: Kind) -> Output:
    if kind.type is None:
        return OutputArtifact(name=name, part=part)
    return OutputParameter(
        name=name, source=FromReturn(part), type=kind.type, choices=kind.choices
    )
