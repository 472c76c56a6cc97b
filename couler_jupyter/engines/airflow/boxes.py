"""The tasks of single templates: which class, what is said of it, which words of Airflow."""

from __future__ import annotations

import math
from typing import Any, assert_never

from couler_jupyter.engines.airflow.pods import by_reference, pod_options
from couler_jupyter.engines.airflow.ports import (
    Said,
    are_files,
    inputs_said,
    outputs_said,
)
from couler_jupyter.engines.airflow.setting import Containers, Setting
from couler_jupyter.engines.airflow.trees import Trees
from couler_jupyter.engines.kube.runner import Given, Left, Task, script_of
from couler_jupyter.ir import (
    ConfigRef,
    Container,
    EnvVar,
    FromReturn,
    Function,
    Input,
    InputArtifact,
    Json,
    Output,
    OutputArtifact,
    Resources,
    Script,
    SecretRef,
    Step,
    Suspend,
    ValueType,
    Workflow,
)

FOLDER = "@FOLDER@"
"""Stands for the folder of an attempt in the script of a function."""
_HOLDS_PYTHON = {ValueType.JSON, ValueType.PYTHON, ValueType.LIST, ValueType.OBJECT}

Made = tuple[str, Said, dict[str, Any]]
"""A class of the prelude, what is said of the step, and words of Airflow."""


def made_of(step: Step, workflow: Workflow, trees: Trees, setting: Setting) -> Made:
    """Return what the task of a step is made of; its template is a single one."""
    template = step.template
    said: Said
    match template:
        case Script(image=""):
            kind, said = "ShellStep", _script(template, trees)
            options = _worker_options(template.resources)
        case Script():
            kind, options = _boxed(template, workflow, setting)
            said = _script(template, trees)
        case Container():
            kind, options = _boxed(template, workflow, setting)
            said = {"command": tuple(map(trees.text, template.command))}
            said["args"] = tuple(map(trees.text, template.args))
        case Function():
            kind, said, options = _function(template, setting, _many(step, workflow))
        case Suspend(seconds=seconds) if seconds is None:
            kind, said, options = "AskStep", {}, dict[str, Any]()
            if template.message:
                said["message"] = template.message
        case Suspend():
            assert template.seconds is not None
            kind, options = "WaitStep", dict[str, Any]()
            said = {"seconds": trees.text(template.seconds)}
            if template.message:
                said["message"] = template.message
        case _:
            raise AssertionError("other templates are refused before")
    said |= _inputs(step, trees)
    if template.outputs:
        said["outputs"] = outputs_said(template.outputs, trees)
    if about := _about(template):
        options["doc_md"] = about
    if isinstance(template, Suspend):
        return kind, said, options
    if template.env:
        env = [
            one for one in template.env if kind != "PodStep" or not by_reference(one)
        ]
        said["env"] = tuple((one.name, _variable(one, trees)) for one in env)
    if kind == "DockerStep" and template.resources.gpu:
        said["gpus"] = template.resources.gpu
    if template.working_dir:
        said["directory"] = template.working_dir
    return kind, said, options


def _inputs(step: Step, trees: Trees) -> Said:
    template = step.template
    assert isinstance(template, Script | Container | Function | Suspend)
    found = inputs_said(template.inputs, step.arguments, trees)
    return {"inputs": found} if found else {}


def _about(template: Container | Script | Function | Suspend) -> str:
    """Return what people are told of what goes in and out, as Markdown."""
    ports = (("takes", template.inputs), ("leaves", template.outputs))
    return "\n".join(
        f"- {what} {one.name}: {one.description}"
        for what, some in ports
        for one in some
        if one.description
    )


def _script(template: Script, trees: Trees) -> Said:
    return {
        "command": template.interpreter,
        "source": trees.text(template.source),
    }


def _variable(variable: EnvVar, trees: Trees) -> Json:
    match variable.value:
        case SecretRef(name=name, key=key, optional=optional):
            return ("secret", name, key, optional)
        case ConfigRef(name=name, key=key, optional=optional):
            return ("config", name, key, optional)
        case value:
            return trees.text(value)  # type: ignore[arg-type]


