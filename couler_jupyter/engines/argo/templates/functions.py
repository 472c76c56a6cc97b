"""Functions: scripts that read the inputs, call the function, leave what it returns.

Parameters reach the script as one file, since text in its source could break out of it
and text in a variable would be expanded by Kubernetes. What is no plain data, or too
long for a parameter, passes in an artifact beside it that is there only if it is needed.
"""

from __future__ import annotations

from pathlib import PurePosixPath

from couler_jupyter.engines.argo.names import port_name
from couler_jupyter.engines.argo.templates.around import Around, Fields, Write, said
from couler_jupyter.engines.argo.templates.artifacts import artifact_location
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
    OutputParameter,
    ValueType,
)

VALUES = "couler-inputs"
"""Name of the artifact that holds the parameters."""
RUNNER = "couler-runner"
"""Name of the artifact, and of the parameter of the run, that functions run in."""
_RUNNER_FILE = f"{HOME}/.runner.py"
_VALUES_FILE = f"{HOME}/.inputs.json"
_OUT = f"{HOME}/.outputs"
_ANY = frozenset({ValueType.JSON, ValueType.PYTHON})
_HOLDS_PYTHON = _ANY | {ValueType.LIST, ValueType.OBJECT}


def holds_python(port: Input | Output) -> bool:
    """Whether a parameter of a function may be what only Python can hold.

    Such a parameter has an artifact of the same name beside it.
    """
    if isinstance(port, OutputParameter):
        return isinstance(port.source, FromReturn) and port.type in _HOLDS_PYTHON
    return isinstance(port, InputParameter) and port.type in _HOLDS_PYTHON


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
            "source": script_of(
                _task(template, around), _RUNNER_FILE if around.runner else ""
            ),
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
        values=_VALUES_FILE if any(map(_is_parameter, template.inputs)) else "",
        inputs=tuple(_given(port, template, around) for port in template.inputs),
        outputs=left,
        folders=tuple(sorted({*folders, *([_OUT] if left else [])})),
    )


def _given(port: Input, template: Function, around: Around) -> Given:
    if not isinstance(port, InputParameter):
        path = given_path(port, template.working_dir)
        return Given(name=port.name, type="artifact", path=path)
    as_text = port.type in _ANY and port.name in around.texts
    return Given(
        name=port.name,
        type=ValueType.STRING if as_text else port.type,
        port=port_name(port.name),
        path=_value_path(port) if _may_be_pickled(port, around) else "",
        choices=tuple(choice.json for choice in port.choices),
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
        pickle=f"{path}.value" if holds_python(output) else "",
        plain=holds_python(output) and output.name in around.plain,
        optional=output.default is not None,
        choices=tuple(choice.json for choice in output.choices),
    )


def _inputs(template: Function, write: Write, around: Around) -> Fields:
    fields = input_fields(template.inputs, write, around, template.working_dir)
    artifacts: list[Json] = fields.pop("artifacts", [])
    for port in template.inputs:
        if _may_be_pickled(port, around):
            place = {"name": port_name(port.name), "path": _value_path(port)}
            artifacts.append({**place, "optional": True})
    if any(map(_is_parameter, template.inputs)):
        _add_raw(artifacts, VALUES, _VALUES_FILE, "{{inputs.parameters}}")
    if around.runner:
        tag = f"{{{{workflow.parameters.{around.runner}}}}}"
        _add_raw(artifacts, RUNNER, _RUNNER_FILE, tag)
    return {**fields, **said(artifacts=artifacts)}


def _add_raw(artifacts: list[Json], name: str, path: str, data: str) -> None:
    while any(one["name"] == name for one in artifacts):
        name += "-0"
    artifacts.append({"name": name, "path": path, "raw": {"data": data}})


def _outputs(template: Function, write: Write, around: Around) -> Fields:
    parameters: list[Json] = []
    artifacts: list[Json] = []
    for output in template.outputs:
        path = f"{_OUT}/{port_name(output.name)}"
        if own := output_path(output):
            path = absolute(own, template.working_dir)
        if isinstance(output, OutputArtifact):
            artifacts.append(artifact_out(output, path, write, around))
            continue
        parameters.append(parameter_out(output, {"path": path}, write))
        if holds_python(output):
            place = {"name": port_name(output.name), "path": f"{path}.value"}
            kept = around.place(output.name)
            location = artifact_location(kept, write, around.repository)
            artifacts.append({**place, **location, "optional": True})
    return said(parameters=parameters, artifacts=artifacts)


def _is_returned(output: Output) -> bool:
    if isinstance(output, OutputArtifact):
        return not output.path
    return isinstance(output.source, FromReturn)


def _is_parameter(port: Input) -> bool:
    return isinstance(port, InputParameter)


def _may_be_pickled(port: Input, around: Around) -> bool:
    wanted = around.pickles is None or port.name in around.pickles
    return wanted and holds_python(port)


def _value_path(port: Input) -> str:
    return f"{HOME}/.{port_name(port.name)}.value"
