"""How the inputs of a function arrive: as JSON, as plain text, or as a pickle.

What a function returns is a parameter, and a pickle beside it where JSON has no word for
it; a step that is given the output of a function is given both.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import cast

from couler_jupyter.engines.argo.structure.carrying import Carried
from couler_jupyter.engines.argo.templates import Around
from couler_jupyter.ir import (
    Argument,
    Constant,
    Function,
    InputParameter,
    Step,
    Value,
    ValueType,
    Workflow,
)
from couler_jupyter.ir.given import given_by
from couler_jupyter.ir.template import Input

_ANY_KIND = frozenset({ValueType.JSON, ValueType.PYTHON})


def with_arrivals(
    around: Around, step: Step, workflow: Workflow, carried: Carried
) -> Around:
    """Return what surrounds the template of a step, told how its inputs arrive."""
    if not isinstance(step.template, Function):
        return around
    return replace(
        around,
        texts=frozenset(_text_inputs(step, workflow)),
        pickles=frozenset(carried.into.get(step.name, ())),
        plain=frozenset(carried.plain.get(step.name, ())),
    )


def _text_inputs(step: Step, workflow: Workflow) -> Iterator[str]:
    """Yield the inputs that are given text, whatever that would read as."""
    if not isinstance(step.template, Function):
        return
    kinds = {
        one.name
        for one in step.template.inputs
        if isinstance(one, InputParameter) and one.type in _ANY_KIND
    }
    for argument in step.arguments:
        if argument.name in kinds and _is_text(argument, workflow):
            yield argument.name


def _is_text(argument: Argument, workflow: Workflow) -> bool:
    if isinstance(argument.value, Constant):
        return False
    inputs: tuple[Input, ...] = (*workflow.parameters, *workflow.artifacts)
    ports = {one.name: one for one in inputs}
    value = cast("Value", argument.value)
    return given_by(value, workflow.by_name, ports) is ValueType.STRING
