"""Waits: for a time, or for a person who resumes the run."""

from __future__ import annotations

from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.durations import duration_text
from couler_jupyter.engines.argo.templates.inputs import input_fields, parameter_in
from couler_jupyter.engines.argo.templates.outputs import output_fields
from couler_jupyter.ir import (
    Constant,
    InputParameter,
    OutputParameter,
    Suspend,
    Text,
    as_number,
)

MESSAGE = "couler.io/message"
"""The annotation that holds what people are told who are waited for."""


def suspend_fields(template: Suspend, write: Write, around: Around) -> Fields:
    """Return the fields of a template that waits.

    A person is offered choices where an input of the same name has them.
    """
    inputs = input_fields(template.inputs, write, around, None)
    taken = {port.name for port in template.inputs}
    offered = [
        parameter_in(_offer(output), write)
        for output in template.outputs
        if isinstance(output, OutputParameter) and output.choices
        if output.name not in taken
    ]
    if offered:
        inputs["parameters"] = [*inputs.get("parameters", []), *offered]
    message = {MESSAGE: write(template.message)} if template.message else {}
    return {
        **said(
            metadata=said(annotations=message),
            inputs=inputs,
            outputs=output_fields(template.outputs, write, around),
        ),
        "suspend": {}
        if template.seconds is None
        else {"duration": _duration(template.seconds, write)},
    }


def _offer(output: OutputParameter) -> InputParameter:
    default = output.choices[0] if output.default is None else output.default
    return InputParameter(
        name=output.name,
        type=output.type,
        default=default,
        choices=output.choices,
        description=output.description,
    )


def _duration(seconds: Text, write: Write) -> str:
    """Return a number of seconds as Argo reads it; one known only in the run with `s`."""
    known = seconds.value if isinstance(seconds, Constant) else seconds
    number = as_number(known) if isinstance(known, str | int | float) else None
    return f"{write(seconds)}s" if number is None else duration_text(number)
