"""Scripts that our own compiler made of functions, as functions again."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.reading.constants import typed_constant
from couler_jupyter.engines.argo.templates.functions import RUNNER, VALUES
from couler_jupyter.engines.kube.reading.fields import (
    NoWord,
    Object,
    list_at,
    object_at,
    objects_at,
    text_at,
)
from couler_jupyter.ir import (
    Constant,
    FromReturn,
    Function,
    Input,
    InputArtifact,
    InputParameter,
    Json,
    Output,
    OutputArtifact,
    OutputParameter,
    ValueType,
    as_text,
)

_STARTS = "SOURCE = '''"


@dataclass(frozen=True, slots=True)
class Shipped:
    """A function as it stands in the script that calls it.

    Attributes:
        source: the module.
        step: what it takes and leaves.
    """

    source: str
    step: dict[str, Json]


def shipped_in(source: str) -> Shipped | None:
    """Return the function that a script of ours calls, or None for other scripts."""
    if not source.startswith(_STARTS):
        return None
    try:
        first, second, *_ = ast.parse(source).body
        match first, second:
            case (
                ast.Assign(targets=[ast.Name(id="SOURCE")], value=text),
                ast.Assign(targets=[ast.Name(id="STEP")], value=step),
            ):
                return Shipped(ast.literal_eval(text), ast.literal_eval(step))
            case _:
                return None
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def function_of(
    node: Object,
    shipped: Shipped,
    inputs: tuple[Input, ...],
    outputs: tuple[Output, ...],
    boxed: dict[str, Any],
) -> Function:
    """Return the function that a script of ours calls.

    Args:
        node: the template.
        shipped: what stands in the script.
        inputs: as the template declares them.
        outputs: as the template declares them.
        boxed: what it has as any script.

    Raises:
        NoWord: it is none of ours after all.
    """
    given = {str(one["name"]): one for one in _objects(shipped, "inputs")}
    left = {str(one["name"]): one for one in _objects(shipped, "outputs")}
    fields: dict[str, Any] = {
        **boxed,
        "inputs": tuple(_inputs(inputs, given)),
        "outputs": tuple(_outputs(outputs, left)),
    }
    return Function(
        source=shipped.source,
        entrypoint=text_at(shipped.step, "function"),
        requirements=tuple(list_at(shipped.step, "requirements")),
        image=text_at(object_at(node, "script"), "image"),
        **fields,
    )


def _objects(shipped: Shipped, key: str) -> Iterator[Object]:
    return objects_at(shipped.step, key)


def _inputs(inputs: tuple[Input, ...], given: dict[str, Object]) -> Iterator[Input]:
    names = {port_name(name): name for name in given}
    for port in inputs:
        name = names.get(port.name)
        if name is None:
            if port.name.startswith((VALUES, RUNNER)):
                continue
            raise NoWord(f"input {port.name!r} is none of the function")
        one = given[name]
        if isinstance(port, InputArtifact):
            if one.get("type") == "artifact":
                yield replace(port, name=name)
            continue
        kind = ValueType(text_at(one, "type"))
        yield InputParameter(
            name=name,
            type=kind,
            default=_typed(port.default, kind),
            choices=tuple(Constant(choice) for choice in one.get("choices", ())),
            description=port.description,
        )


def _typed(default: Constant | None, kind: ValueType) -> Constant | None:
    """Return a default, which Argo has as text, as the function gets it."""
    return None if default is None else typed_constant(as_text(default.value), kind)


def _outputs(outputs: tuple[Output, ...], left: dict[str, Object]) -> Iterator[Output]:
    names = {port_name(name): name for name in left}
    values = {one.name for one in outputs if isinstance(one, OutputParameter)}
    for output in outputs:
        name = names.get(output.name)
        if isinstance(output, OutputArtifact):
            if name is None:
                yield output
            elif output.name not in values:
                part = tuple(left[name].get("part", ()))
                yield replace(output, name=name, path="", part=part, optional=False)
        elif name is None:
            yield output
        else:
            one = left[name]
            kind = ValueType(text_at(one, "type"))
            yield replace(
                output,
                name=name,
                source=FromReturn(tuple(one.get("part", ()))),
                type=kind,
                default=_typed(output.default, kind),
                choices=tuple(Constant(choice) for choice in one.get("choices", ())),
            )
