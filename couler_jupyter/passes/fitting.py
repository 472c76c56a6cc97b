"""A constant in place of an output, as the input that it is given to takes it."""

from __future__ import annotations

import json

from couler_jupyter.ir import (
    Constant,
    InputParameter,
    Json,
    Step,
    ValueType,
    as_text,
    inputs_of,
)


def fitting(step: Step, port: str, constant: Constant) -> Constant | None:
    """Return a value as an input takes it; None if it does not.

    Text is read where it is no text that is asked for, as everywhere between steps.
    """
    wanted = next((one for one in inputs_of(step.template) if one.name == port), None)
    if not isinstance(wanted, InputParameter):
        return None
    value = constant.value
    if not wanted.type.admits(value):
        if wanted.type is ValueType.STRING:
            value = as_text(value)
        elif isinstance(value, str):
            value = _read(value)
        if not wanted.type.admits(value):
            return None
    made = Constant.of(value)
    return None if wanted.choices and made not in wanted.choices else made


def _read(text: str) -> Json:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text
