"""Short ways to write the parts of small workflows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, get_args

from couler_jupyter.ir import (
    After,
    Argument,
    Compare,
    Constant,
    Container,
    Format,
    FromReturn,
    FromStdout,
    Function,
    InputParameter,
    InputRef,
    Items,
    Json,
    Map,
    Operator,
    OutputParameter,
    Script,
    Step,
    Storage,
    Template,
    Text,
    Value,
    Workflow,
)

IMAGE = "localhost/couler-busybox:test"
"""An image with a shell; tests that run containers make it without a registry."""

_GIVEN = (*get_args(Value), *get_args(Storage))


def value(given: Value | Json) -> Value:
    """Return a value as it is, anything else as a constant."""
    return given if isinstance(given, get_args(Value)) else Constant.of(given)


def text(*parts: str | Value) -> Format:
    """Return the text of these parts."""
    return Format(parts)


def inputs(*names: str) -> tuple[InputParameter, ...]:
    """Return input parameters that take anything."""
    return tuple(InputParameter(name=name) for name in names)


def printed(*names: str) -> tuple[OutputParameter, ...]:
    """Return output parameters taken from standard output."""
    return tuple(OutputParameter(name=name, source=FromStdout()) for name in names)


def sh(*source: str | Value, takes: Iterable[str] = (), **more: Any) -> Script:
    """Return a shell script; what it prints is its `result`, unless said otherwise."""
    whole = source[0] if len(source) == 1 else Format(source)
    ports: dict[str, Any] = {
        "inputs": inputs(*takes),
        "outputs": printed("result"),
        **more,
    }
    return Script(source=whole, **ports)


def echo(name: str = "x") -> Script:
    """Return a script that prints its input."""
    return sh("printf %s '", InputRef(name), "'", takes=(name,))


def exits() -> Script:
    """Return a script that ends with the exit code it is given as `x`."""
    return sh("exit ", InputRef("x"), takes="x", outputs=())


def python(source: str, **more: Any) -> Function:
    """Return a function with the parameters its source has; it leaves `result`.

    >>> python("def add(a, b): return a + b").entrypoint
    'add'
    """
    head = source.partition("def ")[2]
    name, _, rest = head.partition("(")
    takes = [one.strip() for one in rest.partition(")")[0].split(",") if one.strip()]
    result = OutputParameter(name="result", source=FromReturn())
    ports: dict[str, Any] = {"inputs": inputs(*takes), "outputs": (result,), **more}
    return Function(source=source, entrypoint=name, **ports)


def container(*command: Text, takes: Iterable[str] = (), **more: Any) -> Container:
    """Return a container of the tests' own image; what it prints is its `result`."""
    ports: dict[str, Any] = {
        "inputs": inputs(*takes),
        "outputs": printed("result"),
        **more,
    }
    return Container(image=IMAGE, command=command, **ports)


def step(
    name: str,
    template: Template,
    *,
    takes: Mapping[str, Value | Storage | Json] | None = None,
    after: Iterable[After] = (),
    **more: Any,
) -> Step:
    """Return a step that is given `takes`."""
    arguments = tuple(
        Argument(key, given if isinstance(given, _GIVEN) else Constant.of(given))
        for key, given in (takes or {}).items()
    )
    return Step(
        name=name, template=template, arguments=arguments, after=tuple(after), **more
    )


def flow(name: str, *steps: Step, **more: Any) -> Workflow:
    """Return a workflow of these steps."""
    return Workflow(name=name, steps=steps, **more)


def over(*items: Json, parallelism: int | None = None) -> Map:
    """Return a map over these items."""
    return Map(over=Items(tuple(map(Constant.of, items))), parallelism=parallelism)


def equal(left: Value | Json, right: Value | Json) -> Compare:
    """Return the condition that both are equal."""
    return Compare(value(left), Operator.EQUAL, value(right))


def smaller(left: Value | Json, right: Value | Json) -> Compare:
    """Return the condition that the first is the smaller."""
    return Compare(value(left), Operator.SMALLER, value(right))
