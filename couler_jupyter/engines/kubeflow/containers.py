"""Containers, scripts and functions as what Kubeflow runs in a pod."""

from __future__ import annotations

from typing import cast

from couler_jupyter.engines.kube.expansion import doubled
from couler_jupyter.engines.kube.runner import Given, Left, Task, script_of
from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.engines.kubeflow.files import (
    OUT,
    absolute,
    found_at,
    is_returned,
    left_at,
    paths_of,
)
from couler_jupyter.engines.kubeflow.names import port_name
from couler_jupyter.engines.kubeflow.pods import resources_of
from couler_jupyter.engines.kubeflow.ports import Ports, Program
from couler_jupyter.engines.kubeflow.wrapping import HOME, Wrapping
from couler_jupyter.ir import (
    Boxed,
    ConfigRef,
    Constant,
    Container,
    FieldRef,
    Format,
    FromFile,
    FromReturn,
    FromStdout,
    Function,
    InputArtifact,
    InputParameter,
    InputRef,
    Leaf,
    Output,
    OutputArtifact,
    ParameterRef,
    PathRef,
    Script,
    SecretRef,
    Suspend,
    Text,
    as_text,
)

_SCRIPT = f"{HOME}/.script"
_RUNNER = f"{HOME}/.runner.py"
_VALUES = f"{HOME}/.inputs.json"
_SET = frozenset(
    {
        "KFP_POD_NAME",
        "KFP_POD_UID",
        "NAMESPACE",
        "METADATA_GRPC_SERVICE_HOST",
        "METADATA_GRPC_SERVICE_PORT",
        "KUBERNETES_PORT",
        "KUBERNETES_SERVICE_HOST",
        "KUBERNETES_SERVICE_PORT",
    }
)
"""Variables that Kubeflow or Kubernetes gives each container."""


def container_of(
    template: Program, ports: Ports, image: str, runner: ParameterRef | None
) -> Object:
    """Return the container that runs a template.

    Args:
        template: what it runs.
        ports: of its component; inputs are added for values in the template's texts.
        image: for what names none.
        runner: parameter of the run that holds what functions run in; None where each
            script holds that itself.
    """
    return _Writer(template, ports, image, runner).container()


