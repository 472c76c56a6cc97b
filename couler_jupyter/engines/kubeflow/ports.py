"""What the component of a step takes and leaves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from couler_jupyter.engines.kubeflow.book import Object
from couler_jupyter.engines.kubeflow.dag import ARTIFACT
from couler_jupyter.engines.kubeflow.names import Taken, port_name
from couler_jupyter.ir import (
    Container,
    Function,
    InputArtifact,
    InputParameter,
    Leaf,
    Output,
    OutputArtifact,
    Script,
    Suspend,
    ValueType,
    as_text,
)

Program: TypeAlias = Container | Script | Function | Suspend


@dataclass(slots=True, kw_only=True)
class Ports:
    """What a component takes and leaves.

    Attributes:
        inputs: definitions by name, of each kind; `outputs` likewise.
        more: values of the workflow or the run that stand in the template's own texts,
            with the names of the inputs they come in by.
    """

    inputs: dict[str, Object]
    outputs: dict[str, Object]
    more: dict[Leaf, str] = field(default_factory=dict["Leaf", "str"])
    _taken: Taken = field(default_factory=Taken)

    def input_for(self, leaf: Leaf) -> str:
        """Return the name of the input that a value comes in by which has none."""
        if leaf not in self.more:
            name = self._taken.take("of-the-workflow")
            while name in self.inputs["parameters"]:
                name = self._taken.take("of-the-workflow")
            self.more[leaf] = name
            self.inputs["parameters"][name] = {"parameterType": "STRING"}
        return self.more[leaf]


def ports_for(template: Program) -> Ports:
    """Return the ports that a template declares itself."""
    inputs: dict[str, Object] = {"parameters": {}, "artifacts": {}}
    outputs: dict[str, Object] = {"parameters": {}, "artifacts": {}}
    for port in template.inputs:
        if isinstance(port, InputArtifact):
            found = {**ARTIFACT, **_described(port.description)}
            inputs["artifacts"][port_name(port.name)] = found
        else:
            inputs["parameters"][port_name(port.name)] = input_definition(port)
    for output in template.outputs:
        is_file = isinstance(output, OutputArtifact)
        found = dict(ARTIFACT) if is_file else {"parameterType": "STRING"}
        kind = outputs["artifacts" if is_file else "parameters"]
        kind[port_name(output.name)] = {**found, **_described(output.description)}
    return Ports(inputs=inputs, outputs=outputs)


def input_definition(port: InputParameter) -> Object:
    """Return the definition of an input parameter; all values pass as texts."""
    found: Object = {"parameterType": "STRING"}
    if port.default is not None:
        found |= {"defaultValue": as_text(port.default.value), "isOptional": True}
    if port.choices:
        found["literals"] = [as_text(one.value) for one in port.choices]
    return {**found, **_described(port.description)}


def _described(description: str) -> Object:
    return {"description": description} if description else {}


def kinds_of(outputs: tuple[Output, ...]) -> Mapping[str, str]:
    """Return what the text of each output is read as; `artifact` for a file."""
    return {
        one.name: "artifact" if isinstance(one, OutputArtifact) else kind_of(one.type)
        for one in outputs
    }


def kind_of(type_: ValueType) -> str:
    """Return what the text of a value of some type is read as."""
    return "string" if type_ is ValueType.STRING else "json"