def _worker_options(resources: Resources) -> dict[str, Any]:
    """Return how much of the worker a task takes, as Airflow counts it."""
    mega = 1024 * 1024
    asked = {
        "cpus": resources.cpu,
        "ram": resources.memory and resources.memory / mega,
        "gpus": resources.gpu or None,
    }
    found: dict[str, Any] = {key: one for key, one in asked.items() if one is not None}
    if not found:
        return {}
    cores = resources.cpu or 0
    slots = {"pool_slots": math.ceil(cores)} if cores > 1 else {}
    return {"resources": found, **slots}


def _boxed(
    template: Container | Script, workflow: Workflow, setting: Setting
) -> tuple[str, dict[str, Any]]:
    match setting.containers:
        case Containers.DOCKER:
            return "DockerStep", _docker_options(template, setting)
        case Containers.KUBERNETES:
            return "PodStep", pod_options(template, workflow, setting)
        case _ as never:
            assert_never(never)


def _docker_options(template: Container | Script, setting: Setting) -> dict[str, Any]:
    resources = template.resources
    found: dict[str, Any] = {"image": template.image}
    if setting.docker_url:
        found["docker_url"] = setting.docker_url
    found["network_mode"] = "host" if template.pod.host_network else "bridge"
    limit, memory = resources.cpu_limit or resources.cpu, resources.memory_limit
    if limit:
        found["cpus"] = limit
    if memory or resources.memory:
        found["mem_limit"] = memory or resources.memory
    if template.pull_policy == "Always":
        found["force_pull"] = True
    found["working_dir"] = template.working_dir or "/couler"
    return found


def _many(step: Step, workflow: Workflow) -> frozenset[str]:
    """Return the inputs that are given the files of all items of a map."""
    return frozenset(
        one.name for one in step.arguments if are_files(one.value, workflow)
    )


def _function(template: Function, setting: Setting, many: frozenset[str]) -> Made:
    left = tuple(_left(one) for one in template.outputs if _is_returned(one))
    given = tuple(_given(one, many) for one in template.inputs)
    task = Task(
        source=template.source,
        function=template.entrypoint,
        values=f"{FOLDER}/values.json",
        inputs=given,
        outputs=left,
    )
    said: Said = {"source": script_of(task, f"{FOLDER}/program.py")}
    options = _worker_options(template.resources)
    if not template.requirements:
        return (
            ("OtherFunctionStep" if setting.python else "FunctionStep"),
            said,
            options,
        )
    options["requirements"] = list(template.requirements)
    return "InstalledFunctionStep", said, options


def _given(port: Input, many: frozenset[str]) -> Given:
    if port.name in many:
        return Given(name=port.name, type=ValueType.LIST, port=port.name)
    if isinstance(port, InputArtifact):
        path = port.path or port.name
        path = path if path.startswith("/") else f"{FOLDER}/work/{path}"
        return Given(name=port.name, type="artifact", path=path)
    return Given(
        name=port.name,
        type=port.type,
        port=port.name,
        path=f"{FOLDER}/given/{port.name}" if port.type in _HOLDS_PYTHON else "",
        choices=tuple(one.json for one in port.choices),
    )


def _is_returned(one: Output) -> bool:
    if isinstance(one, OutputArtifact):
        return not one.path
    return isinstance(one.source, FromReturn)


def _left(one: Output) -> Left:
    path = f"{FOLDER}/left/{one.name}"
    if isinstance(one, OutputArtifact):
        return Left(
            name=one.name,
            type="artifact",
            path=path,
            part=one.part,
            optional=one.optional,
        )
    return Left(
        name=one.name,
        type=one.type,
        path=path,
        part=one.source.path if isinstance(one.source, FromReturn) else (),
        pickle=f"{path}.value" if one.type in _HOLDS_PYTHON else "",
        optional=one.default is not None,
        choices=tuple(choice.json for choice in one.choices),
    )