class _Writer:
    """Writes the container of one template."""

    def __init__(
        self, template: Program, ports: Ports, image: str, runner: ParameterRef | None
    ) -> None:
        self._template = template
        self._ports = ports
        self._image = image
        self._runner = runner
        self._wrapping = Wrapping()
        self._variables = _SET

    def container(self) -> Object:
        template = self._template
        if isinstance(template, Suspend):
            return self._waiting(template)
        self._variables |= {one.name for one in template.env}
        plain = self._environment(template)
        words = self._words(template)
        self._inputs(template)
        for output in template.outputs:
            self._output(template, output)
        if self._wrapping.is_needed:
            command, args = self._wrapping.around(words)
        else:
            command, args = words[:1], words[1:]
        image = template.image or self._image
        found: Object = {"image": image, **self._unexpanded(command, args)}
        if plain:
            found["env"] = plain
        if wanted := resources_of(template.resources):
            found["resources"] = wanted
        return found

    def _waiting(self, template: Suspend) -> Object:
        """Return a container that waits; what it waits for stands in its log."""
        said = [self._text(template.message)] if template.message else []
        program = 'echo "$2"; sleep "$1"' if said else 'sleep "$1"'
        seconds = self._text(template.seconds or "0")
        command = ["sh", "-c", program, "couler"]
        return {"image": self._image, **self._unexpanded(command, [seconds, *said])}

    def _unexpanded(self, command: list[str], args: list[str]) -> Object:
        """Return words that Kubernetes makes those of that are meant."""
        return {
            "command": [doubled(one, self._variables) for one in command],
            "args": [doubled(one, self._variables) for one in args],
        }

    def _environment(self, template: Boxed) -> list[Object]:
        """Return variables that are plain; the others are set by the script."""
        plain: list[Object] = []
        for one in template.env:
            if isinstance(one.value, SecretRef | ConfigRef | FieldRef):
                continue
            text = self._text(one.value)
            if "{{$" in text:
                self._wrapping.set_variable(one.name, text)
            else:
                value = doubled(text, self._variables)
                plain.append({"name": one.name, "value": value})
        return plain

    def _words(self, template: Container | Script | Function) -> list[str]:
        """Return the words that run the program, where it starts as it does."""
        relative = any(not path.startswith("/") for path in paths_of(template))
        alone = isinstance(template, Container)
        if template.working_dir or relative or not alone:
            self._wrapping.start_in(absolute("", template.working_dir))
        match template:
            case Container(command=command, args=args):
                return [self._text(one) for one in (*command, *args)]
            case Script(source=source, interpreter=interpreter):
                self._wrapping.expect(_SCRIPT)
                self._wrapping.write(self._text(source), _SCRIPT)
                return [*interpreter, _SCRIPT]
            case Function():
                self._call(template)
                return ["python3", _SCRIPT]

    def _call(self, template: Function) -> None:
        self._wrapping.expect(_SCRIPT)
        if self._runner is not None:
            self._wrapping.write(self._text(self._runner), _RUNNER)
        program = "" if self._runner is None else _RUNNER
        script = script_of(self._task(template), program)
        self._wrapping.write(script, _SCRIPT)
        texts = {
            port_name(one.name): self._input(one.name)
            for one in template.inputs
            if isinstance(one, InputParameter)
        }
        if texts:
            self._wrapping.write_values(texts, _VALUES)

    def _task(self, template: Function) -> Task:
        left = tuple(_left(one) for one in template.outputs if is_returned(one))
        has_values = any(isinstance(one, InputParameter) for one in template.inputs)
        return Task(
            source=template.source,
            function=template.entrypoint,
            requirements=template.requirements,
            values=_VALUES if has_values else "",
            inputs=tuple(_given(one, template.working_dir) for one in template.inputs),
            outputs=left,
            folders=(OUT,) if left else (),
        )

    def _inputs(self, template: Boxed) -> None:
        for one in template.inputs:
            if isinstance(one, InputArtifact) and (
                one.path or isinstance(template, Function)
            ):
                self._wrapping.put(self._placed(one.name), found_at(one, template))

    def _output(self, template: Boxed, output: Output) -> None:
        name = port_name(output.name)
        if isinstance(output, OutputArtifact):
            path = left_at(output, template)
            if output.path:
                self._wrapping.expect(path)
            self._wrapping.move(path, f"{{{{$.outputs.artifacts['{name}'].path}}}}")
            return
        target = f"{{{{$.outputs.parameters['{name}'].output_file}}}}"
        default = None if output.default is None else as_text(output.default.value)
        if isinstance(output.source, FromStdout):
            self._wrapping.keep_printed(target, default)
            return
        path = left_at(output, template)
        if isinstance(output.source, FromFile):
            self._wrapping.expect(path)
        self._wrapping.keep(path, target, default)

    def _text(self, text: Text) -> str:
        """Return a text of the template, with placeholders for what is not known yet."""
        match text:
            case str():
                return text
            case Constant():
                return as_text(text.value)
            case Format(parts=parts):
                return "".join(map(self._text, parts))
            case InputRef(name=name):
                return self._input(name)
            case PathRef(name=name, output=output):
                return self._path(name, output)
            case _:
                name = self._ports.input_for(cast("Leaf", text))
                return f"{{{{$.inputs.parameters['{name}']}}}}"

    def _path(self, name: str, output: bool) -> str:
        template = cast("Boxed", self._template)
        if output:
            one = next(one for one in template.outputs if one.name == name)
            return left_at(one, template)
        port = next(one for one in template.inputs if one.name == name)
        if isinstance(port, InputArtifact) and not port.path:
            return self._placed(name)
        return found_at(cast("InputArtifact", port), template)

    @staticmethod
    def _input(name: str) -> str:
        return f"{{{{$.inputs.parameters['{port_name(name)}']}}}}"

    @staticmethod
    def _placed(name: str) -> str:
        return f"{{{{$.inputs.artifacts['{port_name(name)}'].path}}}}"


def _given(port: InputParameter | InputArtifact, working_dir: str) -> Given:
    if isinstance(port, InputArtifact):
        path = absolute(port.path or f".in/{port_name(port.name)}", working_dir)
        return Given(name=port.name, type="artifact", path=path)
    return Given(
        name=port.name,
        type=port.type,
        port=port_name(port.name),
        choices=tuple(one.json for one in port.choices),
    )


def _left(output: Output) -> Left:
    path = f"{OUT}/{port_name(output.name)}"
    if isinstance(output, OutputArtifact):
        return Left(name=output.name, type="artifact", path=path, part=output.part)
    return Left(
        name=output.name,
        type=output.type,
        path=path,
        part=cast("FromReturn", output.source).path,
        optional=output.default is not None,
        choices=tuple(one.json for one in output.choices),
    )
