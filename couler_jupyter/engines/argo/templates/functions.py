"""Functions: scripts that read the inputs, call the function, leave what it returns.

Parameters reach the script as one file, since text in its source could break out of it
and text in a variable would be expanded by Kubernetes. What may be any Python value
passes as an artifact.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.boxes import box_fields
from couler_jupyter.engines.argo.templates.home import HOME, absolute, output_path
from couler_jupyter.engines.argo.templates.inputs import given_path, input_fields
from couler_jupyter.engines.argo.templates.outputs import artifact_out, parameter_out
from couler_jupyter.engines.kube.runner import Given, Left, Task, script_of
from couler_jupyter.ir import (
    FromReturn,
    Function,
    Input,
    InputParameter,
    Json,
    Output,
    OutputArtifact,
    ValueType,
)

VALUES = "couler-inputs"
"""Name of the artifact that holds the parameters."""
_VALUES_FILE = f"{HOME}/.inputs.json"
_OUT = f"{HOME}/.outputs"


def function_fields(template: Function, write: Write, around: Around) -> Fields:
    """Return the fields of a template that calls a Python function."""
    inside, beside = box_fields(template, write, around)
    return {
        **said(
            inputs=_inputs(template, write, around),
            outputs=_outputs(template, write, around),
        ),
        "script": {
            "image": template.image or around.image,
            "command": ["python3"],
            **inside,
            "source": script_of(_task(template, around)),
        },
        **beside,
    }


def _task(template: Function, around: Around) -> Task:
    made = [output_path(one) for one in template.outputs]
    made = [absolute(path, template.working_dir) for path in made if path]
    left = tuple(_left(one, around) for one in template.outputs if _is_returned(one))
    folders = {str(PurePosixPath(path).parent) for path in made} - {HOME}
    return Task(
        source=template.source,
        function=template.entrypoint,
        requirements=template.requirements,
        values=_VALUES_FILE if any(map(_is_text, template.inputs)) else "",
        inputs=tuple(_given(port, template, around) for port in template.inputs),
        outputs=left,
        folders=tuple(sorted({*folders, *([_OUT] if left else [])})),
    )


def _given(port: Input, template: Function, around: Around) -> Given:
    if not isinstance(port, InputParameter):
        path = given_path(port, template.working_dir)
        return Given(name=port.name, type="artifact", path=path)
    choices = tuple(choice.json for choice in port.choices)
    if not _is_text(port):
        path = _value_path(port)
        return Given(name=port.name, type=port.type, path=path, choices=choices)
    as_text = port.type is ValueType.JSON and port.name in around.texts
    return Given(
        name=port.name,
        type=ValueType.STRING if as_text else port.type,
        port=port_name(port.name),
        choices=choices,
    )


def _left(output: Output, around: Around) -> Left:
    path = f"{_OUT}/{port_name(output.name)}"
    if isinstance(output, OutputArtifact):
        return Left(
            name=output.name,
            type="artifact",
            path=path,
            part=output.part,
            optional=output.optional,
        )
    assert isinstance(output.source, FromReturn)
    return Left(
        name=output.name,
        type=output.type,
        path=path,
        part=output.source.path,
        pickle=_is_pickled(output, around),
        optional=output.default is not None,
        choices=tuple(choice.json for choice in output.choices),
    )


def _inputs(template: Function, write: Write, around: Around) -> Fields:
    plain = [port for port in template.inputs if not _is_value(port)]
    fields = input_fields(plain, write, around, template.working_dir)
    artifacts: list[Json] = fields.pop("artifacts", [])
    artifacts += [_value_in(port) for port in template.inputs if _is_value(port)]
    if any(map(_is_text, template.inputs)):
        name = VALUES
        while any(one["name"] == name for one in artifacts):
            name += "-0"
        raw = {"data": "{{inputs.parameters}}"}
        artifacts.append({"name": name, "path": _VALUES_FILE, "raw": raw})
    return {**fields, **said(artifacts=artifacts)}


def _value_in(port: Input) -> Fields:
    fields: Fields = {"name": port_name(port.name), "path": _value_path(port)}
    if isinstance(port, InputParameter) and port.default is not None:
        fields["raw"] = {"data": port.default.json.replace("{{", "\\u007b{")}
    return fields


def _outputs(template: Function, write: Write, around: Around) -> Fields:
    parameters: list[Json] = []
    artifacts: list[Json] = []
    for output in template.outputs:
        path = f"{_OUT}/{port_name(output.name)}"
        if own := output_path(output):
            path = absolute(own, template.working_dir)
        if isinstance(output, OutputArtifact):
            artifacts.append(artifact_out(output, path, write, around))
        elif _is_pickled(output, around):
            optional = output.default is not None
            known = port_name(output.global_name) if output.global_name else ""
            place = {"name": port_name(output.name), "path": path}
            artifacts.append({**place, **said(optional=optional, globalName=known)})
        else:
            parameters.append(parameter_out(output, {"path": path}, write))
    return said(parameters=parameters, artifacts=artifacts)


def _is_returned(output: Output) -> bool:
    if isinstance(output, OutputArtifact):
        return not output.path
    return isinstance(output.source, FromReturn)


def _is_pickled(output: Output, around: Around) -> bool:
    if isinstance(output, OutputArtifact) or output.type is not ValueType.PYTHON:
        return False
    return _is_returned(output) and output.name not in around.told


def _is_value(port: Input) -> bool:
    return isinstance(port, InputParameter) and port.type is ValueType.PYTHON


def _is_text(port: Input) -> bool:
    return isinstance(port, InputParameter) and port.type is not ValueType.PYTHON


def _value_path(port: Input) -> str:
    return f"{HOME}/.{port_name(port.name)}.value"
